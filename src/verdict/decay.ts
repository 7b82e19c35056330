import { dateOf, DAY_MS, dayOf } from "../time/days.ts";

/** Weeks begin on Monday, counted from the week of 1970-01-01. */
export type Week = number;

/** 1970-01-01 was a Thursday: three days into its week. */
const EPOCH_DAY_OF_WEEK = 3;

/** The week of a day. */
export function weekOfDay(day: number): Week {
  return Math.floor((day + EPOCH_DAY_OF_WEEK) / 7);
}

/** The week of a time in ms. */
export function weekOf(now: number): Week {
  return weekOfDay(dayOf(now));
}

/** The first millisecond of a week, ms since 1970. */
export function weekStart(week: Week): number {
  return (week * 7 - EPOCH_DAY_OF_WEEK) * DAY_MS;
}

/** The Monday of a week as `YYYY-MM-DD`: the most precise time that responses give about evidence. */
export function mondayOf(week: Week): string {
  return dateOf(weekStart(week));
}

/** Spam evidence halves in 125 days, because numbers are reassigned and spammers move on. */
export const SPAM_HALF_LIFE_DAYS = 125;
/** Names halve in two years: with faster decay a late burst of votes would win. */
export const NAME_HALF_LIFE_DAYS = 730;

/** A mass (any unit, integer) after `weeks` weeks; unchanged for 0 or less. */
export type Decay = (mass: number, weeks: number) => number;

/** Spam mass after `weeks` weeks; gone after ten years. */
export const decaySpam: Decay = halving(SPAM_HALF_LIFE_DAYS, 520);

/** Name mass after `weeks` weeks; gone after forty years. */
export const decayName: Decay = halving(NAME_HALF_LIFE_DAYS, 2080);

/** Integers in millionths, so that a sum does not depend on its order or on the machine. */
function halving(days: number, weeksKept: number): Decay {
  const one = 1_000_000;
  const table = Array.from({ length: weeksKept }, (_, weeks) => Math.round(one * 2 ** ((-7 * weeks) / days)));
  return (mass, weeks) => (weeks <= 0 ? mass : Math.round((mass * (table[weeks] ?? 0)) / one));
}
