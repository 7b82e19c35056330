import type { MessageBounds, MessageLimits } from "../config.ts";

/** What messages are counted by. Pumping (messages asked for so that somebody earns by them) shows in each. */
export const COUNTED_BY = ["network", "operator", "range", "country", "money"] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

/** Bounds of an hour and of a day (UTC); null: none. Messages, for money micro-dollars. */
export type CounterLimit = MessageLimits[CountedBy];

/**
 * Codes and everything else are counted apart. Of codes it may be seen whether they leave; what else was sent must not
 * show there, since it would tell who got a message and who, having an account, did not need one.
 */
export type Purse = "codes" | "others";

/** What is counted of one message. */
export interface Share {
  readonly limit: CounterLimit;
  /** 1, for money the price in micro-dollars. */
  readonly amount: number;
  readonly purse: Purse;
  /** Whether it may use the reserve. */
  readonly reserved: boolean;
}

/** What was counted in the current hour and day. */
export interface CounterState {
  readonly hour: number;
  readonly day: number;
  readonly codesInHour: number;
  readonly codesInDay: number;
  readonly othersInHour: number;
  readonly othersInDay: number;
}

/** Whether a message may leave, `price`: only if its asker pays; else the bound that stands and seconds until it ends. */
export type Weighed =
  | { readonly ok: true; readonly price: boolean }
  | { readonly ok: false; readonly window: "hour" | "day"; readonly allows: number; readonly retryAfter: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whether there is room for a message. @param now ms */
export function weighed(before: CounterState | null, share: Share, now: number): Weighed {
  const state = current(before, now);
  const { limit, amount } = share;
  const [day, hour] = [fits(limit.day, state.codesInDay, state.othersInDay), hourFits()];
  if (!day.ok) return refused("day", limit.day, (state.day + 1) * DAY_MS);
  if (!hour.ok && limit.hour !== null) return refused("hour", limit.hour, (state.hour + 1) * HOUR_MS);
  return { ok: true, price: day.price || hour.price };

  function hourFits(): { ok: boolean; price: boolean } {
    if (limit.hour === null) return { ok: true, price: false };
    return fits(limit.hour, state.codesInHour, state.othersInHour);
  }
  function fits(
    { soft, hard, reserve }: MessageBounds,
    codes: number,
    others: number,
  ): { ok: boolean; price: boolean } {
    // Nobody can be asked to pay for what is not asked for: the rest leaves below the soft bound or not at all.
    if (share.purse === "others") return { ok: codes + others + amount <= soft, price: false };
    return { ok: codes + amount <= hard + (share.reserved ? reserve : 0), price: codes + amount > soft };
  }
  function refused(window: "hour" | "day", bounds: MessageBounds, end: number): Weighed {
    const allows = share.purse === "others" ? bounds.soft : bounds.hard;
    return { ok: false, window, allows, retryAfter: Math.max(1, Math.ceil((end - now) / 1000)) };
  }
}

/** The state after a message that was weighed and leaves. @param now ms */
export function counted(before: CounterState | null, { amount, purse }: Share, now: number): CounterState {
  return plus(current(before, now), purse, amount, amount);
}

/** Takes one message back that was counted at `at` (ms) and was certainly not sent. */
export function takenBack(
  before: CounterState | null,
  { amount, purse }: Pick<Share, "amount" | "purse">,
  at: number,
): CounterState | null {
  if (before === null) return null;
  // Of an hour or a day that is over nothing is left to take back.
  const [hour, day] = [Math.floor(at / HOUR_MS), Math.floor(at / DAY_MS)];
  return plus(before, purse, before.hour === hour ? -amount : 0, before.day === day ? -amount : 0);
}

/** When the counts mean nothing any more, ms. */
export function forgettableAt({ day }: CounterState): number {
  return (day + 1) * DAY_MS;
}

/** A clock that goes back a little (another machine's) counts in the window that stands. */
function current(before: CounterState | null, now: number): CounterState {
  const hour = Math.max(before?.hour ?? 0, Math.floor(now / HOUR_MS));
  const day = Math.max(before?.day ?? 0, Math.floor(now / DAY_MS));
  const ofHour = before?.hour === hour ? before : null;
  const ofDay = before?.day === day ? before : null;
  return {
    hour,
    day,
    codesInHour: ofHour?.codesInHour ?? 0,
    codesInDay: ofDay?.codesInDay ?? 0,
    othersInHour: ofHour?.othersInHour ?? 0,
    othersInDay: ofDay?.othersInDay ?? 0,
  };
}

function plus(state: CounterState, purse: Purse, hour: number, day: number): CounterState {
  return purse === "codes"
    ? {
        ...state,
        codesInHour: Math.max(0, state.codesInHour + hour),
        codesInDay: Math.max(0, state.codesInDay + day),
      }
    : {
        ...state,
        othersInHour: Math.max(0, state.othersInHour + hour),
        othersInDay: Math.max(0, state.othersInDay + day),
      };
}
