import type { AreaAnswer } from "./areas.ts";
import { mondayOf, type Week } from "./decay.ts";
import type { BlockEvidence, Category, Kind, LineEvidence, OwnerEvidence } from "./evidence.ts";
import { judgeName } from "./name-level.ts";
import { isProtected } from "./names/impersonation.ts";
import { isForNeighbours, isOfficial, judgeSpam, type SpamLevel } from "./spam.ts";

/** Where a shown name comes from; clients treat the list as open. */
export const NAME_LEVELS = ["none", "tentative", "confirmed", "official", "owner", "disputed"] as const;
export type NameLevel = (typeof NAME_LEVELS)[number];

/** Why a known name is not shown; clients treat the list as open. */
export const WITHHELD = ["call-unverified", "spam", "disputed"] as const;
export type Withheld = (typeof WITHHELD)[number];

/** What the app should do with the call; clients treat the list as open. */
export const ADVICE = ["allow", "warn", "block"] as const;
export type Advice = (typeof ADVICE)[number];

/** What is shown about one number. */
export interface Verdict {
  readonly name: string | null;
  readonly nameLevel: NameLevel;
  /** 0–100. */
  readonly nameConfidence: number;
  readonly kind: Kind | null;
  /** True if an official dataset or an operator confirms exactly the name shown. */
  readonly verified: boolean;
  /** Why a known name is not shown; null if one is shown or none is known. */
  readonly nameWithheld: Withheld | null;
  /** Id of the owner's photo. */
  readonly photo: string | null;
  readonly spam: SpamLevel;
  /** 0–100. */
  readonly spamScore: number;
  readonly category: Category | null;
  /** One of `REPORT_BUCKETS`. */
  readonly reports: number;
  readonly advice: Advice;
  /** Monday of the newest evidence's week; null if nothing is said about the number itself. */
  readonly updatedAt: string | null;
}

/** Counts are rounded down to these, so that nobody can watch a single report arrive. */
export const REPORT_BUCKETS = [0, 2, 4, 10, 20, 50, 100] as const;

/** The largest bucket up to the count. */
export function bucketed(count: number): number {
  return REPORT_BUCKETS.findLast((bucket) => bucket <= count) ?? 0;
}

/** Names from an owner or a dataset are statements, not estimates. */
const STATED_CONFIDENCE = 100;

type NamePart = Pick<Verdict, "name" | "nameLevel" | "nameConfidence" | "kind" | "verified">;

/**
 * The verdict on one line (0–99) of a block in a given week. Pure: the same evidence and week give the same verdict.
 * @param area what the number's calling code has for it
 */
export function judge(block: BlockEvidence, line: number, week: Week, area: AreaAnswer): Verdict {
  const evidence = block.get(line);
  const spam = judgeSpam(block, line, week, area);
  // Judged at read, so the order of naming and complaints does not matter.
  const owner = spam.level === "likely" || spam.level === "spam" ? null : (evidence?.owner ?? null);
  const named = nameOf(evidence, owner, week);
  const nameWithheld = withheld(named, named === UNNAMED || (owner === null && evidence?.owner?.name != null));
  const reports = bucketed(spam.reports);
  // About the number itself. What one vote could change is left out: a test vote would reveal that a number is unlisted.
  const ofItself = spam.level !== "none" && !isForNeighbours(spam.rule);
  const says = named.name !== null || nameWithheld !== null || reports > 0 || ofItself || evidence?.override != null;
  return {
    name: named.name,
    nameLevel: named.nameLevel,
    nameConfidence: named.nameConfidence,
    kind: named.kind,
    verified: named.verified,
    nameWithheld,
    photo: named === UNNAMED ? null : (owner?.photo ?? null),
    spam: spam.level,
    spamScore: spam.score,
    category: spam.level === "none" ? null : categoryOf(evidence),
    reports,
    advice: adviceOn(spam.level, isOfficial(evidence)),
    updatedAt: evidence === undefined || !says ? null : mondayOf(evidence.week),
  };
}

/** The complaints' category, or that of marks if more than one voter gave marks. */
function categoryOf(evidence: LineEvidence | undefined): Category | null {
  const marks = evidence?.ballot?.spam;
  return evidence?.category ?? (marks != null && marks.voters > 1 ? marks.category : null);
}

/** Order of authority: an operator, the owner, an official dataset, the crowd. */
function nameOf(evidence: LineEvidence | undefined, owner: OwnerEvidence | null, week: Week): NamePart {
  const { official, override } = evidence ?? {};
  // On a number that people call fraud, a name that scammers use needs a dataset or an operator.
  const mayBeSaid = (name: string | null): boolean => name === null || !isFraudMarked(evidence) || !isProtected(name);
  if (override != null && override.name !== null) return stated("official", override.name, override.kind, true);
  if (owner !== null && owner.name !== null && mayBeSaid(owner.name)) {
    // A received code proves the number, not the name.
    return stated("owner", owner.name, owner.kind, official != null && isSameName(owner.name, official.name));
  }
  if (official != null) return stated("official", official.name, official.kind, true);
  const { name, level, confidence } = judgeName(evidence?.ballot, week);
  if (!mayBeSaid(name)) return UNNAMED;
  return { name, nameLevel: level, nameConfidence: confidence, kind: null, verified: false };
}

function withheld({ name, nameLevel }: NamePart, hidesOwner: boolean): Withheld | null {
  if (name !== null) return null;
  if (hidesOwner) return "spam";
  return nameLevel === "disputed" ? "disputed" : null;
}

const UNNAMED: NamePart = { name: null, nameLevel: "none", nameConfidence: 0, kind: null, verified: false };

/** Votes or complaints that call a number fraud; one is not enough. */
const FRAUD_VOICES = 2;

function isFraudMarked(evidence: LineEvidence | undefined): boolean {
  const marks = evidence?.ballot?.spam;
  const complained = (evidence?.complaints ?? []).reduce((sum, { count }) => sum + count, 0);
  return (
    (marks != null && marks.fraud >= FRAUD_VOICES) || (evidence?.category === "fraud" && complained >= FRAUD_VOICES)
  );
}

function stated(level: "owner" | "official", name: string, kind: Kind, verified: boolean): NamePart {
  return { name, nameLevel: level, nameConfidence: STATED_CONFIDENCE, kind, verified };
}

/** The same letters, ignoring case: names that only look or sound alike do not count. */
function isSameName(a: string, b: string): boolean {
  return a.normalize("NFC").toLowerCase() === b.normalize("NFC").toLowerCase();
}

function adviceOn(level: SpamLevel, official: boolean): Advice {
  switch (level) {
    case "spam":
      return "block";
    case "likely":
      return "warn";
    case "suspected":
      return official ? "allow" : "warn";
    case "none":
      return "allow";
  }
}
