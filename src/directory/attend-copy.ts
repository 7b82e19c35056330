import { compareNext } from "./compare.ts";
import { compared, estranged } from "./copy-state.ts";
import { isForeign, pokeAll, putMarker, readCopy, readMarker } from "./copy.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOfPages } from "./dirty-records.ts";
import { republishNext } from "./republish.ts";

/** The marker is put again after so long, ms: a D1 that is set back by more is noticed at once. */
const REFRESH_MS = 10 * 60_000;
/** A republication that nobody has gone on with for so long is continued by the cron, ms. */
const ABANDONED_MS = 60_000;

/**
 * Every minute: sees that the marker in KV is of this D1, puts it where there is nothing to copy, compares the next
 * pages, and marks those that differ.
 */
export async function attendCopy(directory: Directory, publishing: Publishing, now: number): Promise<void> {
  const { records, logger } = directory;
  const stored = await readCopy(directory, now);
  const marker = await readMarker(directory);
  if (marker !== null && isForeign(marker, stored.state)) {
    // Written first: whoever still sees the marker must not take it for this directory's.
    await records.copy.write(stored, estranged(stored.state, crypto.randomUUID(), now), [], now);
    await records.copy.putMarker(null);
    logger.log("copy.estranged", {});
    return;
  }
  const { part, differing } = await compareNext(directory, stored.state.round);
  const state = compared(stored.state, part, now);
  if (!(await records.copy.write(stored, state, marksOfPages(differing), now))) return;
  await pokeAll(publishing, differing);
  if (differing.length > 0) logger.log("copy.differs", { blocks: differing.length });
  if (state.republishing !== null) {
    if (now - state.republishing.stepped >= ABANDONED_MS) await republishNext(directory, publishing, {}, now);
    return;
  }
  const isEmpty = marker === null && (await records.copy.readBlocks(null, 1)).length === 0;
  if (isEmpty || (marker?.complete === true && now - marker.at >= REFRESH_MS)) {
    await putMarker(directory, { directory: state.directory, complete: true, at: state.at, run: null });
  }
}
