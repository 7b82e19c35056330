import { DAY_MS, secondsUntil } from "../time/days.ts";

/** How much is allowed in a window of time. A day is a whole number of windows, counted from midnight (UTC). */
export interface Quota {
  readonly name: string;
  readonly allows: number;
  /** Seconds. */
  readonly window: number;
}

/** A use of `n` units of a quota. */
export interface Spending {
  readonly quota: Quota;
  readonly n: number;
}

/** What was used of a quota in the latest window with any use. */
export interface Used {
  readonly name: string;
  readonly window: number;
  /** Windows since 1970-01-01. */
  readonly period: number;
  readonly n: number;
}

/** Counts after all spendings, or the first quota that they would exceed. @param now ms */
export function spend(used: readonly Used[], spendings: readonly Spending[], now: number): readonly Used[] | Quota {
  let after = used;
  for (const { quota, n } of spendings) {
    const { name, allows, window } = quota;
    const total = countOf(after, quota, now) + n;
    if (n > 0 && total > allows) return quota;
    after = [...after.filter((one) => one.name !== name), { name, window, period: periodOf(window, now), n: total }];
  }
  return after;
}

/** Counts after returning spendings of work that failed. Windows that are over stay as they are. */
export function giveBack(used: readonly Used[], spendings: readonly Spending[], now: number): readonly Used[] {
  return used.map((one) => {
    const back = spendings.find(({ quota }) => quota.name === one.name)?.n ?? 0;
    return one.period === periodOf(one.window, now) ? { ...one, n: Math.max(0, one.n - back) } : one;
  });
}

/** Counts of windows that are not over. */
export function current(used: readonly Used[], now: number): readonly Used[] {
  return used.filter(({ window, period, n }) => n > 0 && period >= periodOf(window, now));
}

/** Milliseconds until midnight (UTC), when every window is over. */
export function untilMidnight(now: number): number {
  return DAY_MS - (now % DAY_MS);
}

/** Seconds until a quota resets. */
export function retryAfter({ window }: Quota, now: number): number {
  return secondsUntil((periodOf(window, now) + 1) * window * 1000, now);
}

function countOf(used: readonly Used[], { name, window }: Quota, now: number): number {
  return used.find((one) => one.name === name && one.period === periodOf(window, now))?.n ?? 0;
}

function periodOf(window: number, now: number): number {
  return Math.floor(now / (window * 1000));
}
