import { DAY_MS, dayOf, HOUR_MS } from "./time.ts";

/**
 * What messages are counted by, and how many an hour and a day. Pumping (codes asked for so that somebody earns by the
 * messages) shows as many messages from one network, into one range of numbers, or into one country.
 */
export const BRAKES = {
  /** /24 of IPv4, /48 of IPv6. A carrier hides many people behind one. */
  network: { hour: 30, day: 120 },
  /** The network's operator, by the number of its autonomous system. */
  operator: { hour: 1500, day: 10_000 },
  /** 10,000 numbers: all but the last four digits. */
  range: { hour: 15, day: 45 },
  country: { hour: 2000, day: 15_000 },
} as const;
export type BrakeKind = keyof typeof BRAKES;

/** Messages of the current hour and day (UTC). */
export interface BrakeState {
  readonly hour: number;
  readonly inHour: number;
  readonly day: number;
  readonly inDay: number;
}

export type Spent =
  | { readonly ok: true; readonly state: BrakeState }
  | { readonly ok: false; readonly window: "hour" | "day"; readonly retryAfter: number };

/** Counts one message, or says in how many seconds there is room for one. */
export function spend(before: BrakeState | null, kind: BrakeKind, now: number): Spent {
  const allowed = BRAKES[kind];
  const { hour, inHour, day, inDay } = current(before, now);
  if (inDay >= allowed.day) return { ok: false, window: "day", retryAfter: until((day + 1) * DAY_MS, now) };
  if (inHour >= allowed.hour) return { ok: false, window: "hour", retryAfter: until((hour + 1) * HOUR_MS, now) };
  return { ok: true, state: { hour, inHour: inHour + 1, day, inDay: inDay + 1 } };
}

/** Takes one message back that was counted and not sent. */
export function giveBack(before: BrakeState | null, now: number): BrakeState {
  const { hour, inHour, day, inDay } = current(before, now);
  return { hour, inHour: Math.max(0, inHour - 1), day, inDay: Math.max(0, inDay - 1) };
}

/** When the counts mean nothing any more, ms. */
export function forgettableAt({ day }: BrakeState): number {
  return (day + 1) * DAY_MS;
}

function current(before: BrakeState | null, now: number): BrakeState {
  const hour = Math.floor(now / HOUR_MS);
  const day = dayOf(now);
  return {
    hour,
    inHour: before?.hour === hour ? before.inHour : 0,
    day,
    inDay: before?.day === day ? before.inDay : 0,
  };
}

function until(end: number, now: number): number {
  return Math.max(1, Math.ceil((end - now) / 1000));
}
