/** Weeks begin on Monday and are counted from the one that holds 1970-01-01. */
export type Week = number;

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: three days into its week. */
const EPOCH_DAY_OF_WEEK = 3;

/** Days since 1970-01-01 (UTC) of a time in ms. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** The week that holds a day. */
export function weekOfDay(day: number): Week {
  return Math.floor((day + EPOCH_DAY_OF_WEEK) / 7);
}

/** The week that holds a time in ms. */
export function weekOf(now: number): Week {
  return weekOfDay(dayOf(now));
}

/** The Monday of a week as `YYYY-MM-DD`: the finest time that the service tells about its evidence. */
export function mondayOf(week: Week): string {
  return new Date((week * 7 - EPOCH_DAY_OF_WEEK) * DAY_MS).toISOString().slice(0, 10);
}

/** Spam evidence halves in 125 days: numbers are handed on, and spammers move. */
export const SPAM_HALF_LIFE_DAYS = 125;

const ONE = 1_000_000;
const TABLE_WEEKS = 520;

/** Integers in millionths, so that a sum does not depend on its order or on the machine. */
const SPAM_TABLE: readonly number[] = Array.from({ length: TABLE_WEEKS }, (_, weeks) =>
  Math.round(ONE * 2 ** ((-7 * weeks) / SPAM_HALF_LIFE_DAYS)),
);

/** Spam mass (any unit, integer) after `weeks` weeks; unchanged for 0 or less, gone after ten years. */
export function decaySpam(mass: number, weeks: number): number {
  if (weeks <= 0) return mass;
  return Math.round((mass * (SPAM_TABLE[weeks] ?? 0)) / ONE);
}
