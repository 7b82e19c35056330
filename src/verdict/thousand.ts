import type { Week } from "./decay.ts";
import type { Around, BlockEvidence, LineEvidence } from "./evidence.ts";

/**
 * Thousand rule: in this many hundreds of its thousand other numbers are freshly complained of. Complaints of datasets
 * alone: people's marks must not brand a thousand numbers.
 */
export const THOUSAND_HUNDREDS = 3;
/**
 * A number counts for its thousand in the week of its newest complaint and so many more: whoever calls from made-up
 * numbers moves on, and a wide neighbourhood gathers stray complaints in time, some that come again and again.
 */
const FRESH_WEEKS = 1;

/** The last week in which some number of a block is freshly complained of; null without one. */
export function complainedUntil(block: BlockEvidence): Week | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const evidence of block.values()) last = Math.max(last, freshUntil(evidence));
  return Number.isFinite(last) ? last : null;
}

/** Before all weeks without a complaint. */
function freshUntil({ complaints }: LineEvidence): Week {
  return Math.max(...complaints.map(({ week }) => week)) + FRESH_WEEKS;
}

/** Whether a thousand is bad in a week: some number of it may be suspected. @param untils `complainedUntil` of its hundreds */
export function isBadThousand(untils: readonly Week[], week: Week): boolean {
  return untils.filter((until) => until >= week).length >= THOUSAND_HUNDREDS;
}

/** A block with what its page needs of the thousand around it. @param others `complainedUntil` of the other hundreds */
export function withAround(block: BlockEvidence, others: readonly Week[], week: Week): BlockEvidence {
  const own = complainedUntil(block);
  const around = others.filter((until) => until >= week).sort((a, b) => b - a);
  return isBadThousand(own === null ? around : [own, ...around], week) ? placedIn(new Map(block), around) : block;
}

/** A block's lines with what is around them. @param lines a map of the caller's own: it is not copied, reads are many */
export function placedIn(lines: Map<number, LineEvidence>, around: Around | undefined): BlockEvidence {
  return around === undefined ? lines : Object.assign(lines, { around });
}

/** Whether the thousand makes a line suspect: in ≥ 3 of its hundreds another number is freshly complained of. */
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
