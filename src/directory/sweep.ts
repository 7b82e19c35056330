import { weekOf } from "../verdict/decay.ts";
import { attendCopy } from "./attend-copy.ts";
import type { Directory, Publishing } from "./directory.ts";
import { dropDataset } from "./drop.ts";

/** Marks older than this have lost their poke, ms. */
const WAITED_MS = 30_000;

/** Runs every minute: pokes publishers whose marks have waited, continues drops of datasets, and looks after the copy in KV. */
export async function sweep(directory: Directory, publishing: Publishing, now: number): Promise<void> {
  // Settled, not awaited one after the other: what fails keeps nothing else from being done, and is reported at the end.
  const rounds = await Promise.allSettled([
    pokeAndDrop(directory, publishing, now),
    attendCopy(directory, publishing, now),
  ]);
  for (const round of rounds) if (round.status === "rejected") throw round.reason;
}

async function pokeAndDrop(directory: Directory, publishing: Publishing, now: number): Promise<void> {
  const { records, logger } = directory;
  const slots = await records.dirty.readWaitingSlots(now - WAITED_MS);
  const pokes = await Promise.allSettled([
    ...slots.map((slot) => publishing.poke(slot)),
    ...((await areAreasDue(directory, now)) ? [publishing.pokeAreas()] : []),
  ]);
  let dropped = 0;
  for (const dataset of await records.datasets.readDatasets()) {
    if (dataset.keep === null) continue;
    const step = await dropDataset(directory, publishing, dataset.id, dataset.keep, now);
    dropped += step.removed;
  }
  const poked = pokes.filter((poke) => poke.status === "fulfilled").length;
  if (poked + dropped > 0) logger.log("sweep.run", { poked, dropped });
}

/** Whether areas have waited, or their tables, or a week has begun that these do not know of. */
async function areAreasDue({ records }: Directory, now: number): Promise<boolean> {
  const [{ oldest }, tables] = await Promise.all([records.areas.readBacklog(), records.areas.readTables()]);
  const waits = [oldest, ...tables.map(({ since }) => since)].some(
    (since) => since !== null && since < now - WAITED_MS,
  );
  return waits || tables.some(({ week }) => week < weekOf(now));
}
