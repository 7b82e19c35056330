import type { Week } from "./decay.ts";
import type { Around, BlockEvidence, LineEvidence } from "./evidence.ts";

/**
 * Thousand rule: other numbers have recent complaints in this many hundreds of the thousand. Only datasets' complaints
 * count: people's marks must not affect a thousand numbers.
 */
export const THOUSAND_HUNDREDS = 3;
/**
 * A complaint counts for the thousand in its week and this many more. Callers with made-up numbers move on, and over time
 * a thousand numbers collect unrelated complaints.
 */
const FRESH_WEEKS = 1;

/** The last week in which a complaint about the block counts as recent; null without complaints. */
export function complainedUntil(block: BlockEvidence): Week | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const evidence of block.values()) last = Math.max(last, freshUntil(evidence));
  return Number.isFinite(last) ? last : null;
}

/** -Infinity without complaints. */
function freshUntil({ complaints }: LineEvidence): Week {
  return Math.max(...complaints.map(({ week }) => week)) + FRESH_WEEKS;
}

/** Whether a thousand may make its numbers suspected in a week. @param untils `complainedUntil` of its hundreds */
export function isBadThousand(untils: readonly Week[], week: Week): boolean {
  return untils.filter((until) => until >= week).length >= THOUSAND_HUNDREDS;
}

/** Adds to a block what its page needs of its thousand. @param others `complainedUntil` of the other hundreds */
export function withAround(block: BlockEvidence, others: readonly Week[], week: Week): BlockEvidence {
  const own = complainedUntil(block);
  const around = others.filter((until) => until >= week).sort((a, b) => b - a);
  return isBadThousand(own === null ? around : [own, ...around], week) ? placedIn(new Map(block), around) : block;
}

/** A block's lines with their surroundings. @param lines owned by the caller; modified, not copied */
export function placedIn(lines: Map<number, LineEvidence>, around: Around | undefined): BlockEvidence {
  return around === undefined ? lines : Object.assign(lines, { around });
}

/** Whether the thousand makes a line suspected: other numbers have recent complaints in ≥ 3 of its hundreds. */
export function thousandSuspects(block: BlockEvidence, line: number, week: Week): boolean {
  const { around } = block;
  if (around === undefined) return false;
  let hundreds = 0;
  for (const until of around) if (until >= week) hundreds += 1;
  if (hundreds >= THOUSAND_HUNDREDS) return true;
  if (hundreds < THOUSAND_HUNDREDS - 1) return false;
  for (const [other, evidence] of block) if (other !== line && freshUntil(evidence) >= week) return true;
  return false;
}
