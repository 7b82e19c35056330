import { describe, expect, it } from "vitest";
import { decayName, decaySpam } from "../../src/verdict/decay.ts";
import { ONE, voteWeight, weighByWeek, WEEKLY_MARKS, WEEKLY_NAMES, type Cast } from "../../src/verdict/scale.ts";

const WEEK = 2900;
/** So many votes of a tier in one week, each from a network of its own unless one is named. */
const casts = (count: number, tier: 0 | 1 | 2, week = WEEK, net?: number): Cast[] =>
  Array.from({ length: count }, (_, index) => ({
    candidate: 0,
    mass: voteWeight(tier, "user"),
    tier,
    net: net ?? index,
    week,
  }));
const mass = (all: readonly Cast[], damping = WEEKLY_NAMES): number =>
  weighByWeek(all, 1, decayName, damping).at(-1)?.masses[0] ?? 0;

describe("weights", () => {
  it("are by tier and source", () => {
    expect(([0, 1, 2] as const).map((tier) => [voteWeight(tier, "user"), voteWeight(tier, "contact")])).toEqual([
      [250, 125],
      [1000, 500],
      [1300, 650],
    ]);
  });

  it("halve: names in 730 days, spam in 125", () => {
    expect(decayName(1000, 0)).toBe(1000);
    expect(decayName(1000, 104)).toBeGreaterThan(500);
    expect(decayName(1000, 105)).toBeLessThan(500);
    expect(decaySpam(1000, 17)).toBeGreaterThan(500);
    expect(decaySpam(1000, 18)).toBeLessThan(500);
    expect(decaySpam(1000, 10_000)).toBe(0);
  });
});

describe("damping by week", () => {
  it.each<[string, readonly Cast[], number]>([
    ["few are not damped", casts(1, 1), ONE],
    ["tiers 0 and 1 share the floor", [...casts(20, 1), ...casts(20, 0)], 1500],
    ["tier 2 has a floor of its own", casts(20, 2), 3000],
    ["both floors at once", [...casts(20, 2), ...casts(20, 1)], 4500],
  ])("%s", (_, all, expected) => {
    // Cutting shares down to whole thousandths loses less than one a vote.
    expect(Math.abs(mass(all) - expected)).toBeLessThanOrEqual(all.length);
  });

  it("lets marks add a little more than names", () => {
    expect(mass(casts(20, 1), WEEKLY_MARKS)).toBeGreaterThan(mass(casts(20, 1)));
  });

  it("lets tiers 0 and 1 add half of what was there, tier 2 as much again", () => {
    const before = Array.from({ length: 10 }, (_, index) => casts(1, 1, WEEK - 1 - index, 200 + index)).flat();
    const were = decayName(mass(before), 1);
    expect(mass([...before, ...casts(60, 1)]) / were).toBeCloseTo(1.5, 1);
    expect(mass([...before, ...casts(60, 2)]) / were).toBeCloseTo(2, 1);
  });

  it("counts weight from one network as 1 + log2", () => {
    const weeks = Array.from({ length: 4 }, (_, index) => casts(1, 1, WEEK - index, 7)).flat();
    expect(mass(weeks)).toBeGreaterThan(2.9 * ONE);
    expect(mass(weeks)).toBeLessThan(3 * ONE);
  });

  it("keeps candidates apart and has no order", () => {
    const two = [...casts(3, 2), ...casts(2, 1, WEEK - 5).map((cast) => ({ ...cast, candidate: 1 }))];
    expect(weighByWeek(two.toReversed(), 2, decayName, WEEKLY_NAMES)).toEqual(
      weighByWeek(two, 2, decayName, WEEKLY_NAMES),
    );
    expect(weighByWeek(two, 2, decayName, WEEKLY_NAMES).map(({ week }) => week)).toEqual([WEEK - 5, WEEK]);
  });
});
