/** Numbers that one account may share in a day. */
export const NUMBERS_A_DAY = 2000;

/** What is known of an account that shares: a count for today. Its share id is kept beside, sealed. */
export interface Counted {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly numbers: number;
}

/** The count after sharing so many numbers; null when the day has no room for them. */
export function count(before: Counted | null, numbers: number, day: number): Counted | null {
  const already = before?.day === day ? before.numbers : 0;
  return already + numbers > NUMBERS_A_DAY ? null : { day, numbers: already + numbers };
}
