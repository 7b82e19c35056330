import { describe, expect, it } from "vitest";
import { tallyBallot, type Vote } from "../../src/verdict/ballot.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { NOW, vote } from "./votes.ts";

const times = (count: number, fields: Partial<Vote>): Vote[] => Array.from({ length: count }, () => vote(fields));
const line = (votes: readonly Vote[], fields: Partial<LineEvidence> = {}): LineEvidence => {
  return { official: null, complaints: [], category: null, ballot: tallyBallot(votes, NOW), week: NOW, ...fields };
};
const complaints = (count: number, week = NOW) => ({ complaints: [{ mass: count * 1000, week, count }] });
const judged = (evidence: LineEvidence, week = NOW) => judge(new Map([[0, evidence]]), 0, week);
const OFFICIAL = { official: { name: "Mercy Hospital", kind: "business" } } as const;

describe("the spam level", () => {
  it.each<[string, () => LineEvidence, string, string]>([
    ["one mark", () => line(times(1, { spam: true })), "none", "allow"],
    ["two trusted marks", () => line(times(2, { spam: true })), "likely", "warn"],
    ["two seasoned marks", () => line(times(2, { spam: true, tier: 1 })), "suspected", "warn"],
    ["six new marks", () => line(times(6, { spam: true, tier: 0 })), "none", "allow"],
    ["seven new marks", () => line(times(7, { spam: true, tier: 0 })), "suspected", "warn"],
    ["many new marks in a week", () => line(times(300, { spam: true, tier: 0 })), "suspected", "warn"],
    [
      "marks over a year",
      () => line(Array.from({ length: 30 }, (_, ago) => vote({ spam: true, week: NOW - ago }))),
      "spam",
      "block",
    ],
    [
      "marks that others deny",
      () => line([...times(2, { spam: true }), ...times(3, { spam: false })]),
      "none",
      "allow",
    ],
    ["two complaints", () => line([], complaints(2)), "none", "allow"],
    ["three complaints", () => line([], complaints(3)), "suspected", "warn"],
    ["seven complaints", () => line([], complaints(7)), "likely", "warn"],
    ["a dataset's thousand", () => line([], complaints(1000)), "likely", "warn"],
    ["complaints and marks", () => line(times(3, { spam: true }), complaints(100)), "likely", "warn"],
    ["marks on an official number", () => line(times(2, { spam: true }), OFFICIAL), "suspected", "allow"],
    ["three trusted marks on an official number", () => line(times(3, { spam: true }), OFFICIAL), "likely", "warn"],
    [
      "the same, and others that name it",
      () => line([...times(3, { spam: true }), ...times(1, { name: "Mercy Hospital" })], OFFICIAL),
      "suspected",
      "allow",
    ],
  ])("%s", (_, evidence, level, advice) => {
    expect(judged(evidence())).toMatchObject({ spam: level, advice });
  });

  it("counts complaints and marks as reports, in steps", () => {
    expect(judged(line(times(3, { spam: true }), complaints(2))).reports).toBe(4);
  });

  it("says what callers are reported for, only where it says spam", () => {
    expect(judged(line(times(2, { spam: true, category: "debt" }))).category).toBe("debt");
    expect(judged(line(times(1, { spam: true, category: "debt" }))).category).toBeNull();
  });

  it("halves in 125 days", () => {
    const evidence = line(times(2, { spam: true }));
    expect(judged(evidence, NOW + 9).spam).toBe("suspected");
    expect(judged(evidence, NOW + 30).spam).toBe("none");
  });
});

describe("the block rule", () => {
  const block = (reported: readonly (readonly [number, LineEvidence])[]) => judge(new Map(reported), 99, NOW).spam;
  const complained = line([], complaints(1));

  it("suspects where two others in two tens are complained of", () => {
    expect(
      block([
        [1, complained],
        [55, complained],
      ]),
    ).toBe("suspected");
    expect(
      block([
        [51, complained],
        [55, complained],
      ]),
    ).toBe("none");
    expect(block([[1, complained]])).toBe("none");
  });

  const carved = { owner: { name: null, kind: "other", photo: null, carved: true } } as const;

  it("leaves a number alone that its owner carved out", () => {
    const around = [1, 55].map((other) => [other, complained] as const);
    expect(block([...around, [99, line([])]])).toBe("suspected");
    expect(block([...around, [99, line([], carved)]])).toBe("none");
    // What is said of the number itself still counts.
    expect(block([...around, [99, line([], { ...complaints(3), ...carved })]])).toBe("suspected");
  });

  it("takes a carved number for reported only where its own evidence suspects it", () => {
    const [once, thrice] = [1, 3].map((count) => line([], { ...complaints(count), ...carved }));
    expect(block([1, 55].map((other) => [other, once ?? complained]))).toBe("none");
    expect(block([1, 55].map((other) => [other, thrice ?? complained]))).toBe("suspected");
  });

  it("takes marks only when they suspect a number from two networks", () => {
    const marked = line(times(2, { spam: true }));
    const oneNetwork = line(times(9, { spam: true, tier: 1, net: 3 }));
    expect(
      block([
        [1, marked],
        [55, marked],
      ]),
    ).toBe("suspected");
    expect(judged(oneNetwork).spam).toBe("suspected");
    expect(
      block([
        [1, oneNetwork],
        [55, oneNetwork],
      ]),
    ).toBe("none");
    expect(
      block([
        [1, line(times(1, { spam: true }))],
        [55, marked],
      ]),
    ).toBe("none");
  });
});
