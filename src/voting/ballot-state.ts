import type { Week } from "../verdict/decay.ts";
import type { Category } from "../verdict/evidence.ts";

/** How far a voter is trusted: 0 new, 1 seasoned, 2 proven; see standing-state.ts. */
export type Tier = 0 | 1 | 2;

/** One voter's one vote on one number, as the ledger keeps it. Nothing in it says who, or when within the week. */
export interface StoredVote {
  /** Keyed hash of number and voter: the same voter has another one on every other number. */
  readonly pid: string;
  /** Keyed hash of number and account: whose words these are, of all accounts that the voter has had. Null of contacts. */
  readonly by: string | null;
  /** Keyed hash of the name given, null for none. */
  readonly form: string | null;
  readonly spam: boolean | null;
  readonly category: Category | null;
  readonly tier: Tier;
  readonly source: "user" | "contact";
  /** One byte of a keyed hash of number and network: enough to damp votes from one network, no more. */
  readonly net: number;
  /** Week in which the name was given; without a name that of the mark. */
  readonly week: Week;
  /** Week in which the mark was given; without a mark that of the name. A change of one must not make the other newer. */
  readonly markWeek: Week;
  /** Cast on a number that its owner took out: read back, and counted for nothing until it is cast again. */
  readonly muted: boolean;
}

/** What a voter wants changed: a field left out stays, null clears it. */
export interface VoteChange {
  readonly form?: string | null;
  readonly spam?: boolean | null;
  readonly category?: Category | null;
}

/** Who votes, as far as the ledger knows. */
export type Voter = Pick<StoredVote, "pid" | "by" | "tier" | "source" | "net">;

/** Changes of one vote that are taken in a week, the first vote not counted; withdrawing is always taken. */
export const CHANGES_A_WEEK = 3;

export type Changed =
  | {
      readonly ok: true;
      readonly vote: StoredVote | null;
      /** False when it says what it said before, which costs nothing. */
      readonly altered: boolean;
      /** Whether the row is another one: also of a muted vote that is cast again and says the same. */
      readonly writes: boolean;
      /** Changes of this week to be noted; null for none. */
      readonly changes: number | null;
    }
  | { readonly ok: false; readonly code: "changes-used-up" | "category-without-spam" };

/**
 * The vote after a change: null when nothing is left of it. What another account of the same voter said is replaced, and
 * neither kept nor told.
 * @param changes of this vote in this week; null where none was noted
 */
export function changeVote(
  standing: StoredVote | null,
  change: VoteChange,
  voter: Voter,
  week: Week,
  changes: number | null,
): Changed {
  const before = standing?.by === voter.by ? standing : null;
  const form = change.form === undefined ? (before?.form ?? null) : change.form;
  const spam = change.spam === undefined ? (before?.spam ?? null) : change.spam;
  // What a call is about makes sense of a spam mark only: without one it goes too.
  const category = change.category === undefined ? (before?.category ?? null) : change.category;
  if (change.category && spam !== true) return { ok: false, code: "category-without-spam" };
  const kept = spam === true ? category : null;

  const same =
    form === (before?.form ?? null) && spam === (before?.spam ?? null) && kept === (before?.category ?? null);
  if (same) {
    // Cast again, it counts as from today, should the number be listed by now; should it not, nobody sees a difference.
    const again = before?.muted === true;
    const vote = again ? { ...before, ...voter, week, markWeek: week, muted: false } : before;
    return { ok: true, vote, altered: false, writes: again, changes: null };
  }
  if (form === null && spam === null)
    return { ok: true, vote: null, altered: true, writes: true, changes: changes ?? 0 };
  // A vote that was withdrawn this week and is cast again has changed too.
  const first = standing === null && changes === null;
  if (!first && (changes ?? 0) >= CHANGES_A_WEEK) return { ok: false, code: "changes-used-up" };
  const again = before?.muted === true;
  const renamed = form !== null && (again || form !== before?.form);
  const remarked = spam !== null && (again || spam !== before?.spam || kept !== before.category);
  const named = renamed ? week : (before?.week ?? week);
  const marked = remarked ? week : (before?.markWeek ?? week);
  return {
    ok: true,
    vote: {
      ...voter,
      form,
      spam,
      category: kept,
      week: form === null ? marked : named,
      markWeek: spam === null ? named : marked,
      muted: false,
    },
    altered: true,
    writes: true,
    changes: first ? null : (changes ?? 0) + 1,
  };
}

/** Weeks for which a mark is kept: after two years it weighs a fiftieth, and the number may be somebody else's. */
export const MARK_WEEKS = 104;
/** Weeks for which a name is kept unless it is given again: after five years it weighs a sixth. */
export const NAME_WEEKS = 260;

/** What is left of a vote in a week, once its name and its mark have had their time; null when nothing is. */
export function agedVote(vote: StoredVote, week: Week): StoredVote | null {
  const named = vote.form !== null && week < vote.week + NAME_WEEKS;
  const marked = vote.spam !== null && week < vote.markWeek + MARK_WEEKS;
  if (named && marked) return vote;
  if (named) return { ...vote, spam: null, category: null, markWeek: vote.week };
  return marked ? { ...vote, form: null, week: vote.markWeek } : null;
}

/** The week in which something of a vote has had its time. */
export function dueWeekOf({ form, spam, week, markWeek }: StoredVote): Week {
  return Math.min(form === null ? Infinity : week + NAME_WEEKS, spam === null ? Infinity : markWeek + MARK_WEEKS);
}

/** When the ballot's part goes out after a change, ms: votes of a burst leave together. */
export const OUTBOX_DELAY_MS = 1000;
