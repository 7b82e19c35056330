import { DAY_MS, dayOf, HOUR_MS } from "../../time/days.ts";

/** Days without a session used, after which a sign-in finds a new holder of the number. */
export const IDLE_DAYS = 45;
/** How long a device that the account does not know is limited, unless one of the account's devices ends it. */
export const LIMITED_MS = 7 * DAY_MS;
/** How long an account's devices are told that its number has changed hands before the account ends. */
export const NOTICE_MS = 7 * DAY_MS;

/** What decides whom an account takes for its holder. */
export interface Belonging {
  /** The last day on which one of its full sessions was used, days since 1970-01-01. */
  readonly used: number;
  /** When a stated change of hands takes effect, ms; null when none is. */
  readonly handOver: number | null;
  /** Whether one was stopped before: that can be done once. */
  readonly stopped: boolean;
}

/** Whether the account may be somebody else's by now. Days are UTC. */
export function isIdle({ used }: Belonging, now: number): boolean {
  return dayOf(now) - used >= IDLE_DAYS;
}

/** Whether a change of hands has taken effect: from then on the account is nobody's. */
export function isHandedOver({ handOver }: Belonging, now: number): boolean {
  return handOver !== null && now >= handOver;
}

/** A time in whole hours, later by less than one: finer times would join rows that nothing is to join. */
export function inHours(at: number): number {
  return Math.ceil(at / HOUR_MS) * HOUR_MS;
}

/**
 * How a session stands. @param limited until when it was limited at its sign-in, ms; null for a device of the account's.
 *
 * Use by a device that is not approved keeps no account: when its time has come and the account has been idle, it may be
 * the next holder's, and begins anew. A stated change of hands stops the clock: then the account ends for everybody.
 */
export function accessOf(limited: number | null, belonging: Belonging, now: number): "full" | "limited" | "ended" {
  if (isHandedOver(belonging, now)) return "ended";
  if (limited === null) return "full";
  if (now < limited || belonging.handOver !== null) return "limited";
  return isIdle(belonging, now) ? "ended" : "full";
}

/** How a sign-in with a proved number is let in. */
export type Admission =
  | { readonly as: "full" }
  | { readonly as: "limited"; readonly until: number }
  /** The account is over for whoever asks: it ends, and the number gets a new one. */
  | { readonly as: "new-holder"; readonly why: "idle" | "handed-over" };

/**
 * Decides on a sign-in. `known`: the account knows the device; `pin`: its PIN was given and right; `before`: until when an
 * earlier sign-in of the same device is limited, null without one.
 */
export function admit(
  belonging: Belonging,
  { known, pin, before }: { readonly known: boolean; readonly pin: boolean; readonly before: number | null },
  now: number,
): Admission {
  if (isHandedOver(belonging, now)) return { as: "new-holder", why: "handed-over" };
  if (pin) return { as: "full" };
  if (isIdle(belonging, now)) return { as: "new-holder", why: "idle" };
  return known ? { as: "full" } : { as: "limited", until: before ?? inHours(now + LIMITED_MS) };
}

/** A change of hands that was stated now; one that is under way goes on. */
export function handedOver(before: Belonging, now: number): Belonging {
  return before.handOver === null ? { ...before, handOver: inHours(now + NOTICE_MS) } : before;
}

export type Stopping =
  | { readonly ok: true; readonly after: Belonging }
  | { readonly ok: false; readonly reason: "none" | "stopped-before" };

/** Stops a change of hands under way. */
export function stopHandOver(before: Belonging, now: number): Stopping {
  if (before.handOver === null || isHandedOver(before, now)) return { ok: false, reason: "none" };
  if (before.stopped) return { ok: false, reason: "stopped-before" };
  return { ok: true, after: { ...before, handOver: null, stopped: true } };
}
