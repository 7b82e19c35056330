import type { AreaId, BlockId } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import type { BlockEvidence } from "../verdict/evidence.ts";
import { complainedUntil, isBadThousand, withAround } from "../verdict/thousand.ts";
import type { Directory } from "./directory.ts";
import type { HundredRecord, ThousandChanges } from "./thousand-records.ts";

const HUNDREDS_OF_A_THOUSAND = 10;
const NOTHING: BlockEvidence = new Map();

/** Blocks to publish, and what publishing them changes in their thousands. */
export interface PlacedBlocks {
  /** By block; blocks without evidence outside bad thousands are absent. */
  readonly evidence: ReadonlyMap<BlockId, BlockEvidence>;
  readonly changes: Omit<ThousandChanges, "missing">;
  /** Bad thousands, in which every block has a page. */
  readonly bad: ReadonlyMap<string, readonly HundredRecord[]>;
}

/**
 * Adds to blocks what their thousands say. A page holds what is fresh in the week it is made; later it fades at read, as it
 * would from a new page.
 * @param lines what is known of the blocks themselves @param hundreds all rows of their thousands
 */
export function placeBlocks(
  blocks: ReadonlyMap<BlockId, AreaId>,
  lines: ReadonlyMap<BlockId, BlockEvidence>,
  hundreds: readonly HundredRecord[],
  week: Week,
): PlacedBlocks {
  const changed: HundredRecord[] = [];
  const rows = hundreds.map((row): HundredRecord => {
    if (!blocks.has(row.block)) return row;
    const until = complainedUntil(lines.get(row.block) ?? NOTHING);
    if (until === row.until) return row;
    changed.push({ ...row, until });
    return { ...row, until };
  });
  const byThousand = Map.groupBy(rows, ({ thousand }) => thousand);
  const thousandOf = new Map(rows.map(({ block, thousand }) => [block, thousand]));
  const isBad = (siblings: readonly HundredRecord[]): boolean =>
    isBadThousand(
      siblings.flatMap(({ until }) => until ?? []),
      week,
    );
  const bad = new Map([...byThousand].filter(([, siblings]) => isBad(siblings)));

  const evidence = new Map<BlockId, BlockEvidence>();
  for (const block of blocks.keys()) {
    const siblings = bad.get(thousandOf.get(block) ?? "") ?? [];
    const others = siblings.flatMap(({ block: other, until }) => (other === block ? [] : (until ?? [])));
    const placed = withAround(lines.get(block) ?? NOTHING, others, week);
    if (placed.size > 0 || placed.around !== undefined) evidence.set(block, placed);
  }
  const quiet = rows.flatMap((row) => {
    const area = blocks.get(row.block);
    return row.until === null && area !== undefined && !bad.has(row.thousand) ? [{ ...row, area }] : [];
  });
  return { evidence, changes: { changed, quiet }, bad };
}

/** The hundreds of bad thousands without a row yet, derived from the thousand's sealed digits. */
export async function missingHundreds(
  { records, vault }: Directory,
  bad: PlacedBlocks["bad"],
): Promise<Omit<HundredRecord, "until">[]> {
  const incomplete = [...bad].filter(([, siblings]) => siblings.length < HUNDREDS_OF_A_THOUSAND);
  if (incomplete.length === 0) return [];
  const prefixes = await records.thousands.readPrefixes(incomplete.map(([thousand]) => thousand));
  const missing: Omit<HundredRecord, "until">[] = [];
  for (const [thousand, siblings] of incomplete) {
    const digits = await vault.stored.text({ table: "thousands", id: thousand }, prefixes.get(thousand) ?? "");
    if (digits === null) continue;
    for (let hundred = 0; hundred < HUNDREDS_OF_A_THOUSAND; hundred += 1) {
      const block = await vault.blockId(`${digits}${hundred}`);
      if (siblings.every((sibling) => sibling.block !== block)) missing.push({ block, thousand });
    }
  }
  return missing;
}

/** The digits of blocks, as far as the thousands in which they lie are stored. */
export async function digitsByThousand(
  { records, vault }: Directory,
  blocks: readonly BlockId[],
): Promise<ReadonlyMap<BlockId, string>> {
  const found = new Map<BlockId, string>();
  const rows = await records.thousands.readThousandsOf(blocks);
  if (rows.length === 0) return found;
  const prefixes = await records.thousands.readPrefixes(rows.map(({ thousand }) => thousand));
  for (const { block, thousand } of rows) {
    const prefix = await vault.stored.text({ table: "thousands", id: thousand }, prefixes.get(thousand) ?? "");
    if (prefix === null) continue;
    for (let hundred = 0; hundred < HUNDREDS_OF_A_THOUSAND; hundred += 1) {
      const digits = `${prefix}${hundred}`;
      if ((await vault.blockId(digits)) === block) found.set(block, digits);
    }
  }
  return found;
}
