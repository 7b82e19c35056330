import { NAME_WEEKS, type Tier } from "./ballot-state.ts";

/**
 * What is kept about the holder of a number as a voter. The day's counts and the epoch belong to the number; age and
 * contradicted names belong to the current account. The numbers voted on are not in it.
 */
export interface Standing {
  /** Keyed hash of the current account; null before its first vote and after its erasure. */
  readonly account: string | null;
  /** Day of the account's first vote, days since 1970-01-01. */
  readonly since: number;
  /** Names it gave that a dataset contradicts; halved, rounded down, after each full year. */
  readonly disagreements: number;
  /** The day on which that year starts. */
  readonly countedFrom: number;
  /** The day that `names` and `marks` count. */
  readonly day: number;
  readonly names: number;
  readonly marks: number;
  /** How often the number is known to have changed hands. Votes of different epochs count as different people. */
  readonly epoch: number;
  /** Whether the current holder has voted. */
  readonly used: boolean;
  /** The day on which the last account was erased; 0 while there is one. */
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
/** After this the last vote of a former holder has expired, and the epoch is no longer needed. */
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

/** The standing of an account: the one it has, or a fresh one that replaces the number's former account. */
export function entered(standing: Standing | null, account: string, day: number): Standing {
  if (standing?.account === account) return standing;
  const { names, marks, epoch, ...rest } = standing ?? NOBODY;
  return { ...NOBODY, account, since: day, day: rest.day, names, marks, epoch, used: true };
}

/**
 * How far a voter is trusted: by age, and by not being contradicted. Agreeing with official names earns nothing, because
 * anybody can look those up.
 */
export function tierOf(standing: Standing, day: number): Tier {
  const age = day - standing.since;
  if (age < SEASONED_DAYS) return 0;
  return age >= PROVEN_DAYS && aged(standing, day).disagreements < DISAGREEMENTS_TOO_MANY ? 2 : 1;
}

/** The daily quota that has no room left. */
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

/** What became of a vote: what it did not use after all, and whether a dataset contradicts the name it gave. */
export interface Outcome {
  readonly unused: Spending;
  readonly contradicted: boolean;
}

/** The standing after the outcome of a vote by an account. @param day of the vote */
export function settled(standing: Standing, account: string, outcome: Outcome, day: number): Standing {
  const after = givenBack(standing, outcome.unused, day);
  return outcome.contradicted && after.account === account ? contradicted(after, day) : after;
}

/** Returns to the day's quota what a vote used that changed nothing. */
export function givenBack(standing: Standing, { name, mark }: Spending, day: number): Standing {
  if (standing.day !== day) return standing;
  const { names, marks } = standing;
  return { ...standing, names: Math.max(0, names - (name ? 1 : 0)), marks: Math.max(0, marks - (mark ? 1 : 0)) };
}

/** Counts a name that a dataset contradicts. */
export function contradicted(standing: Standing, day: number): Standing {
  const { disagreements, countedFrom, ...rest } = aged(standing, day);
  return {
    ...rest,
    disagreements: disagreements + 1,
    countedFrom: disagreements === 0 ? day : countedFrom,
  };
}

/** Halves the contradicted names for every full year, so that early mistakes are forgiven. */
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
 * What remains after an account is erased: the number's counts of the day, so that erasing does not refill quotas, and its
 * epoch. Null when nothing remains.
 */
export function left(standing: Standing | null, account: string, day: number): Standing | null {
  if (standing?.account !== account) return kept(standing, day);
  const { names, marks, epoch, used } = standing;
  return kept({ ...NOBODY, day: standing.day, names, marks, epoch, used, left: day }, day);
}

/** Drops the counts of a past day and an epoch that is no longer needed; null when nothing remains. */
export function kept(standing: Standing | null, day: number): Standing | null {
  if (standing === null || standing.account !== null) return standing;
  const today = standing.day === day && standing.names + standing.marks > 0;
  const told = standing.epoch > 0 && day < standing.left + EPOCH_DAYS;
  if (!today && !told) return null;
  const counts = today ? standing : { ...standing, day: 0, names: 0, marks: 0 };
  return told ? counts : { ...counts, epoch: 0, used: false };
}

/** The day on which `kept` will have something to drop; null while there is an account. */
export function dropsOn({ account, day, names, marks, left: gone }: Standing): number | null {
  if (account !== null) return null;
  return names + marks > 0 ? day + 1 : gone + EPOCH_DAYS;
}

/** Starts a new epoch: the number changed hands. Unchanged if nobody has voted since the last change. */
export function nextEpoch(standing: Standing | null, day: number): Standing {
  if (standing !== null && standing.epoch > 0 && !standing.used) return standing;
  const { names, marks, epoch, ...rest } = standing ?? NOBODY;
  return { ...NOBODY, day: rest.day, names, marks, epoch: epoch + 1, left: day };
}
