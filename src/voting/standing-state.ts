import { NAME_WEEKS, type Tier } from "./ballot-state.ts";

/**
 * What is known of the holder of a number as a voter. The day's use and the epoch are the number's; age and
 * contradictions are its present account's. No number that was voted on.
 */
export interface Standing {
  /** Keyed hash of the account that votes; null when none does any more, or not yet. */
  readonly account: string | null;
  /** Day of the account's first vote, days since 1970-01-01. */
  readonly since: number;
  /** Names it gave that a dataset's name contradicts; halved, rounded down, when a year has passed. */
  readonly disagreements: number;
  /** The day from which that year runs. */
  readonly countedFrom: number;
  /** The day that `names` and `marks` count. */
  readonly day: number;
  readonly names: number;
  readonly marks: number;
  /** How often the number is known to have got a new holder: votes of different epochs are different people's. */
  readonly epoch: number;
  /** Whether anybody has voted in this epoch. */
  readonly used: boolean;
  /** The day on which its last account left; 0 while there is one. */
  readonly left: number;
}

/** What a vote uses of the day's quota. */
export interface Spending {
  readonly name: boolean;
  readonly mark: boolean;
}

export const NAMES_A_DAY = 20;
export const MARKS_A_DAY = 50;
const SEASONED_DAYS = 7;
const PROVEN_DAYS = 90;
const DISAGREEMENTS_TOO_MANY = 3;
const YEAR_DAYS = 365;
/** When the last vote of whoever had the number has had its time, nothing is left that an epoch could tell apart. */
const EPOCH_DAYS = 7 * (NAME_WEEKS + 1);

const NOBODY: Standing = {
  account: null,
  since: 0,
  disagreements: 0,
  countedFrom: 0,
  day: 0,
  names: 0,
  marks: 0,
  epoch: 0,
  used: false,
  left: 0,
};

/** The standing in which an account votes: its own, or anew in the place of the number's former account. */
export function entered(standing: Standing | null, account: string, day: number): Standing {
  if (standing?.account === account) return standing;
  const { names, marks, epoch, ...rest } = standing ?? NOBODY;
  return { ...NOBODY, account, since: day, day: rest.day, names, marks, epoch, used: true };
}

/**
 * Trust that cannot be bought with agreement: gold is what a lookup shows, so agreeing with it proves nothing. Age and
 * not being contradicted are all there is.
 */
export function tierOf(standing: Standing, day: number): Tier {
  const age = day - standing.since;
  if (age < SEASONED_DAYS) return 0;
  return age >= PROVEN_DAYS && aged(standing, day).disagreements < DISAGREEMENTS_TOO_MANY ? 2 : 1;
}

/** A daily quota that is used up. */
export type UsedUp = "names" | "marks";

/** The standing after a vote, or the quota that has no room for it. */
export function spend(standing: Standing, { name, mark }: Spending, day: number): Standing | UsedUp {
  const today = standing.day === day ? standing : { ...standing, day, names: 0, marks: 0 };
  const names = today.names + (name ? 1 : 0);
  const marks = today.marks + (mark ? 1 : 0);
  if (name && names > NAMES_A_DAY) return "names";
  if (mark && marks > MARKS_A_DAY) return "marks";
  return { ...today, names, marks };
}

/** The standing after a vote of today that was counted and changed nothing. */
export function givenBack(standing: Standing, { name, mark }: Spending, day: number): Standing {
  if (standing.day !== day) return standing;
  const { names, marks } = standing;
  return { ...standing, names: Math.max(0, names - (name ? 1 : 0)), marks: Math.max(0, marks - (mark ? 1 : 0)) };
}

/** The standing after a name that a dataset's contradicts. */
export function contradicted(standing: Standing, day: number): Standing {
  const { disagreements, countedFrom, ...rest } = aged(standing, day);
  return {
    ...rest,
    disagreements: disagreements + 1,
    countedFrom: disagreements === 0 ? day : countedFrom,
  };
}

/** Disagreements halve with every year that has passed, so that a bad start is not held against anybody for ever. */
function aged(standing: Standing, day: number): Standing {
  const years = Math.max(0, Math.floor((day - standing.countedFrom) / YEAR_DAYS));
  if (years === 0 || standing.disagreements === 0) return standing;
  return {
    ...standing,
    disagreements: Math.floor(standing.disagreements / 2 ** years),
    countedFrom: standing.countedFrom + years * YEAR_DAYS,
  };
}

/**
 * What is left once an account is erased: what the number has used of the day, or one could vote, erase and vote again,
 * and its epoch. Whose account it was and what was known of it go. Null when nothing is left.
 */
export function left(standing: Standing | null, account: string, day: number): Standing | null {
  if (standing?.account !== account) return kept(standing, day);
  const { names, marks, epoch, used } = standing;
  return kept({ ...NOBODY, day: standing.day, names, marks, epoch, used, left: day }, day);
}

/** A standing once the day's counts and an epoch that tells nothing apart any more are dropped; null when nothing is left. */
export function kept(standing: Standing | null, day: number): Standing | null {
  if (standing === null || standing.account !== null) return standing;
  const today = standing.day === day && standing.names + standing.marks > 0;
  const told = standing.epoch > 0 && day < standing.left + EPOCH_DAYS;
  if (!today && !told) return null;
  const counts = today ? standing : { ...standing, day: 0, names: 0, marks: 0 };
  return told ? counts : { ...counts, epoch: 0, used: false };
}

/** The day on which `kept` has something to drop; null while an account votes. */
export function dropsOn({ account, day, names, marks, left: gone }: Standing): number | null {
  if (account !== null) return null;
  return names + marks > 0 ? day + 1 : gone + EPOCH_DAYS;
}

/** The standing of a number that has a new holder. Without a vote since the last one nothing changes. */
export function nextEpoch(standing: Standing | null, day: number): Standing {
  if (standing !== null && standing.epoch > 0 && !standing.used) return standing;
  const { names, marks, epoch, ...rest } = standing ?? NOBODY;
  return { ...NOBODY, day: rest.day, names, marks, epoch: epoch + 1, left: day };
}
