import { decaySpam, type Week } from "./decay.ts";
import type { BlockEvidence, LineEvidence } from "./evidence.ts";
import { wilsonLowerBound } from "./wilson.ts";

/** How sure the service is that a number is a nuisance; clients treat the list as open. */
export const SPAM_LEVELS = ["none", "suspected", "likely", "spam"] as const;
export type SpamLevel = (typeof SPAM_LEVELS)[number];

/** Weights are in thousandths: one recent complaint or a trusted voter's mark is 1000. */
const ONE = 1000;
/** No number of complaints from one dataset weighs more: none alone can make a number `spam`. */
const DATASET_CAP = 3 * ONE;
const SUSPECTED_WEIGHT = 1.6 * ONE;
const SUSPECTED_COMPLAINTS = 3;
const LIKELY_WEIGHT = 2.4 * ONE;
const LIKELY_WILSON = 0.35;
const SPAM_WILSON = 0.7;

/** Block rule: this many other numbers, in this many tens of the block, are reported. */
const BLOCK_NUMBERS = 2;
const BLOCK_TENS = 2;
/** A complaint makes a neighbour "reported" until it has halved twice (250 days). */
const REPORTED_MASS = ONE / 4;
/** Score of a number that the block rule alone suspects; below any that complaints of its own give. */
const BLOCK_SCORE = 20;

export interface SpamVerdict {
  readonly level: SpamLevel;
  /** 0–100: the Wilson lower bound of the spam share; 0 when the level is `none`. */
  readonly score: number;
  /** Recent complaints, decayed and rounded. */
  readonly reports: number;
}

/** Complaints about a line in thousandths, over all datasets, decayed to `week`. */
export function complaintMass(evidence: LineEvidence, week: Week): number {
  return evidence.complaints.reduce((sum, part) => sum + decaySpam(part.mass, week - part.week), 0);
}

/** What n complaints of one dataset weigh: min(3, log2(1 + n)), in thousandths. @param mass complaints in thousandths */
export function complaintWeight(mass: number): number {
  return Math.min(DATASET_CAP, Math.round(ONE * Math.log2(1 + mass / ONE)));
}

/** Whether a line's neighbours make it suspect: ≥ 2 other numbers in ≥ 2 tens of the block are reported. */
export function blockSuspects(block: BlockEvidence, line: number, week: Week): boolean {
  const tens = new Set<number>();
  let numbers = 0;
  for (const [other, evidence] of block) {
    if (other === line || complaintMass(evidence, week) < REPORTED_MASS) continue;
    numbers += 1;
    tens.add(Math.floor(other / 10));
    if (numbers >= BLOCK_NUMBERS && tens.size >= BLOCK_TENS) return true;
  }
  return false;
}

/** The spam verdict on one line of a block in a given week. */
export function judgeSpam(block: BlockEvidence, line: number, week: Week): SpamVerdict {
  const evidence = block.get(line);
  let weight = 0;
  let mass = 0;
  let count = 0;
  for (const part of evidence?.complaints ?? []) {
    const decayed = decaySpam(part.mass, week - part.week);
    mass += decayed;
    weight += complaintWeight(decayed);
    count += part.count;
  }
  const wilson = wilsonLowerBound(weight / ONE, weight / ONE);
  const own = ownLevel(weight, wilson, count);
  const reports = Math.round(mass / ONE);
  if (own === "none") {
    return blockSuspects(block, line, week)
      ? { level: "suspected", score: BLOCK_SCORE, reports }
      : { level: "none", score: 0, reports };
  }
  // Complaints are easily spoofed onto a known number: alone they never do more than raise a question about it.
  const level = evidence?.official ? "suspected" : own;
  return { level, score: Math.round(wilson * 100), reports };
}

function ownLevel(weight: number, wilson: number, complaints: number): SpamLevel {
  if (weight < SUSPECTED_WEIGHT || complaints < SUSPECTED_COMPLAINTS) return "none";
  if (weight < LIKELY_WEIGHT || wilson < LIKELY_WILSON) return "suspected";
  return wilson >= SPAM_WILSON ? "spam" : "likely";
}
