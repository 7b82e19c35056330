import { HOUR_MS } from "../time/days.ts";

/** Names that one run hands over at most. */
export const RUN_ROWS = 100;
/** When a run that died, or a name that could not be handed over, is tried again, ms. */
export const SAFETY_MS = 60_000;
/** When a name that does not open is tried again, ms: another deployment may have the key. */
export const SPOILT_MS = HOUR_MS;
/** Runs lie apart, ms: names that come due together go in one run, in an order that is random. */
const SHORTEST_WAIT_MS = 500;
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The name of the mixer in which names of a number wait, one of 64: the first character of the keyed hash under which
 * mixers know the number, so that whoever takes the number out finds all of them in one.
 */
export function mixerOf(number: string): string {
  return number.charAt(0);
}

/** The names of all mixers. */
export function mixers(): string[] {
  return Array.from(BASE64URL);
}

/** When to run next, given when the next name's time comes. */
export function nextRun(release: number, now: number): number {
  return Math.max(release, now + SHORTEST_WAIT_MS);
}

/** A time of its own for a name, ms: any within the spread is as likely. @param random in [0, 1) */
export function releaseTime(now: number, spreadMs: number, random: number): number {
  return now + Math.floor(random * spreadMs);
}
