import type { Week } from "../verdict/decay.ts";
import type { Category } from "../verdict/evidence.ts";

/** How far a voter is trusted: 0 new, 1 seasoned, 2 proven; see standing-state.ts. */
export type Tier = 0 | 1 | 2;

/** A voter's vote on a number, as stored. It does not say who voted, or when within the week. */
export interface StoredVote {
  /** Keyed hash of number and voter: different for the same voter on every number. */
  readonly pid: string;
  /** Keyed hash of number and account: which of the voter's accounts cast it. Null for contacts. */
  readonly by: string | null;
  /** Keyed hash of the name, or null. */
  readonly form: string | null;
  readonly spam: boolean | null;
  readonly category: Category | null;
  readonly tier: Tier;
  readonly source: "user" | "contact";
  /** One byte of a keyed hash of number and network: enough to damp votes from one network, no more. */
  readonly net: number;
  /** Week of the name; without a name, that of the mark. */
  readonly week: Week;
  /** Week of the mark; without a mark, that of the name. A change of one must not make the other newer. */
  readonly markWeek: Week;
  /** Cast on an unlisted number: its voter can read it, but it does not count until it is cast again. */
  readonly muted: boolean;
}

/** What a voter wants changed: a field left out stays, null clears it. */
export interface VoteChange {
  readonly form?: string | null;
  readonly spam?: boolean | null;
  readonly category?: Category | null;
}

/** The voter, as the ledger knows them. */
export type Voter = Pick<StoredVote, "pid" | "by" | "tier" | "source" | "net">;

/** Changes of one vote that are accepted in a week, without the first vote; withdrawing is always accepted. */
export const CHANGES_A_WEEK = 3;

export type Changed =
  | {
      readonly ok: true;
      readonly vote: StoredVote | null;
      /** False if it says what it said before, which costs nothing. */
      readonly altered: boolean;
      /** Whether the row changes, also when a muted vote is cast again unchanged. */
      readonly writes: boolean;
      /** Changes of this week to record, or null. */
      readonly changes: number | null;
    }
  | { readonly ok: false; readonly code: "changes-used-up" | "category-without-spam" };

/**
 * The vote after a change: null if nothing is left of it. A vote of another account of the same voter is replaced without
 * being shown.
 * @param changes of this vote in this week; null if none was recorded
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
  // A category belongs to a spam mark and is removed with it.
  const category = change.category === undefined ? (before?.category ?? null) : change.category;
  if (change.category && spam !== true) return { ok: false, code: "category-without-spam" };
  const kept = spam === true ? category : null;

  const same =
    form === (before?.form ?? null) && spam === (before?.spam ?? null) && kept === (before?.category ?? null);
  if (same) {
    // Cast again it counts from today, if the number is listed; if not, nobody sees a difference.
    const again = before?.muted === true;
    const vote = again ? { ...before, ...voter, week, markWeek: week, muted: false } : before;
    return { ok: true, vote, altered: false, writes: again, changes: null };
  }
  if (form === null && spam === null)
    return { ok: true, vote: null, altered: true, writes: true, changes: changes ?? 0 };
  // Casting again after a withdrawal in the same week is a change, too.
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

/** Lifetime of a mark in weeks: after two years it weighs a fiftieth, and the number may be somebody else's. */
export const MARK_WEEKS = 104;
/** Lifetime of a name in weeks, unless it is given again: after five years it weighs a sixth. */
export const NAME_WEEKS = 260;

/** A vote without the parts that have expired in a week; null if nothing is left. */
export function agedVote(vote: StoredVote, week: Week): StoredVote | null {
  const named = vote.form !== null && week < vote.week + NAME_WEEKS;
  const marked = vote.spam !== null && week < vote.markWeek + MARK_WEEKS;
  if (named && marked) return vote;
  if (named) return { ...vote, spam: null, category: null, markWeek: vote.week };
  return marked ? { ...vote, form: null, week: vote.markWeek } : null;
}

/** The week in which part of a vote expires. */
export function dueWeekOf({ form, spam, week, markWeek }: StoredVote): Week {
  return Math.min(form === null ? Infinity : week + NAME_WEEKS, spam === null ? Infinity : markWeek + MARK_WEEKS);
}

/** Delay before the ballot's part is sent, ms, so that votes of a burst are sent together. */
export const OUTBOX_DELAY_MS = 1000;
