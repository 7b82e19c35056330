import type { MessageBounds, MessageLimits } from "../message-limits.ts";
import { dayOf, dayStart, HOUR_MS, hourOf, secondsUntil } from "../time/days.ts";

/** What messages are counted by. Pumping (messages asked for so that somebody earns by them) shows in each. */
export const COUNTED_BY = ["network", "operator", "range", "country", "domain", "money", "campaigns"] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

/** Bounds of an hour and of a day (UTC); null: none. Messages, for money micro-dollars. */
export type CounterLimit = MessageLimits[CountedBy];

/**
 * Codes and everything else are counted apart. Of codes it may be seen whether they leave; what else was sent must not
 * show there, since it would tell who got a message and who, having an account, did not need one. For the same reason
 * what leaves when the room of all codes is taken has purses of its own: numbers with an account, proofs of ownership,
 * and what waited. What operators announce is counted beside all of them, so that it takes nobody's room.
 */
export const PURSES = ["codes", "others", "members", "owners", "late", "campaigns"] as const;
export type Purse = (typeof PURSES)[number];
export type Reserve = Extract<Purse, "members" | "owners" | "late">;
const RESERVES = 3;

/** What is counted of one message. */
export interface Share {
  readonly limit: CounterLimit;
  /** 1, for money the price in micro-dollars. */
  readonly amount: number;
  readonly purse: Purse;
}

/** What was counted of one purse in an hour and a day. */
export interface Tally {
  readonly hour: number;
  readonly day: number;
  readonly inHour: number;
  readonly inDay: number;
}

/** How often bounds of a kind kept messages from leaving in a day (days since 1970-01-01). */
export interface Refused {
  readonly by: CountedBy;
  readonly day: number;
  readonly n: number;
}

export type CounterState = Readonly<Partial<Record<Purse, Tally>>>;

/**
 * Whether a message may leave, else the bound that stands and seconds until it ends. `fullness`: 0 up to the soft bound, 1
 * at the hard one; above 0 a message leaves only if its asker pays, more the fuller it is.
 */
export type Weighed =
  | { readonly ok: true; readonly fullness: number }
  | { readonly ok: false; readonly window: "hour" | "day"; readonly allows: number; readonly retryAfter: number };

/** Whether there is room for a message. @param now ms */
export function weighed(state: CounterState | null, { limit, amount, purse }: Share, now: number): Weighed {
  const own = current(state?.[purse], now);
  const codes = current(state?.codes, now);
  const day = fits(limit.day, own.inDay, codes.inDay);
  if (!day.ok) return refused("day", limit.day, dayStart(own.day + 1));
  const hour = limit.hour === null ? { ok: true, fullness: 0 } : fits(limit.hour, own.inHour, codes.inHour);
  if (!hour.ok && limit.hour !== null) return refused("hour", limit.hour, (own.hour + 1) * HOUR_MS);
  return { ok: true, fullness: Math.max(day.fullness, hour.fullness) };

  function fits(bounds: MessageBounds, used: number, byCodes: number): { ok: boolean; fullness: number } {
    const { soft, hard, reserve } = bounds;
    switch (purse) {
      case "codes":
        return { ok: used + amount <= hard, fullness: Math.max(0, used + amount - soft) / Math.max(1, hard - soft) };
      case "others":
        // Nobody can be asked to pay for what is not asked for: the rest leaves below the soft bound or not at all.
        return { ok: byCodes + used + amount <= soft, fullness: 0 };
      case "campaigns":
        return { ok: used + amount <= hard, fullness: 0 };
      case "members":
      case "owners":
      case "late":
        return { ok: used + amount <= Math.floor(reserve / RESERVES), fullness: 1 };
    }
  }
  function refused(window: "hour" | "day", bounds: MessageBounds, end: number): Weighed {
    const allows = purse === "others" ? bounds.soft : bounds.hard;
    return { ok: false, window, allows, retryAfter: secondsUntil(end, now) };
  }
}

/** The state after a message that was weighed and leaves. @param now ms */
export function counted(before: CounterState | null, { amount, purse }: Share, now: number): CounterState {
  return { ...before, [purse]: plus(current(before?.[purse], now), amount, amount) };
}

/** Takes one message back that was counted at `at` (ms) and was certainly not sent. */
export function takenBack(
  before: CounterState | null,
  { amount, purse }: Pick<Share, "amount" | "purse">,
  at: number,
): CounterState | null {
  const tally = before?.[purse];
  if (before === null || tally === undefined) return before;
  // Of an hour or a day that is over nothing is left to take back.
  const [hour, day] = [hourOf(at), dayOf(at)];
  return { ...before, [purse]: plus(tally, tally.hour === hour ? -amount : 0, tally.day === day ? -amount : 0) };
}

/** What was counted in a day, of all purses. @param day days since 1970-01-01 */
export function countedOn(state: CounterState, day: number): number {
  return Object.values(state).reduce((sum, tally) => sum + (tally.day === day ? tally.inDay : 0), 0);
}

/** When the counts mean nothing any more, ms. */
export function forgettableAt(state: CounterState, refused: readonly Refused[] = []): number {
  return dayStart(Math.max(...Object.values(state).map(({ day }) => day), ...refused.map(({ day }) => day)) + 1);
}

/** The counts of refusals with some added: a new day starts at zero, and late ones for an old day are dropped. */
export function refusedMore(before: readonly Refused[], more: readonly Refused[]): Refused[] {
  const after = new Map(before.map((one) => [one.by, one]));
  for (const one of more) {
    const own = after.get(one.by);
    if (own === undefined || own.day < one.day) after.set(one.by, one);
    else if (own.day === one.day) after.set(one.by, { ...own, n: own.n + one.n });
  }
  return [...after.values()];
}

/** A clock that goes back a little (another machine's) counts in the window that stands. */
function current(before: Tally | undefined, now: number): Tally {
  const hour = Math.max(before?.hour ?? 0, hourOf(now));
  const day = Math.max(before?.day ?? 0, dayOf(now));
  return {
    hour,
    day,
    inHour: before?.hour === hour ? before.inHour : 0,
    inDay: before?.day === day ? before.inDay : 0,
  };
}

function plus(tally: Tally, hour: number, day: number): Tally {
  return { ...tally, inHour: Math.max(0, tally.inHour + hour), inDay: Math.max(0, tally.inDay + day) };
}
