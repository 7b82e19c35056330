import type { ErasureStep, Removed, Subject } from "../lifecycle.ts";
import { dateOf, DAY_MS } from "../time/days.ts";

/** Why an account is erased. */
export const ERASURE_REASONS = ["request", "minor", "legal"] as const;
/** `new-holder`: the number belongs to somebody else; nobody fetches this receipt. */
export type ErasureReason = (typeof ERASURE_REASONS)[number] | "new-holder";

/**
 * What an erasure consists of. A failing step does not delay the others. All run twice: at once, and when the last access
 * token has expired. `close` comes first, `release` last.
 */
export interface ErasureObjectDeps {
  /** Blocks sign-in with the number; `hold` takes the account's place until `release`. */
  readonly close: (erased: Subject, hold: string) => Promise<void>;
  readonly steps: readonly ErasureStep[];
  /** Releases the number: it can sign up as new. */
  readonly release: (hold: string) => Promise<void>;
}

/** How long a receipt can be fetched, ms. */
export const RECEIPT_MS = 90 * DAY_MS;
/** Years that spam marks and names stay in the votes. */
const MARK_YEARS = 2;
const NAME_YEARS = 5;
/** Days of recovery history that the platform keeps. */
export const RECOVERY_DAYS = 30;

/** The id of an account's n-th erasure, from 0. @param object the name of the object of its erasures */
export function erasureId(object: string, n: number): string {
  return n === 0 ? object : `${object}.${n}`;
}

/** The object of an erasure's id, and its position there; null if it is no such id. */
export function erasureOf(id: string): { readonly object: string; readonly n: number } | null {
  const parts = /^(?<object>[A-Za-z0-9_-]{22})(?:\.(?<n>[1-9]\d{0,5}))?$/.exec(id)?.groups;
  return parts?.["object"] === undefined ? null : { object: parts["object"], n: Number(parts["n"] ?? 0) };
}

/** What a receipt says. `id` is the erasure's; the day is the finest time. */
export function receiptOf(id: string, reason: ErasureReason, removed: Removed, now: number): Record<string, unknown> {
  return {
    iss: "konnections",
    jti: id,
    reason,
    completedOn: dateOf(now),
    removed,
    recoveryHistoryDays: RECOVERY_DAYS,
    statement:
      "Everything that the service held on this account was deleted from its live stores, and names that it shared from contacts have left the votes. The platform keeps a recovery history of its databases for the days named; what is in it is encrypted, and gone when they are over.",
    stays: {
      votes: {
        marksYears: MARK_YEARS,
        namesYears: NAME_YEARS,
        statement:
          "Votes that were cast stay, a spam mark for two years and a name for five. On a number that its owner has taken out they count for nothing, and go when the account of that number is erased. Nothing in them says whose they are. Only somebody who has the service's keys, and the number that voted or the id of its account, could find the vote of that number on another number that they try.",
      },
      quotas: {
        until: "midnight (UTC)",
        statement:
          "What the number has used of its quotas today (votes, contacts, pictures, photos, exports), and how many pictures it was sent, is kept as counts until midnight (UTC), so that a new account does not reset the day's quotas.",
      },
      holders: {
        years: NAME_YEARS,
        statement:
          "If the number is known to have changed hands, how often is kept while votes of those who had it may stand.",
      },
    },
  };
}
