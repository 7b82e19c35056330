import type { Logger } from "../telemetry/logger.ts";
import { onPicture, type PictureDeps } from "./deps.ts";

/** Pictures a round deletes at most; the next one, a minute later, goes on. */
const A_ROUND = 100;
/** Alarms get this long to do it themselves. */
const PATIENCE_MS = 60_000;

/** The minute's round, and how many it deleted: pictures whose alarm was missed, and what is left of those whose object is not known. */
export async function sweepPictures(
  deps: Pick<PictureDeps, "pictures" | "records">,
  logger: Logger,
  now: number,
): Promise<number> {
  const ids = await deps.records.listExpired(now - PATIENCE_MS, A_ROUND);
  const rounds = await Promise.allSettled(
    ids.map(async (id) => {
      const swept = await onPicture(deps, id, (picture) => picture.sweep(now));
      if (swept === "unknown") await deps.records.remove(id);
    }),
  );
  const failed = rounds.filter((round) => round.status === "rejected").length;
  if (ids.length > 0) logger.log("pictures.swept", { purged: ids.length - failed, failed });
  return ids.length - failed;
}
