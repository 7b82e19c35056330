import type { BlockId } from "../vault/vault.ts";
import type { Directory } from "./directory.ts";
import { digitsIn, type Mark } from "./dirty-records.ts";
import { digitsOfPage } from "./page.ts";
import { blockPlace, type BlockPlace } from "./place.ts";

/** The blocks that marks name. */
export interface MarkedBlocks {
  /** Those whose digits are known. */
  readonly places: ReadonlyMap<BlockId, BlockPlace>;
  /** Those that have no page and so nothing to publish: what they had was dropped before they were published. */
  readonly gone: readonly BlockId[];
}

/** Finds the digits of the blocks that marks name: in the marks, or in the pages that stand in D1. */
export async function placeMarks(directory: Directory, marks: readonly Mark[]): Promise<MarkedBlocks> {
  const { vault } = directory;
  const digits = new Map<BlockId, string>();
  const unreadable = new Set<BlockId>();
  for (const mark of marks) {
    const known = await digitsIn(vault, mark);
    if (known === null) for (const block of mark.blocks) unreadable.add(block);
    // A mark holds the digits of all blocks that a batch named, also of those that it did not mark.
    const marked = new Set(mark.blocks);
    for (const [block, own] of known ?? []) if (marked.has(block)) digits.set(block, own);
  }
  const unknown = (): BlockId[] =>
    [...new Set(marks.flatMap(({ blocks }) => blocks))].filter((one) => !digits.has(one));
  if (unknown().length > 0) await addFromPages(directory, unknown(), digits, unreadable);
  const places = await Promise.all([...digits.values()].map((own) => blockPlace(vault, own)));
  return {
    places: new Map(places.map((place) => [place.block, place])),
    gone: unknown().filter((block) => !unreadable.has(block)),
  };
}

async function addFromPages(
  { records, vault }: Directory,
  blocks: readonly BlockId[],
  digits: Map<BlockId, string>,
  unreadable: Set<BlockId>,
): Promise<void> {
  for (const { block, body } of await records.readPages(blocks)) {
    const page = await vault.stored.text({ table: "pages", id: block }, body);
    const own = page === null ? null : digitsOfPage(page);
    if (own === null) unreadable.add(block);
    else digits.set(block, own);
  }
}
