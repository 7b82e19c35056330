import { DAY_MS, dayOf, HOUR_MS } from "../../time/days.ts";

/** Days without use after which a sign-in is taken to be a new holder's. */
export const IDLE_DAYS = 45;
/** How long an unknown device is limited, unless one of the account's devices ends its session. */
export const LIMITED_MS = 7 * DAY_MS;
/** How long an account continues after a stated change of hands. */
export const NOTICE_MS = 7 * DAY_MS;

/** What decides whom an account takes for its holder. */
export interface Belonging {
  /** The last day on which a full session was used, days since 1970-01-01. */
  readonly used: number;
  /** When a stated change of hands takes effect, ms; null if there is none. */
  readonly handOver: number | null;
  /** Whether one was stopped before, which is possible once. */
  readonly stopped: boolean;
}

/** Whether the account has been idle so long that its number may have a new holder. Days are UTC. */
export function isIdle({ used }: Belonging, now: number): boolean {
  return dayOf(now) - used >= IDLE_DAYS;
}

/** Whether a change of hands has taken effect. */
export function isHandedOver({ handOver }: Belonging, now: number): boolean {
  return handOver !== null && now >= handOver;
}

/** A time rounded up to the hour: finer times could link rows. */
export function inHours(at: number): number {
  return Math.ceil(at / HOUR_MS) * HOUR_MS;
}

/**
 * The access of a session. @param limited until when its sign-in limited it, ms; null for a device of the account's.
 *
 * Use by a limited device does not keep the account: if the account has been idle when the device's seven days are over,
 * it may be the next holder's, and has to sign in again. During a change of hands no device becomes full by waiting.
 */
export function accessOf(limited: number | null, belonging: Belonging, now: number): "full" | "limited" | "ended" {
  if (isHandedOver(belonging, now)) return "ended";
  if (limited === null) return "full";
  if (now < limited || belonging.handOver !== null) return "limited";
  return isIdle(belonging, now) ? "ended" : "full";
}

/** How a sign-in with a proved number is admitted. */
export type Admission =
  | { readonly as: "full" }
  | { readonly as: "limited"; readonly until: number }
  /** The account ends, and the number gets a new one. */
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

/** States a change of hands; one that is under way continues. */
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
