import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlockEvidence, LineEvidence } from "../../src/verdict/evidence.ts";
import { complainedUntil, withAround } from "../../src/verdict/thousand.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { NOW } from "./votes.ts";

const complained = (week = NOW, count = 1): LineEvidence => {
  return { official: null, complaints: [{ mass: count * 1000, week, count }], category: null, week };
};
const block = (lines: Readonly<Record<number, LineEvidence>> = {}): BlockEvidence =>
  new Map(Object.entries(lines).map(([line, evidence]) => [Number(line), evidence]));

describe("how long a number counts for its thousand", () => {
  it.each([1, 2, 7])("%i complaints: the week after the newest, however many they are", (count) => {
    expect(complainedUntil(block({ 4: complained(NOW, count) }))).toBe(NOW + 1);
  });

  it("is the newest dataset's", () => {
    const weeks = fc.array(fc.integer({ min: NOW - 300, max: NOW }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(weeks, (of) => {
        const complaints = of.map((week) => ({ mass: 1000, week, count: 1 }));
        const line: LineEvidence = { official: null, complaints, category: null, week: NOW };
        expect(complainedUntil(block({ 0: line }))).toBe(Math.max(...of) + 1);
      }),
    );
  });

  it("is the longest of its block's numbers, and none without complaints", () => {
    expect(complainedUntil(block({ 1: complained(NOW - 3), 2: complained(NOW - 1), 3: complained(NOW - 9) }))).toBe(
      NOW,
    );
    expect(complainedUntil(block())).toBeNull();
  });
});

describe("the thousand rule", () => {
  const spamOf = (page: BlockEvidence, line: number, week = NOW): string => judge(page, line, week, "unfitted").spam;
  const until = NOW + 1;

  it.each([
    ["three other hundreds", block(), [until, until, until], "suspected"],
    ["two, and the number's own by another number", block({ 4: complained() }), [until, until], "suspected"],
    ["two, and the number itself", block({ 99: complained() }), [until, until], "none"],
    ["two", block(), [until, until], "none"],
    ["three, one of them stale", block(), [until, until, NOW - 1], "none"],
  ])("%s", (_, lines, others, spam) => {
    expect(spamOf(withAround(lines, others, NOW), 99)).toBe(spam);
  });

  it("says in a later week what a page made then would say", () => {
    const weeks = fc.array(fc.integer({ min: NOW - 2, max: NOW + 8 }), { maxLength: 9 });
    const own = fc.constantFrom(block(), block({ 4: complained() }), block({ 99: complained(NOW - 2, 2) }));
    fc.assert(
      fc.property(weeks, own, fc.integer({ min: 0, max: 10 }), (others, lines, later) => {
        const then = spamOf(withAround(lines, others, NOW + later), 99, NOW + later);
        expect(spamOf(withAround(lines, others, NOW), 99, NOW + later)).toBe(then);
      }),
    );
  });
});
