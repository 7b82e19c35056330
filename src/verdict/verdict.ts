import { mondayOf, type Week } from "./decay.ts";
import type { BlockEvidence, Category, Kind, LineEvidence } from "./evidence.ts";
import { judgeName } from "./name-level.ts";
import { isKnown, judgeSpam, type SpamLevel } from "./spam.ts";

/** Where a shown name comes from; clients treat the list as open. */
export const NAME_LEVELS = ["none", "tentative", "confirmed", "official", "owner", "disputed"] as const;
export type NameLevel = (typeof NAME_LEVELS)[number];

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
  /** True when the number's owner proved it. */
  readonly verified: boolean;
  /** Id of the owner's photo. */
  readonly photo: string | null;
  readonly spam: SpamLevel;
  /** 0–100. */
  readonly spamScore: number;
  readonly category: Category | null;
  /** One of `REPORT_BUCKETS`. */
  readonly reports: number;
  readonly advice: Advice;
  /** Monday of the newest evidence's week, or null without any. */
  readonly updatedAt: string | null;
}

/** Counts are told in steps, so that nobody can watch a single report arrive. */
export const REPORT_BUCKETS = [0, 2, 4, 10, 20, 50, 100] as const;

/** The largest bucket that is not above the count. */
export function bucketed(count: number): number {
  return REPORT_BUCKETS.findLast((bucket) => bucket <= count) ?? 0;
}

/** What an owner or a dataset says is somebody's statement, not an estimate. */
const STATED_CONFIDENCE = 100;

type NamePart = Pick<Verdict, "name" | "nameLevel" | "nameConfidence" | "kind" | "verified">;

/**
 * What the evidence of a block says about one of its lines (0–99) in a given week. Pure: the same evidence and week
 * give the same verdict, and evidence ages by the week alone.
 */
export function judge(block: BlockEvidence, line: number, week: Week): Verdict {
  const evidence = block.get(line);
  const spam = judgeSpam(block, line, week);
  const named = nameOf(evidence, week);
  return {
    name: named.name,
    nameLevel: named.nameLevel,
    nameConfidence: named.nameConfidence,
    kind: named.kind,
    verified: named.verified,
    photo: evidence?.owner?.photo ?? null,
    spam: spam.level,
    spamScore: spam.score,
    category: spam.level === "none" ? null : (evidence?.category ?? evidence?.ballot?.spam?.category ?? null),
    reports: bucketed(spam.reports),
    advice: adviceOn(spam.level, isKnown(evidence)),
    updatedAt: evidence === undefined ? null : mondayOf(evidence.week),
  };
}

/** Order of authority: the owner, an official dataset, the crowd. */
function nameOf(evidence: LineEvidence | undefined, week: Week): NamePart {
  const { owner, official } = evidence ?? {};
  if (owner != null && owner.name !== null) return stated("owner", owner.name, owner.kind);
  if (official != null) return stated("official", official.name, official.kind);
  const { name, level, confidence } = judgeName(evidence?.ballot, week);
  return { name, nameLevel: level, nameConfidence: confidence, kind: null, verified: false };
}

function stated(level: "owner" | "official", name: string, kind: Kind): NamePart {
  return { name, nameLevel: level, nameConfidence: STATED_CONFIDENCE, kind, verified: level === "owner" };
}

function adviceOn(level: SpamLevel, known: boolean): Advice {
  switch (level) {
    case "spam":
      return "block";
    case "likely":
      return "warn";
    case "suspected":
      return known ? "allow" : "warn";
    case "none":
      return "allow";
  }
}
