import { CONFIRMED_WILSON, stands } from "./contest.ts";
import { decayName, type Week } from "./decay.ts";
import type { BallotPart } from "./evidence.ts";
import { ONE } from "./scale.ts";
import { wilsonLowerBound } from "./wilson.ts";

/** Why a name is shown or not, a closed list: its source, the level of the crowd's name, or why there is none. */
export const NAME_RULES = [
  "operator",
  "owner",
  "official",
  "confirmed",
  "tentative",
  "no-votes",
  "too-little-weight",
  "too-few-agree",
  "no-majority",
  "hand-over",
] as const;
export type NameRule = (typeof NAME_RULES)[number];

/** The crowd's name for a number in a given week. */
export interface CrowdName {
  readonly name: string | null;
  readonly level: "none" | "tentative" | "confirmed" | "disputed";
  /** 0–99: how likely the name is to be right. */
  readonly confidence: number;
}

const PRIOR_ODDS = 1.5;
/** 100 is reserved for owners and datasets. */
const MOST_CONFIDENCE = 99;

const NO_NAME: CrowdName = { name: null, level: "none", confidence: 0 };

/** The name of a ballot's part in a given week: masses decay at read, so a name expires without a write. */
export function judgeName(part: BallotPart | null | undefined, week: Week): CrowdName {
  if (!part) return NO_NAME;
  if (part.disputed) return { ...NO_NAME, level: "disputed" };
  if (part.name === null) return NO_NAME;
  const support = decayName(part.name.support, week - part.week);
  const total = Math.max(support, decayName(part.name.total, week - part.week));
  if (!stands(support, total)) return NO_NAME;
  const confirmed = wilsonLowerBound(support / ONE, total / ONE) >= CONFIRMED_WILSON;
  // Each unit of lead over all others together doubles the odds; see the table in the README.
  const odds = PRIOR_ODDS * 2 ** ((2 * support - total) / ONE);
  const confidence = Math.min(MOST_CONFIDENCE, Math.round((100 * odds) / (1 + odds)));
  return { name: part.name.form, level: confirmed ? "confirmed" : "tentative", confidence };
}
