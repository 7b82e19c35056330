export const HOUR_S = 3600;
export const DAY_S = 24 * HOUR_S;
export const HOUR_MS = HOUR_S * 1000;
export const DAY_MS = DAY_S * 1000;

/** Days since 1970-01-01 (UTC). @param now ms since 1970 */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** Hours since 1970. @param now ms since 1970 */
export function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS);
}

/** When a day begins, ms since 1970. @param day days since 1970-01-01 */
export function dayStart(day: number): number {
  return day * DAY_MS;
}

/** A day as `YYYY-MM-DD`. @param day days since 1970-01-01 */
export function dayText(day: number): string {
  return new Date(dayStart(day)).toISOString().slice(0, 10);
}
