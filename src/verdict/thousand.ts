import { complaintMass } from "./complaints.ts";
import type { Week } from "./decay.ts";
import type { Around, BlockEvidence, LineEvidence } from "./evidence.ts";
import { ONE } from "./scale.ts";

/**
 * Thousand rule: in this many hundreds of its thousand other numbers are freshly complained of. Complaints of datasets
 * alone: people's marks must not brand a thousand numbers.
 */
export const THOUSAND_HUNDREDS = 3;
/**
 * A complaint counts for the thousand until it has decayed to this, after five weeks: whoever calls from made-up numbers
 * moves on, and the wider the neighbourhood, the more stray complaints it gathers in time.
 */
const FRESH_MASS = 0.8 * ONE;
/** Weeks after which no mass is left. */
const LONGEST_WEEKS = 520;

/** The last week in which some number of a block is freshly complained of; null without one. */
export function complainedUntil(block: BlockEvidence): Week | null {
  let last: Week | null = null;
  for (const evidence of block.values()) {
    const until = freshUntil(evidence);
    if (until !== null && (last === null || until > last)) last = until;
  }
  return last;
}

/** Masses only fade: the last week is found by halving. */
function freshUntil(evidence: LineEvidence): Week | null {
  const newest = Math.max(...evidence.complaints.map(({ week }) => week));
  if (!isFresh(evidence, newest)) return null;
  let [fresh, faded] = [newest, newest + LONGEST_WEEKS];
  while (faded - fresh > 1) {
    const middle = Math.floor((fresh + faded) / 2);
    if (isFresh(evidence, middle)) fresh = middle;
    else faded = middle;
  }
  return fresh;
}

/** An owner who proved the number takes it out of what is said of its neighbours. */
function isFresh(evidence: LineEvidence, week: Week): boolean {
  return evidence.owner?.carved !== true && complaintMass(evidence, week) >= FRESH_MASS;
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
  for (const [other, evidence] of block) if (other !== line && isFresh(evidence, week)) return true;
  return false;
}
