export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Days since 1970-01-01 (UTC). @param now ms */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** A day as the contract writes it. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
