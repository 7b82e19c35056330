import type { Week } from "./decay.ts";
import type { Category } from "./evidence.ts";

/** One vote on a number, as the verdict reads it. */
export interface Vote {
  /** One per voter and number. */
  readonly pid: string;
  /** NFC; null for none. */
  readonly name: string | null;
  /** True: spam, false: not spam, null: no mark. */
  readonly spam: boolean | null;
  readonly category: Category | null;
  readonly tier: 0 | 1 | 2;
  readonly source: "user" | "contact";
  /** Hash of the network, 0–255. */
  readonly net: number;
  /** Week in which the name was last given, or the mark if there is no name. */
  readonly week: Week;
  /** Week in which the mark was last given; `week` by default. */
  readonly markWeek?: Week;
}

/** The week in which a vote's mark was given. */
export function weekOfMark({ week, markWeek }: Vote): Week {
  return markWeek ?? week;
}

/** Most names, and most marks, that a verdict reads: this bounds its cost, and names do not displace marks. */
export const MOST_VOTES = 512;

/** The votes that a verdict reads: a window of names and one of marks; one vote may be in both. */
export interface CountingVotes {
  readonly names: readonly Vote[];
  readonly marks: readonly Vote[];
}

/**
 * The votes that count in a week, independent of the order given: one per voter, none from a later week, and at most
 * `MOST_VOTES` names and marks each, highest tier first, then newest week, then lowest pid.
 */
export function votesThatCount(votes: readonly Vote[], week: Week): CountingVotes {
  const perVoter = new Map<string, Vote>();
  for (const vote of votes) {
    if (vote.week > week || weekOfMark(vote) > week) continue;
    const other = perVoter.get(vote.pid);
    if (other === undefined || compareText(JSON.stringify(other), JSON.stringify(vote)) < 0)
      perVoter.set(vote.pid, vote);
  }
  const all = [...perVoter.values()];
  return {
    names: windowOf(
      all.filter(({ name }) => name !== null),
      (vote) => vote.week,
    ),
    marks: windowOf(
      all.filter(({ spam }) => spam !== null),
      weekOfMark,
    ),
  };
}

function windowOf(votes: Vote[], weekOf: (vote: Vote) => Week): Vote[] {
  return votes
    .sort((a, b) => b.tier - a.tier || weekOf(b) - weekOf(a) || (a.pid < b.pid ? -1 : 1))
    .slice(0, MOST_VOTES);
}

/** Compares code units, since locales differ between machines. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
