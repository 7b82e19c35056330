import { DAY_MS } from "../time/days.ts";

/** How much of something is allowed in a window. Windows divide a day and begin with it (UTC). */
export interface Quota {
  readonly name: string;
  readonly allows: number;
  /** Seconds. */
  readonly window: number;
}

/** Something that uses `n` of a quota. */
export interface Spending {
  readonly quota: Quota;
  readonly n: number;
}

/** What was used of a quota in the window that it was used in last. */
export interface Used {
  readonly name: string;
  readonly window: number;
  /** Windows since 1970-01-01. */
  readonly period: number;
  readonly n: number;
}

/** What stands after some spendings, all or none: or the first quota that has no room. @param now ms */
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

/** What stands when spendings came to nothing. Of a window that is over nothing is given back. */
export function giveBack(used: readonly Used[], spendings: readonly Spending[], now: number): readonly Used[] {
  return used.map((one) => {
    const back = spendings.find(({ quota }) => quota.name === one.name)?.n ?? 0;
    return one.period === periodOf(one.window, now) ? { ...one, n: Math.max(0, one.n - back) } : one;
  });
}

/** What still counts. */
export function current(used: readonly Used[], now: number): readonly Used[] {
  return used.filter(({ window, period, n }) => n > 0 && period >= periodOf(window, now));
}

/** Milliseconds until every window is over that anything was used in by now. */
export function untilMidnight(now: number): number {
  return DAY_MS - (now % DAY_MS);
}

/** Seconds until a quota begins anew. */
export function retryAfter({ window }: Quota, now: number): number {
  return Math.max(1, Math.ceil((periodOf(window, now) + 1) * window - now / 1000));
}

function countOf(used: readonly Used[], { name, window }: Quota, now: number): number {
  return used.find((one) => one.name === name && one.period === periodOf(window, now))?.n ?? 0;
}

function periodOf(window: number, now: number): number {
  return Math.floor(now / (window * 1000));
}
