import * as fc from "fast-check";

/** ASCII digits, from `min` to `max` of them. */
export const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0, max: 9 }).map(String), minLength: min, maxLength: max });

/** Significant numbers that a metadata pattern takes. */
export const matching = (pattern: string): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^(?:${pattern})$`));
