import fc from "fast-check";
import type { Vote } from "../../src/verdict/ballot.ts";

/** The week that tests take for the present. */
export const NOW = 2968;

let made = 0;
/** A vote of a new voter; a trusted one from a network of its own unless said otherwise. */
export function vote(fields: Partial<Vote> = {}): Vote {
  made += 1;
  const pid = `voter-${String(made).padStart(6, "0")}`;
  return {
    pid,
    name: null,
    spam: null,
    category: null,
    tier: 2,
    source: "user",
    net: made % 256,
    week: NOW,
    ...fields,
  };
}

const NAMES = [
  "Mercy Hospital",
  "MERCY HOSP.",
  "Mercy",
  "Joe's Garage",
  "Joes Garage Inc",
  "Garage",
  "Mom",
  "fuck",
  "Anna Berg",
  "A. Berg",
  "安娜",
];

/** A ballot of any votes: every voter votes once. */
export const ballots = (most: number): fc.Arbitrary<Vote[]> =>
  fc.uniqueArray(
    fc.record({
      pid: fc.stringMatching(/^[a-z0-9]{6}$/),
      name: fc.option(fc.constantFrom(...NAMES)),
      spam: fc.option(fc.boolean()),
      category: fc.constantFrom(null, "fraud", "debt"),
      tier: fc.constantFrom(0, 1, 2),
      source: fc.constantFrom("user", "contact"),
      net: fc.integer({ min: 0, max: 5 }),
      week: fc.integer({ min: NOW - 120, max: NOW }),
    }) as fc.Arbitrary<Vote>,
    { selector: ({ pid }) => pid, maxLength: most },
  );
