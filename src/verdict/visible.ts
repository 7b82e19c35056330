import type { BlockEvidence, LineEvidence } from "./evidence.ts";
import { BLOCK_NUMBERS } from "./spam.ts";

/** Complaints from which something is shown of the number itself. */
const SHOWN_COMPLAINTS = 2;

/**
 * Whether a lookup of a number shows something of the number itself. One lonely complaint shows nothing: it only counts in
 * the neighbourhood.
 */
export function isVisible({ official, complaints, ballot, owner, override, area }: LineEvidence): boolean {
  if (official !== null || ballot != null || owner != null || override != null || area != null) return true;
  return complaints.reduce((sum, { count }) => sum + count, 0) >= SHOWN_COMPLAINTS;
}

/**
 * Whether a block needs a page. Where nothing is fitted for the country, lonely complaints show in the block rule, which reads
 * them from the page.
 */
export function needsPage(block: BlockEvidence, isFitted: boolean): boolean {
  if ([...block.values()].some(isVisible)) return true;
  return !isFitted && block.size >= BLOCK_NUMBERS;
}
