import { toBase64Url } from "../vault/bytes.ts";
import type { BlockId } from "../vault/vault.ts";
import type { Round } from "./copy-state.ts";
import type { Directory } from "./directory.ts";

/** Pages of D1 that are compared at a time, with one KV read each. */
export const PAGES_A_COMPARISON = 50;
/** Connections that an invocation may have waiting at a time: the platform's limit. */
const READS_AT_ONCE = 6;

/** What a part of a comparison found. */
export interface Compared {
  readonly part: Pick<Round, "after" | "cursor" | "pages" | "differed">;
  /** Blocks whose pages differ, or that have one in KV alone, and that nobody has marked. */
  readonly differing: readonly BlockId[];
}

/**
 * Compares the next pages of D1 with KV, byte by byte, and looks the next keys of KV up in D1. A page that is being
 * published differs too: its mark says so. Throws `StoreFailure`.
 */
export async function compareNext({ records }: Directory, round: Round): Promise<Compared> {
  const pages = await records.copy.readPages(round.after, PAGES_A_COMPARISON);
  const differing: BlockId[] = [];
  const waiting = pages.values();
  const lane = async (): Promise<void> => {
    for (const { block, body } of waiting) {
      const copied = await records.copy.readCopied(block);
      if (copied === null || toBase64Url(copied) !== body) differing.push(block);
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, lane));
  const strays = await nextStrays(records, round.cursor);
  const unmarked = await records.copy.withoutMark([...differing, ...strays.blocks]);
  const after = pages.length === PAGES_A_COMPARISON ? (pages.at(-1)?.block ?? null) : null;
  return {
    part: { after, cursor: strays.cursor, pages: pages.length, differed: unmarked.length },
    differing: unmarked,
  };
}

/** The next blocks that have a page in KV and none in D1. A cursor that KV does not know any more begins anew. */
export async function nextStrays(
  { copy }: Directory["records"],
  cursor: string | null,
): Promise<{ blocks: BlockId[]; cursor: string | null }> {
  const list = await copy.listCopied(cursor).catch((thrown: unknown) => {
    if (cursor === null) throw thrown;
    return { blocks: [], cursor: null };
  });
  return { blocks: await copy.withoutPage(list.blocks), cursor: list.cursor };
}
