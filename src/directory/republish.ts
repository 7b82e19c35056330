import type { BlockId } from "../vault/vault.ts";
import { nextStrays } from "./compare.ts";
import { isForeign, pokeAll, putMarker, readCopy, readMarker } from "./copy.ts";
import type { StoredCopy } from "./copy-records.ts";
import { begun, republished, stepped, type CopyState, type Republishing } from "./copy-state.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOfPages } from "./dirty-records.ts";

/** Pages that a step marks. */
const PAGES_A_STEP = 500;
/** Batches whose areas a step marks. */
const BATCHES_A_STEP = 500;
/** While more blocks wait to be published, no more are marked: what publishers do in a minute. */
const MOST_WAITING = 5000;
/** KV may show for so long what stood in it before, ms. If the marker of the run is not seen then, it is another KV. */
const KV_SETTLED_MS = 5 * 60_000;

/** Which republication a step belongs to: the one that was told, or the one under way. */
export interface Asked {
  readonly run?: string | undefined;
  /** Begins from the beginning. */
  readonly anew?: boolean | undefined;
}

/** A republication after a step. */
export interface Progress {
  readonly run: string;
  readonly phase: Republishing["phase"] | "done";
  /** Pages marked so far, of so many that D1 had at the beginning. */
  readonly marked: number;
  readonly total: number;
}

/**
 * One bounded step of writing all pages anew, from what D1 knows: pages of D1 are marked, then those of KV that D1 has
 * not; when the publishers have written them, KV is marked as complete. It goes on where it was, whoever asks, and a
 * step that is repeated does no harm. Throws `StoreFailure`.
 */
export async function republishNext(
  directory: Directory,
  publishing: Publishing,
  { run, anew }: Asked,
  now: number,
): Promise<Progress> {
  for (;;) {
    const stored = await readCopy(directory, now);
    const { republishing, republished: last } = stored.state;
    // A repeat of the last step, whose answer was lost.
    if (run !== undefined && run === last?.run && republishing?.run !== run)
      return progressOf({ ...stored.state, republishing: null });
    const isNew = republishing === null || (anew === true && run === undefined);
    const step = isNew ? begin(directory, stored, now) : next(directory, publishing, stored, republishing, now);
    // Otherwise somebody else took a step meanwhile.
    const state = await step;
    if (state !== null) return progressOf(state);
  }
}

/** The state after a step, null where it was not made to the newest one. */
type Stepped = Promise<CopyState | null>;

function next(
  directory: Directory,
  publishing: Publishing,
  stored: StoredCopy,
  republishing: Republishing,
  now: number,
): Stepped {
  switch (republishing.phase) {
    case "beginning":
      return putRun(directory, stored, republishing, now);
    case "areas":
      return markAreas(directory, publishing, stored, republishing, now);
    case "pages":
      return markPages(directory, publishing, stored, republishing, now);
    case "strays":
      return markStrays(directory, publishing, stored, republishing, now);
    case "publishing":
      return finish(directory, stored, republishing, now);
  }
}

async function begin({ records }: Directory, stored: StoredCopy, now: number): Stepped {
  const state = begun(stored.state, crypto.randomUUID(), await records.copy.countPages(), now);
  return (await records.copy.write(stored, state, [], now)) ? state : null;
}

/** Puts the run into KV, so that its end is sure to be in the same KV. One that is complete stays so meanwhile. */
async function putRun(directory: Directory, stored: StoredCopy, { run }: Republishing, now: number): Stepped {
  const marker = await readMarker(directory);
  const { state } = stored;
  const complete = marker !== null && !isForeign(marker, state) && marker.complete;
  await putMarker(directory, { directory: state.directory, complete, at: state.at, run });
  const next = stepped(state, { phase: "areas" }, now);
  return (await directory.records.copy.write(stored, next, [], now)) ? next : null;
}

async function markAreas(
  { records }: Directory,
  publishing: Publishing,
  stored: StoredCopy,
  { after }: Republishing,
  now: number,
): Stepped {
  const last = await records.areas.markAll(Number(after ?? 0), BATCHES_A_STEP, now);
  const next = last === null ? ({ phase: "pages", after: null } as const) : { after: String(last) };
  const state = stepped(stored.state, next, now);
  const written = await records.copy.write(stored, state, [], now);
  // A lost poke costs a minute: the cron finds marks that wait.
  await Promise.allSettled([publishing.pokeAreas()]);
  return written ? state : null;
}

async function markPages(
  directory: Directory,
  publishing: Publishing,
  stored: StoredCopy,
  { after, marked }: Republishing,
  now: number,
): Stepped {
  const { copy, dirty } = directory.records;
  if ((await dirty.readBacklog()).blocks > MOST_WAITING) return stored.state;
  const blocks = await copy.readBlocks(after as BlockId | null, PAGES_A_STEP);
  const last = blocks.length < PAGES_A_STEP;
  const next = last ? ({ phase: "strays", after: null } as const) : { after: blocks.at(-1) ?? null };
  const state = stepped(stored.state, { ...next, marked: marked + blocks.length }, now);
  const written = await copy.write(stored, state, marksOfPages(blocks), now);
  await pokeAll(publishing, blocks);
  return written ? state : null;
}

async function markStrays(
  directory: Directory,
  publishing: Publishing,
  stored: StoredCopy,
  { after }: Republishing,
  now: number,
): Stepped {
  const { copy } = directory.records;
  const { blocks, cursor } = await nextStrays(directory.records, after);
  const next = cursor === null ? ({ phase: "publishing", after: null } as const) : { after: cursor };
  const state = stepped(stored.state, next, now);
  const written = await copy.write(stored, state, marksOfPages(blocks), now);
  await pokeAll(publishing, blocks);
  return written ? state : null;
}

/** Once everything marked was written, this KV is complete: if it is the one in which the run began. */
async function finish(
  directory: Directory,
  stored: StoredCopy,
  { run, stepped: markedAt, marked }: Republishing,
  now: number,
): Stepped {
  const { copy } = directory.records;
  const { state } = stored;
  if (await copy.hasUntriedMark(markedAt)) return state;
  const marker = await readMarker(directory);
  const isOwn = marker !== null && !isForeign(marker, state);
  // After a step that was broken off the run is through already.
  if (!isOwn || (marker.run !== run && !(marker.complete && marker.run === null))) {
    return now - markedAt < KV_SETTLED_MS ? state : begin(directory, stored, now);
  }
  await putMarker(directory, { directory: state.directory, complete: true, at: state.at, run: null });
  const end = republished(state, now);
  if (!(await copy.write(stored, end, [], now))) return null;
  directory.logger.log("copy.republished", { pages: marked });
  return end;
}

function progressOf({ republishing, republished: last }: CopyState): Progress {
  if (republishing === null)
    return { run: last?.run ?? "", phase: "done", marked: last?.pages ?? 0, total: last?.pages ?? 0 };
  const { run, phase, marked, total } = republishing;
  return { run, phase, marked, total };
}
