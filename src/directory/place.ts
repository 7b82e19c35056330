import { blockOf, lineOf, tenThousandOf, type E164 } from "../numbers/number.ts";
import type { AreaId, BlockId, Vault } from "../vault/vault.ts";

/** A block of 100 numbers, in its area of 10,000: keyed ids. */
export interface BlockPlace {
  readonly area: AreaId;
  readonly block: BlockId;
  /** The digits that its numbers share, as `blockOf` gives them. */
  readonly digits: string;
}

/** Where a number stands: its block, and its line there, 0–99. */
export interface CallerPlace extends BlockPlace {
  readonly line: number;
}

/** Where a number stands. */
export async function placeOf(vault: Vault, number: E164): Promise<CallerPlace> {
  return { ...(await blockPlace(vault, blockOf(number))), line: lineOf(number) };
}

/** Where a block stands, given its digits. */
export async function blockPlace(vault: Vault, digits: string): Promise<BlockPlace> {
  const [area, block] = await Promise.all([vault.areaId(tenThousandOf(digits)), vault.blockId(digits)]);
  return { area, block, digits };
}

/** The number of a line of a block. */
export function numberAt(digits: string, line: number): E164 {
  return `${digits}${String(line).padStart(2, "0")}` as E164;
}

/** The id under which something of a number is sealed in the directory: whoever reads a block knows it without the number. */
export function lineId(block: string, line: number): string {
  return `${block} ${line}`;
}
