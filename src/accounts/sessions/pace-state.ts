import type { Pace } from "../../vault/signer.ts";

/** Burst tokens an account gets a day (UTC). */
export const BURSTS_A_DAY = 4;
/** Days after sign-up in which an account gets none: otherwise each new number would buy a day's worth at once. */
export const FIRST_BURST_DAY = 7;

/** Burst tokens that an account got on one day, days since 1970-01-01. */
export interface Bursts {
  readonly day: number;
  readonly handed: number;
}

/**
 * The pace of an account's next token, and the count after it. With calm tokens of 10 lookups a minute and four times 15
 * minutes of 60 an account looks up 17,400 numbers a day at most.
 * @param since the day of sign-up
 */
export function nextPace(before: Bursts, since: number, day: number): { readonly pace: Pace; readonly bursts: Bursts } {
  const today = before.day === day ? before : { day, handed: 0 };
  if (day - since < FIRST_BURST_DAY || today.handed >= BURSTS_A_DAY) return { pace: "calm", bursts: today };
  return { pace: "burst", bursts: { day, handed: today.handed + 1 } };
}
