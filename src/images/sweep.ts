import type { Logger } from "../telemetry/logger.ts";
import { onPicture, type PictureDeps } from "./deps.ts";

/** Most pictures deleted in one run; the next, a minute later, continues. */
const A_ROUND = 100;
/** How long the objects' own alarms have first, ms. */
const PATIENCE_MS = 60_000;

/** Deletes pictures whose alarm was missed, and rows and bytes whose object has no picture; returns how many. */
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
