import { complaintMass, complaintWeight } from "./complaints.ts";
import { decaySpam, type Week } from "./decay.ts";
import type { BlockEvidence, LineEvidence, SpamMarks } from "./evidence.ts";
import { ONE } from "./scale.ts";
import { smallest, type Area, type AreaAnswer } from "./areas.ts";
import { judgeName } from "./name-level.ts";
import { wilsonLowerBound } from "./wilson.ts";

export { complaintMass, complaintWeight };

/** How sure the service is that a number is a nuisance; clients treat the list as open. */
export const SPAM_LEVELS = ["none", "suspected", "likely", "spam"] as const;
export type SpamLevel = (typeof SPAM_LEVELS)[number];

/** Why a number has its level; a closed list. */
export const SPAM_RULES = [
  "no-reports",
  "too-few-reports",
  "marked-as-no-spam",
  "suspected",
  "likely",
  "spam",
  "block",
  "area",
  "known-number",
  "operator",
] as const;
export type SpamRule = (typeof SPAM_RULES)[number];

const SUSPECTED_WEIGHT = 1.6 * ONE;
const SUSPECTED_VOTERS = 2;
const SUSPECTED_COMPLAINTS = 3;
const LIKELY_WEIGHT = 2.4 * ONE;
const LIKELY_WILSON = 0.35;
const SPAM_WILSON = 0.7;
/** Official numbers stop at suspected, unless this many more tier 2 voters say spam than do not. */
const TRUSTED_VOTERS = 3;

/** Block rule: this many other numbers, in this many tens of the block, are reported. */
export const BLOCK_NUMBERS = 2;
const BLOCK_TENS = 2;
/** A complaint makes a neighbour "reported" until it has halved twice (250 days). */
const REPORTED_MASS = ONE / 4;
/** Marks make a neighbour "reported" if they make it suspected and come from this many networks. */
const REPORTED_NETS = 2;
/** Score of a number suspected only because of its neighbours; below any score from its own evidence. */
const NEIGHBOURS_SCORE = 20;

export interface SpamVerdict {
  readonly level: SpamLevel;
  /** 0–100: the Wilson lower bound of the spam share; 0 when the level is `none`. */
  readonly score: number;
  /** Recent complaints and marks, decayed and rounded. */
  readonly reports: number;
  readonly rule: SpamRule;
  /** 0–100: the share of the weight that says spam. */
  readonly share: number;
}

/** Evidence about the number itself, in thousandths as of one week. */
interface OwnEvidence {
  readonly yes: number;
  readonly no: number;
  readonly voters: number;
  /** Complaints ever received. */
  readonly complaints: number;
}

/** Fixed scores of levels that an operator sets. */
const STATED_SCORES = { none: 0, likely: 50, spam: 100 } as const;

/** What a line's neighbours make of it: the smallest area that makes it suspected, and by which rule. */
export interface NeighboursVerdict {
  readonly area: Area;
  readonly rule: Extract<SpamRule, "block" | "area">;
}

/**
 * What a line's neighbours make of it; null if they do not make it suspected. Exempt are official numbers, those with a
 * confirmed crowd name or an operator's override, and those that their owner carved out.
 * @param area what the number's calling code has for it
 */
export function neighboursSuspect(
  block: BlockEvidence,
  line: number,
  week: Week,
  area: AreaAnswer,
): NeighboursVerdict | null {
  const evidence = block.get(line);
  if (isExempt(evidence, week)) return null;
  if (area === "unfitted") return blockSuspects(block, line, week) ? { area: "hundred", rule: "block" } : null;
  const own = evidence?.area && evidence.area.until >= week ? evidence.area.area : null;
  const found = smallest([area, own].filter((one) => one !== null));
  return found === null ? null : { area: found, rule: "area" };
}

function isExempt(evidence: LineEvidence | undefined, week: Week): boolean {
  if (evidence === undefined) return false;
  if (isOfficial(evidence) || evidence.override != null || evidence.owner?.carved === true) return true;
  return judgeName(evidence.ballot, week).level === "confirmed";
}

/** ≥ 2 other numbers in ≥ 2 tens of the block are reported. */
function blockSuspects(block: BlockEvidence, line: number, week: Week): boolean {
  const tens = new Set<number>();
  let numbers = 0;
  for (const [other, evidence] of block) {
    if (other === line || !isReported(evidence, week)) continue;
    numbers += 1;
    tens.add(Math.floor(other / 10));
    if (numbers >= BLOCK_NUMBERS && tens.size >= BLOCK_TENS) return true;
  }
  return false;
}

/**
 * True with a dataset's complaint, or with marks that make the number suspected by themselves from two networks, so that two
 * marks do not affect 98 neighbours. An owner's proof does not matter here: receiving a code clears nobody.
 */
function isReported(evidence: LineEvidence, week: Week): boolean {
  if (complaintMass(evidence, week) >= REPORTED_MASS) return true;
  const { ballot } = evidence;
  if (!ballot?.spam || ballot.spam.nets < REPORTED_NETS) return false;
  return levelOf(ownEvidence(ballot.spam, week - ballot.week, 0, 0)) !== "none";
}

/** Whether a rule is about a number's neighbours only. */
export function isForNeighbours(rule: SpamRule): boolean {
  return rule === "block" || rule === "area";
}

/** The spam verdict on one line of a block in a given week. @param area what the number's calling code has for it */
export function judgeSpam(block: BlockEvidence, line: number, week: Week, area: AreaAnswer): SpamVerdict {
  const evidence = block.get(line);
  const marks = evidence?.ballot?.spam ?? null;
  const own = verdictOn(evidence === undefined ? NO_EVIDENCE : allEvidence(evidence, week));
  const complained = evidence === undefined ? 0 : complaintMass(evidence, week);
  const reported = complained + decaySpam(marks?.reports ?? 0, week - (evidence?.ballot?.week ?? week));
  const verdict: SpamVerdict = { ...own, reports: Math.round(reported / ONE) };
  const stated = evidence?.override?.spam ?? null;
  if (stated !== null) return { ...verdict, level: stated, score: STATED_SCORES[stated], rule: "operator" };
  if (verdict.level === "none") {
    const neighbours = neighboursSuspect(block, line, week, area);
    if (neighbours === null) return verdict;
    return { ...verdict, level: "suspected", score: NEIGHBOURS_SCORE, rule: neighbours.rule };
  }
  // Official numbers are worth spoofing and attacking, so reports rarely take one above suspected.
  if (!isOfficial(evidence) || verdict.level === "suspected" || (marks?.trusted ?? 0) >= TRUSTED_VOTERS) return verdict;
  return { ...verdict, level: "suspected", rule: "known-number" };
}

/** Whether a dataset names the number. A received code does not make a number official. */
export function isOfficial(evidence: LineEvidence | undefined): boolean {
  return evidence?.official != null;
}

/** The verdict on a ballot's marks alone. @param of the week of the marks */
export function judgeMarks(marks: SpamMarks | null, of: Week, week: Week): Omit<SpamVerdict, "reports"> {
  return verdictOn(ownEvidence(marks, week - of, 0, 0));
}

const NO_EVIDENCE = ownEvidence(null, 0, 0, 0);

/** A line's marks and complaints, aged to `week`. */
function allEvidence({ complaints, ballot }: LineEvidence, week: Week): OwnEvidence {
  let weight = 0;
  let count = 0;
  for (const part of complaints) {
    weight += complaintWeight(decaySpam(part.mass, week - part.week));
    count += part.count;
  }
  return ownEvidence(ballot?.spam ?? null, week - (ballot?.week ?? week), weight, count);
}

function ownEvidence(marks: SpamMarks | null, aged: number, weight: number, complaints: number): OwnEvidence {
  return {
    yes: weight + decaySpam(marks?.yes ?? 0, aged),
    no: decaySpam(marks?.no ?? 0, aged),
    voters: marks?.voters ?? 0,
    complaints,
  };
}

function verdictOn(own: OwnEvidence): Omit<SpamVerdict, "reports"> {
  const level = levelOf(own);
  const total = own.yes + own.no;
  const share = total === 0 ? 0 : Math.round((100 * own.yes) / total);
  if (level === "none") return { level, score: 0, share, rule: whyNone(own) };
  return { level, score: Math.round(wilsonOf(own) * 100), share, rule: level };
}

function whyNone({ yes, no }: OwnEvidence): SpamRule {
  if (yes === 0) return "no-reports";
  return yes >= SUSPECTED_WEIGHT && yes < no ? "marked-as-no-spam" : "too-few-reports";
}

function levelOf(own: OwnEvidence): SpamLevel {
  const { yes, no, voters, complaints } = own;
  if (yes < SUSPECTED_WEIGHT || yes < no) return "none";
  if (voters < SUSPECTED_VOTERS && complaints < SUSPECTED_COMPLAINTS) return "none";
  const wilson = wilsonOf(own);
  if (yes < LIKELY_WEIGHT || wilson < LIKELY_WILSON) return "suspected";
  return wilson >= SPAM_WILSON ? "spam" : "likely";
}

function wilsonOf({ yes, no }: OwnEvidence): number {
  return wilsonLowerBound(yes / ONE, (yes + no) / ONE);
}
