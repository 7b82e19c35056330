import { endsWithStop, type Kind } from "./message.ts";
import type { Attempt } from "./provider.ts";
import { DAY_MS } from "../time/days.ts";
import { LONGEST_RETRY_MS, retryDelay } from "../time/retry.ts";

/** How a message ended. Only `accepted` went to the provider; of `unknown` nobody can tell. */
export type End = "accepted" | "refused" | "unknown" | "expired" | "opted-out";

/** A message in its outbox, without its text. */
export interface Entry {
  readonly kind: Kind;
  /** Attempts begun. */
  readonly attempts: number;
  /** Attempts of unknown outcome. */
  readonly doubts: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** What becomes of a message: it waits until `due` (ms since 1970), or it ended. */
export type Next =
  | { readonly waits: true; readonly due: number; readonly doubts: number }
  | { readonly waits: false; readonly end: End; readonly error: number };

/** Codes of one recipient that may wait at a time, and as many other messages. */
export const MAX_WAITING = 10;
/** Nothing waits longer than this, whatever its caller asks. */
export const MAX_WAIT_MS = 7 * DAY_MS;
/** The id of an ended message is remembered for this long after its expiry, so that a repeat is not sent again. */
export const REMEMBER_MS = DAY_MS;

/** A message expires by up to this share of its time earlier than its caller asks. */
const EARLIER = 1 / 20;

/**
 * When a message expires, ms since 1970: a little earlier than asked, by chance, and never the very moment that its caller
 * may have stored beside a picture or a code. @param random in [0, 1)
 */
export function expiryOf(asked: number, now: number, random: number): number {
  const latest = Math.min(asked, now + MAX_WAIT_MS) - 1;
  return Math.floor(latest - Math.max(0, latest - now) * EARLIER * random);
}

/** What to do with a message before it is sent; null when it may be. */
export function before({ kind, expiresAt }: Entry, optedOut: boolean, now: number): Next | null {
  if (now >= expiresAt) return { waits: false, end: "expired", error: 0 };
  return optedOut && endsWithStop(kind) ? { waits: false, end: "opted-out", error: 0 } : null;
}

/**
 * What becomes of a message after an attempt. What is known not to have been sent is tried again until it expires. An
 * unknown outcome ends a code, since a second one could be a second message, and promotion, since nobody misses it; a
 * picture's link is tried once more, since the same link twice harms less than none.
 */
export function after(entry: Entry, attempt: Attempt, now: number): Next {
  switch (attempt.outcome) {
    case "accepted":
      return { waits: false, end: "accepted", error: 0 };
    case "refused":
      return { waits: false, end: "refused", error: attempt.error };
    case "unknown": {
      const doubts = entry.doubts + 1;
      if (entry.kind !== "picture-link" || doubts > 1) return { waits: false, end: "unknown", error: 0 };
      return wait(entry, doubts, now + retryDelay(entry.attempts), 0);
    }
    case "not-sent": {
      const waitMs = Math.max(retryDelay(entry.attempts), Math.min(attempt.waitMs, LONGEST_RETRY_MS));
      return wait(entry, entry.doubts, now + waitMs, attempt.error);
    }
  }
}

/** A message that would expire while it waits is not kept until then. */
function wait({ expiresAt }: Entry, doubts: number, due: number, error: number): Next {
  if (due < expiresAt) return { waits: true, due, doubts };
  return { waits: false, end: doubts > 0 ? "unknown" : "expired", error };
}
