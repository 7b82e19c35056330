/** Wrong tries a day (UTC). */
export const WRONG_A_DAY = 5;

/**
 * Who tries a PIN: a device of the account's, or whoever signs in with the number. Counted apart: a stranger with the
 * number must not use up what its devices need to stop a change of hands.
 */
export type PinAsker = "own" | "other";

/** Wrong tries of a day, days since 1970-01-01. */
export interface Tries {
  readonly day: number;
  readonly own: number;
  readonly other: number;
}

/** The tries with one more, to be stored before the PIN is checked; null if none are left today. */
export function counted(before: Tries, by: PinAsker, day: number): Tries | null {
  const today = before.day === day ? before : { day, own: 0, other: 0 };
  return today[by] >= WRONG_A_DAY ? null : { ...today, [by]: today[by] + 1 };
}

/** The tries after a correct one, which does not count. */
export function forgiven(before: Tries, by: PinAsker): Tries {
  return { ...before, [by]: Math.max(0, before[by] - 1) };
}
