import { isAnySuspected, type Complained, type FittedAreas } from "../verdict/areas.ts";
import { weekOfDay, type Week } from "../verdict/decay.ts";
import type { BlockId } from "../vault/vault.ts";
import { stillCounts, type TakenDown } from "./owner-part.ts";

/** Complaints about a line of a ten thousand from one dataset, of one day, summed. */
export interface AreaComplaint {
  readonly block: BlockId;
  readonly line: number;
  readonly dataset: string;
  readonly day: number;
  readonly undated: boolean;
  readonly complaints: number;
}

/** A number complained of, by its block. */
interface InBlock extends Omit<Complained, "number"> {
  readonly block: BlockId;
  readonly line: number;
}

/** The complaints that count, a mass for each number and week, dated or not. @param taken what operators took down, by `lineKey` */
export function countedIn(complaints: readonly AreaComplaint[], taken: ReadonlyMap<string, TakenDown>): InBlock[] {
  const counted = complaints.filter((row) => {
    const down = taken.get(lineKey(row));
    return down === undefined || stillCounts(down, row, "complaints");
  });
  const masses = new Map<string, InBlock>();
  for (const { block, line, day, undated, complaints: count } of counted) {
    const [week, dated] = [weekOfDay(day), !undated];
    const key = `${lineKey({ block, line })} ${week} ${dated}`;
    masses.set(key, { block, line, week, dated, mass: (masses.get(key)?.mass ?? 0) + count * 1000 });
  }
  return [...masses.values()];
}

/** A line among those of a ten thousand. */
export function lineKey({ block, line }: Pick<AreaComplaint, "block" | "line">): string {
  return `${block} ${line}`;
}

/** The numbers of a ten thousand, given where its blocks lie in it. @param hundreds 0–99 by block */
export function placedIn(counted: readonly InBlock[], hundreds: ReadonlyMap<BlockId, number>): Complained[] {
  return counted.flatMap(({ block, line, ...counts }) => {
    const hundred = hundreds.get(block);
    return hundred === undefined ? [] : [{ ...counts, number: hundred * 100 + line }];
  });
}

/** Blocks of a thousand. */
const THOUSAND = 10;

/**
 * Whether the complaints make anything suspected wherever their blocks lie in the ten thousand: as if they were all of one
 * thousand, where they count most. Finding where they lie costs a hundred hashes, and most ten thousands have a few complaints.
 */
export function mayMatter(fitted: FittedAreas, counted: readonly InBlock[], week: Week): boolean {
  const blocks = [...new Set(counted.map(({ block }) => block))];
  if (blocks.length > THOUSAND) return true;
  const together = placedIn(counted, new Map(blocks.map((block, hundred) => [block, hundred])));
  return isAnySuspected(fitted, together, week);
}
