import type { OwnArea } from "./areas.ts";
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

/** One dataset's complaints about a number, as one mass as of one week. */
export interface ComplaintMass {
  /** Complaints in thousandths, decayed to `week`. */
  readonly mass: number;
  readonly week: Week;
  /** All complaints, undecayed: the rule "three complaints" counts people, not weight. */
  readonly count: number;
}

/** A name from a `directory` dataset. */
export interface OfficialName {
  readonly name: string;
  readonly kind: Kind;
}

/** A number's votes as its ballot publishes them: masses in thousandths as of `week`, not levels. */
export interface BallotPart {
  /** The week of the newest vote that counts. */
  readonly week: Week;
  /** The winning name, its mass and that of all names; null if none wins. */
  readonly name: { readonly form: string; readonly support: number; readonly total: number } | null;
  /** True if no name is shown because none leads clearly, or the number may have changed hands. */
  readonly disputed: boolean;
  /** Null without marks. */
  readonly spam: SpamMarks | null;
}

/** Voters' spam marks on a number, in thousandths, decayed to the part's week. */
export interface SpamMarks {
  readonly yes: number;
  readonly no: number;
  /** One per voter that marks it as spam; responses count them as reports. */
  readonly reports: number;
  /** Voters that mark it as spam, undecayed. */
  readonly voters: number;
  /** Networks of these voters. */
  readonly nets: number;
  /** Tier 2 voters that mark it as spam, minus those that voted without doing so; at least 0. */
  readonly trusted: number;
  readonly category: Category | null;
  /** Voters that chose the category fraud, undecayed. */
  readonly fraud: number;
}

/** What a lookup uses of the statements of a number's proven owner. */
export interface OwnerEvidence {
  /** Checked like any name; null for none. */
  readonly name: string | null;
  /** What kind of caller `name` belongs to. */
  readonly kind: Kind;
  /** Id of a photo, null for none. */
  readonly photo: string | null;
  /** True if neighbours cannot make the number suspected: see `neighboursSuspect`. */
  readonly carved: boolean;
}

/** Spam levels that an operator may set. */
export const OVERRIDDEN_SPAM = ["none", "likely", "spam"] as const;

/** An operator's decision on a number; it takes precedence over all other evidence. */
export interface Override {
  /** Null if not overridden. */
  readonly name: string | null;
  readonly kind: Kind;
  /** Null if not overridden. */
  readonly spam: (typeof OVERRIDDEN_SPAM)[number] | null;
}

/** Everything known about one number: one line of a page. */
export interface LineEvidence {
  readonly official: OfficialName | null;
  /** One entry per complaints dataset, in the datasets' order of id. */
  readonly complaints: readonly ComplaintMass[];
  /** The most frequent category of complaints; null if none gave one. */
  readonly category: Category | null;
  readonly ballot?: BallotPart | null;
  readonly owner?: OwnerEvidence | null;
  readonly override?: Override | null;
  /** Set if the number's own complaints make it suspected together with its neighbours', while the rest of its ten is not. */
  readonly area?: Pick<OwnArea, "area" | "until"> | null;
  /** The week of the newest evidence. */
  readonly week: Week;
}

/** Everything known about a block of 100 numbers, by line (0–99). A line without evidence is absent. */
export type BlockEvidence = ReadonlyMap<number, LineEvidence>;
