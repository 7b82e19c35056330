import type { Directory, Publishing } from "./directory.ts";
import { BULK_PATIENCE_MS } from "./publisher-state.ts";

/** Most steps of one call: some 10,000 rows that are walked over. */
const STEPS_A_CALL = 4;

export interface Dropped {
  /** Rows of evidence removed by this call. */
  readonly removed: number;
  /** Whether nothing is left to drop; otherwise call again (the cron does too). */
  readonly done: boolean;
}

/**
 * Drops a dataset, or all of it but one edition, in bounded steps. The intent is stored first, so that the cron completes
 * the drop after a crash. Afterwards the directory is as if the dropped batches had never been imported.
 * @param keep `editionId` of the edition to keep, or "" to drop the dataset itself
 */
export async function dropDataset(
  directory: Directory,
  publishing: Publishing,
  dataset: string,
  keep: string,
  now: number,
): Promise<Dropped> {
  const { records, logger } = directory;
  await records.drops.mark(dataset, keep);
  let removed = 0;
  let done = false;
  for (let step = 0; step < STEPS_A_CALL && !done; step += 1) {
    const stepped = await records.drops.step(dataset, keep, now);
    removed += stepped.removed;
    done = stepped.done;
  }
  // The marks name the slots; poking all that wait is simpler than collecting them here.
  const slots = await records.dirty.readWaitingSlots(now + 1);
  await Promise.allSettled([
    ...slots.map((slot) => publishing.poke(slot, BULK_PATIENCE_MS)),
    // At its end a drop marks the areas of all that it removed.
    ...(done ? [publishing.pokeAreas(BULK_PATIENCE_MS)] : []),
  ]);
  logger.log("dataset.drop", { removed, done });
  return { removed, done };
}
