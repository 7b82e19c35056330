import { isEnded, type Ending, type Kind } from "./message.ts";
import type { Attempt } from "./provider.ts";
import { DAY_MS } from "../time/days.ts";
import { LONGEST_RETRY_MS, retryDelay } from "../time/retry.ts";

/** How a message ended. `accepted` was accepted by the provider; `unknown` may have been. */
export type End = "accepted" | "refused" | "unknown" | "expired" | "opted-out";

/** A message in its outbox, without its text. */
export interface Entry {
  readonly kind: Kind;
  /** Attempts started. */
  readonly attempts: number;
  /** Attempts with an unknown outcome. */
  readonly doubts: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** The next state of a message: it waits until `due` (ms since 1970), or has ended. */
export type Next =
  | { readonly waits: true; readonly due: number; readonly doubts: number }
  | { readonly waits: false; readonly end: End; readonly error: number };

/** Codes of one recipient that can wait at a time; and as many other messages. */
export const MAX_WAITING = 10;
/** The longest that a message can wait, ms. */
export const MAX_WAIT_MS = 7 * DAY_MS;
/** How long the id of an ended message is kept after its expiry, so that a repeat is not sent again, ms. */
export const REMEMBER_MS = DAY_MS;

/** A message expires earlier than asked, by up to this share of its lifetime. */
const EARLIER = 1 / 20;

/**
 * When a message expires, ms since 1970: randomly a little earlier than asked, so that the time cannot be matched with one
 * stored with a picture or a code. @param random in [0, 1)
 */
export function expiryOf(asked: number, now: number, random: number): number {
  const latest = Math.min(asked, now + MAX_WAIT_MS) - 1;
  return Math.floor(latest - Math.max(0, latest - now) * EARLIER * random);
}

/** What to do with a message before it is sent; null when it may be. */
export function before({ kind, expiresAt }: Entry, ending: Ending | null, now: number): Next | null {
  if (now >= expiresAt) return { waits: false, end: "expired", error: 0 };
  return isEnded(kind, ending) ? { waits: false, end: "opted-out", error: 0 } : null;
}

/** Unknown outcomes that are tried again where the provider recognises a repeat: within an hour, of the day that it does. */
const MAX_DOUBTS = 10;

/**
 * The next state of a message after an attempt. What was certainly not sent is retried until it expires. An unknown outcome
 * is tried again where the provider recognises a repeat. Elsewhere it ends a code, because a retry could send a second one,
 * and an announcement; a picture's link is retried once, because the same link twice does less harm than none.
 * @param knowsRepeats of the provider
 */
export function after(entry: Entry, attempt: Attempt, now: number, knowsRepeats = false): Next {
  switch (attempt.outcome) {
    case "accepted":
      return { waits: false, end: "accepted", error: 0 };
    case "refused":
      return { waits: false, end: "refused", error: attempt.error };
    case "unknown": {
      const doubts = entry.doubts + 1;
      const retries = knowsRepeats ? MAX_DOUBTS : entry.kind === "picture-link" ? 1 : 0;
      if (doubts > retries) return { waits: false, end: "unknown", error: 0 };
      return wait(entry, doubts, now + retryDelay(entry.attempts), 0);
    }
    case "not-sent": {
      const waitMs = Math.max(retryDelay(entry.attempts), Math.min(attempt.waitMs, LONGEST_RETRY_MS));
      return wait(entry, entry.doubts, now + waitMs, attempt.error);
    }
  }
}

/** A message that would expire while it waits ends at once. */
function wait({ expiresAt }: Entry, doubts: number, due: number, error: number): Next {
  if (due < expiresAt) return { waits: true, due, doubts };
  return { waits: false, end: doubts > 0 ? "unknown" : "expired", error };
}
