import type { Week } from "./decay.ts";

/** What a caller complains of; clients treat the list as open. */
export const CATEGORIES = [
  "fraud",
  "robocall",
  "telemarketing",
  "survey",
  "debt",
  "charity",
  "political",
  "harassment",
  "silent",
  "other",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What kind of caller a name belongs to; clients treat the list as open. */
export const KINDS = ["business", "person", "government", "organisation", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** Complaints of one dataset about one number, folded to one mass as of one week. */
export interface ComplaintMass {
  /** Complaints in thousandths, decayed to `week`. */
  readonly mass: number;
  readonly week: Week;
  /** Complaints ever received, undecayed: the rule "three complaints" counts people, not weight. */
  readonly count: number;
}

/** A name from a `directory` dataset. */
export interface OfficialName {
  readonly name: string;
  readonly kind: Kind;
}

/** All that is known of one number: what a page holds for one of its lines. */
export interface LineEvidence {
  readonly official: OfficialName | null;
  /** One entry per complaints dataset, in the datasets' order of id. */
  readonly complaints: readonly ComplaintMass[];
  /** The category most complained of, when complaints said one. */
  readonly category: Category | null;
  /** The week of the newest evidence. */
  readonly week: Week;
}

/** All that is known of a block of 100 numbers, by line (0–99). A line without evidence is absent. */
export type BlockEvidence = ReadonlyMap<number, LineEvidence>;
