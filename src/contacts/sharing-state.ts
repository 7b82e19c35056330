/** Numbers that one account may share in a day. */
export const NUMBERS_A_DAY = 2000;
/** Share ids that one account may begin in a day: each one revoked is looked for by the whole service for weeks. */
export const SHARES_A_DAY = 5;

const HOUR_MS = 3_600_000;

/** The hour of a time, hours since 1970. @param now ms since 1970 */
export function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS);
}

/** What is known of an account that shares: a count for today. Its share id is kept beside, sealed. */
export interface Counted {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly numbers: number;
  /** Share ids begun on that day. */
  readonly shares: number;
}

/**
 * The count after sharing so many numbers; null when the day has no room for them.
 * @param begun share ids that begin with them: 1 for the first numbers and after a revocation, else 0
 */
export function count(before: Counted | null, numbers: number, begun: 0 | 1, day: number): Counted | null {
  const today = before?.day === day ? before : { numbers: 0, shares: 0 };
  const after = { day, numbers: today.numbers + numbers, shares: today.shares + begun };
  return after.numbers > NUMBERS_A_DAY || after.shares > SHARES_A_DAY ? null : after;
}
