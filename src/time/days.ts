export const MINUTE_MS = 60_000;
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
  return dateOf(dayStart(day));
}

/** The day (UTC) of a time as `YYYY-MM-DD`. @param at ms since 1970 */
export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The day that `YYYY-MM-DD` names, days since 1970-01-01; null for what is no day. */
export function dayNamed(text: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : dayOf(at);
}

/** Whole seconds until a time, at least one: what `Retry-After` says. Both in ms since 1970. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1000));
}
