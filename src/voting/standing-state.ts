import type { Tier } from "./ballot-state.ts";

/** What is known of an account as a voter: its age, how often gold contradicted it, and today's use. No numbers. */
export interface Standing {
  /** Day of its first vote, days since 1970-01-01. */
  readonly since: number;
  /** Names it gave that an official or owner's name contradicts. */
  readonly disagreements: number;
  /** The day that `names` and `marks` count. */
  readonly day: number;
  readonly names: number;
  readonly marks: number;
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

/** The standing of an account that votes for the first time. */
export function newcomer(day: number): Standing {
  return { since: day, disagreements: 0, day, names: 0, marks: 0 };
}

/**
 * Trust that cannot be bought with agreement: gold is what a lookup shows, so agreeing with it proves nothing. Age and
 * not being contradicted are all there is.
 */
export function tierOf(standing: Standing, day: number): Tier {
  const age = day - standing.since;
  if (age < SEASONED_DAYS) return 0;
  return age >= PROVEN_DAYS && standing.disagreements < DISAGREEMENTS_TOO_MANY ? 2 : 1;
}

/** Names and marks to grant beyond a vote, and to count as used. */
export interface Ahead {
  readonly names: number;
  readonly marks: number;
}

export const NOTHING_AHEAD: Ahead = { names: 0, marks: 0 };

/** A daily quota that is used up. */
export type UsedUp = "names" | "marks";

/** A standing after a vote, and what it granted beyond it: counted as used, whoever uses it. */
export interface Spent extends Ahead {
  readonly standing: Standing;
}

/**
 * The standing after a vote, or the quota that has no room for it.
 * @param ahead names and marks to grant beyond the vote, as far as the quotas have room
 */
export function spend(
  standing: Standing,
  { name, mark }: Spending,
  day: number,
  ahead: Ahead = NOTHING_AHEAD,
): Spent | UsedUp {
  const today = standing.day === day ? standing : { ...standing, day, names: 0, marks: 0 };
  const names = today.names + (name ? 1 : 0);
  const marks = today.marks + (mark ? 1 : 0);
  if (names > NAMES_A_DAY) return "names";
  if (marks > MARKS_A_DAY) return "marks";
  const more = {
    names: Math.min(ahead.names, NAMES_A_DAY - names),
    marks: Math.min(ahead.marks, MARKS_A_DAY - marks),
  };
  return { standing: { ...today, names: names + more.names, marks: marks + more.marks }, ...more };
}

/** The standing after a name that gold contradicts. */
export function contradicted(standing: Standing): Standing {
  return { ...standing, disagreements: standing.disagreements + 1 };
}
