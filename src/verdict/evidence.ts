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

/** What a number's votes say, as its ballot publishes it: masses in thousandths as of `week`, never levels. */
export interface BallotPart {
  /** The week of the newest vote that counts. */
  readonly week: Week;
  /** The name that stands, and its share of all names' mass; null when none does. */
  readonly name: { readonly form: string; readonly support: number; readonly total: number } | null;
  /** True when names contradict each other so long that none is shown. */
  readonly disputed: boolean;
  /** Null without marks. */
  readonly spam: SpamMarks | null;
}

/** Marks of voters about one number, in thousandths, decayed to the part's week. */
export interface SpamMarks {
  readonly yes: number;
  readonly no: number;
  /** One per voter that marks it as spam: what is told as reports. */
  readonly reports: number;
  /** Voters, undecayed, and the networks that they came from. */
  readonly voters: number;
  readonly nets: number;
  /** Voters of tier 2 that say spam, less those that vote and do not say so; 0 or more. */
  readonly trusted: number;
  readonly category: Category | null;
  /** Voters that call it fraud, undecayed. */
  readonly fraud: number;
}

/** What the owner of a number says of it, as a lookup needs it: somebody who has proved that it is theirs. */
export interface OwnerEvidence {
  /** Checked like any name; null for none. */
  readonly name: string | null;
  /** What kind of caller `name` belongs to. */
  readonly kind: Kind;
  /** Id of a photo, null for none. */
  readonly photo: string | null;
  /** True when the number is not suspected for its neighbours: see `neighboursSuspect`. */
  readonly carved: boolean;
}

/** What an operator may say of a number's calls. */
export const OVERRIDDEN_SPAM = ["none", "likely", "spam"] as const;

/** What an operator says of a number: it stands above everybody. */
export interface Override {
  /** Null leaves the name to the others. */
  readonly name: string | null;
  readonly kind: Kind;
  /** Null leaves the level to the evidence. */
  readonly spam: (typeof OVERRIDDEN_SPAM)[number] | null;
}

/** All that is known of one number: what a page holds for one of its lines. */
export interface LineEvidence {
  readonly official: OfficialName | null;
  /** One entry per complaints dataset, in the datasets' order of id. */
  readonly complaints: readonly ComplaintMass[];
  /** The category most complained of, when complaints said one. */
  readonly category: Category | null;
  /** What the votes on it say. */
  readonly ballot?: BallotPart | null;
  readonly owner?: OwnerEvidence | null;
  readonly override?: Override | null;
  /** The week of the newest evidence. */
  readonly week: Week;
}

/** For each other hundred of a block's thousand that has a freshly complained number, the last week in which it has. */
export type Around = readonly Week[];

/** All that is known of a block of 100 numbers, by line (0–99). A line without evidence is absent. */
export interface BlockEvidence extends ReadonlyMap<number, LineEvidence> {
  /** Only where the thousand is bad: see thousand.ts. */
  readonly around?: Around;
}
