import { HOUR_MS } from "../time/days.ts";

/** Most names released in one run. */
export const RUN_ROWS = 100;
/** When a run that died, or a name that could not be released, is retried, ms. */
export const SAFETY_MS = 60_000;
/** When a name that cannot be opened is retried, ms: another deployment may have the key. */
export const SPOILT_MS = HOUR_MS;
/** Minimum time between runs, ms: names that are due together are released in one run, in random order. */
const SHORTEST_WAIT_MS = 500;
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The name of the mixer for a number, one of 64: the first character of the mixers' keyed hash of the number, so that
 * unlisting finds all its names in one mixer.
 */
export function mixerOf(number: string): string {
  return number.charAt(0);
}

/** The names of all mixers. */
export function mixers(): string[] {
  return Array.from(BASE64URL);
}

/** When to run next, given when the next name is due. */
export function nextRun(release: number, now: number): number {
  return Math.max(release, now + SHORTEST_WAIT_MS);
}

/** A random release time, ms, uniform within the spread. @param random in [0, 1) */
export function releaseTime(now: number, spreadMs: number, random: number): number {
  return now + Math.floor(random * spreadMs);
}
