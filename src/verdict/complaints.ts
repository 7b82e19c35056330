import { decaySpam, type Week } from "./decay.ts";
import type { LineEvidence } from "./evidence.ts";
import { ONE } from "./scale.ts";

/** Most weight of one dataset's complaints: no dataset alone can make a number `spam`. */
const DATASET_CAP = 3 * ONE;

/** Complaints about a line in thousandths, over all datasets, decayed to `week`. */
export function complaintMass(evidence: LineEvidence, week: Week): number {
  return evidence.complaints.reduce((sum, part) => sum + decaySpam(part.mass, week - part.week), 0);
}

/** Weight of n complaints from one dataset: min(3, log2(1 + n)), in thousandths. @param mass complaints in thousandths */
export function complaintWeight(mass: number): number {
  return Math.min(DATASET_CAP, Math.round(ONE * Math.log2(1 + mass / ONE)));
}
