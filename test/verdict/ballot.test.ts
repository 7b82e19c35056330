import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainBallot, NAME_RULES, SPAM_RULES, tallyBallot, type Vote } from "../../src/verdict/ballot.ts";
import { MOST_FORMS } from "../../src/verdict/candidates.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { MOST_VOTES } from "../../src/verdict/vote.ts";
import { ballots, NOW, vote } from "./votes.ts";

const named = (votes: readonly Vote[], week = NOW) => {
  const ballot = tallyBallot(votes, week);
  const evidence: LineEvidence = { official: null, complaints: [], category: null, ballot, week };
  const { name, nameLevel } = judge(new Map([[0, evidence]]), 0, week);
  return [name, nameLevel];
};
const times = (count: number, fields: Partial<Vote>): Vote[] => Array.from({ length: count }, () => vote(fields));

describe("a ballot's part", () => {
  it("is the same to the byte whatever the order, repeats and what was withdrawn", () => {
    fc.assert(
      fc.property(ballots(40), fc.infiniteStream(fc.nat()), fc.array(fc.nat({ max: 39 })), (votes, order, repeats) => {
        const repeated = [
          ...votes,
          ...repeats.flatMap((index) => votes[index] ?? []),
          vote({ name: "Later Name", week: NOW + 1 }),
        ];
        const shuffled = repeated
          .map((one) => ({ one, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(JSON.stringify(tallyBallot(shuffled, NOW))).toBe(JSON.stringify(tallyBallot(votes, NOW)));
        expect(JSON.stringify(explainBallot(shuffled, NOW))).toBe(JSON.stringify(explainBallot(votes, NOW)));
      }),
      { numRuns: 150 },
    );
  });

  it("is within its bounds", () => {
    fc.assert(
      fc.property(ballots(60), (votes) => {
        const part = tallyBallot(votes, NOW);
        const { names, nameRule, spam, spamRule } = explainBallot(votes, NOW);
        if (part?.name) {
          expect(part.name.support).toBeLessThanOrEqual(part.name.total);
          expect(votes.map(({ name }) => name)).toContain(part.name.form);
        }
        for (const mass of [part?.spam?.yes ?? 0, part?.spam?.no ?? 0, part?.name?.total ?? 0]) {
          expect(Number.isInteger(mass) && mass >= 0).toBe(true);
        }
        expect(names.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(100 + names.length);
        expect(spam.share).toBeLessThanOrEqual(100);
        expect(NAME_RULES).toContain(nameRule);
        expect(SPAM_RULES).toContain(spamRule);
        expect(JSON.stringify(part).length).toBeLessThan(400);
      }),
      { numRuns: 150 },
    );
  });

  it("never loses weight for the shown name by one more vote for it", () => {
    fc.assert(
      fc.property(ballots(40), fc.constantFrom(0, 1, 2), fc.nat({ max: 255 }), (votes, tier, net) => {
        const before = tallyBallot(votes, NOW);
        if (!before?.name) return;
        const after = tallyBallot([...votes, vote({ name: before.name.form, tier, net })], NOW);
        const fresh = tallyBallot([...votes, vote({ spam: null, name: "Mom" })], NOW);
        expect(after?.name?.support ?? 0).toBeGreaterThanOrEqual(before.week === NOW ? before.name.support : 0);
        expect(fresh?.name?.form).toBe(before.name.form);
      }),
      { numRuns: 150 },
    );
  });

  it("reads a bounded number of votes, the highest tiers first, and of forms, the heaviest", () => {
    const crowd = Array.from({ length: MOST_VOTES }, (_, index) =>
      vote({ pid: `b${index}`, name: "Mercy Hospital", tier: 1, week: NOW - index }),
    );
    const late = Array.from({ length: 200 }, (_, index) =>
      vote({ pid: `c${index}`, name: "Joe's Garage", tier: 0, week: NOW - index }),
    );
    expect(tallyBallot([...crowd, ...late], NOW)).toEqual(tallyBallot(crowd, NOW));
    const forms = Array.from({ length: MOST_FORMS * 2 }, (_, index) =>
      vote({ pid: `f${index}`, name: `Xq${index}zv Wk${index * 7}`, tier: 0, week: NOW - 500 }),
    );
    expect(tallyBallot([...times(3, { name: "Mercy Hospital" }), ...forms], NOW)?.name?.form).toBe("Mercy Hospital");
  });

  it("is null when nothing counts", () => {
    expect(tallyBallot([], NOW)).toBeNull();
    expect(tallyBallot([vote({ name: "Mom" }), vote({ name: "X", week: NOW + 1 })], NOW)).toBeNull();
  });
});

describe("the name shown", () => {
  it.each<[string, () => Vote[], [string | null, string]]>([
    ["one trusted voter: tentative", () => times(1, { name: "Mercy Hospital" }), ["Mercy Hospital", "tentative"]],
    ["one seasoned voter: nothing", () => times(1, { name: "Mercy Hospital", tier: 1 }), [null, "none"]],
    ["four new voters: nothing", () => times(4, { name: "Mercy Hospital", tier: 0 }), [null, "none"]],
    [
      "five new voters: tentative",
      () => times(5, { name: "Mercy Hospital", tier: 0 }),
      ["Mercy Hospital", "tentative"],
    ],
    ["three trusted voters: confirmed", () => times(3, { name: "Mercy Hospital" }), ["Mercy Hospital", "confirmed"]],
    ["two contacts: nothing", () => times(2, { name: "Anna Berg", source: "contact" }), [null, "none"]],
    ["three contacts: tentative", () => times(3, { name: "Anna Berg", source: "contact" }), ["Anna Berg", "tentative"]],
    ["a private label: nothing", () => times(5, { name: "Mom", source: "contact" }), [null, "none"]],
    [
      "a burst from one network: tentative",
      () => times(50, { name: "Mercy Hospital", tier: 1, net: 7 }),
      ["Mercy Hospital", "tentative"],
    ],
    [
      "two names alike in weight: disputed",
      () => [...times(3, { name: "Mercy Hospital" }), ...times(3, { name: "Joe's Garage" })],
      [null, "disputed"],
    ],
  ])("%s", (_, votes, expected) => {
    expect(named(votes())).toEqual(expected);
  });

  it("is the heaviest form that two thirds agree with", () => {
    const spellings = [...times(2, { name: "Fiske" }), ...times(2, { name: "Chicago Public Schools Fiske, John" })];
    expect(named([...spellings, ...times(3, { name: "Fiske Refunds" })])[0]).toBe("Fiske");
    expect(named([...times(1, { name: "Fiske" }), ...times(3, { name: "Fiske School, John" })])[0]).toBe(
      "Fiske School, John",
    );
  });

  it("stays with who stood before through a burst, in its week and after", () => {
    const before = times(3, { name: "Mercy Hospital", week: NOW - 30 });
    for (const tier of [0, 1] as const) {
      const burst = times(40, { name: "Joe's Garage", tier, week: NOW - 2 });
      expect(named([...before, ...burst])[0]).toBe("Mercy Hospital");
    }
  });

  it("changes to a name that leads clearly for long, when the one before was weak", () => {
    const before = times(1, { name: "Mercy Hospital", week: NOW - 60 });
    const since = [50, 40, 30, 20].map((ago) => vote({ name: "Joe's Garage", week: NOW - ago }));
    expect(named([...before, ...since])).toEqual(["Joe's Garage", "confirmed"]);
  });

  it("is not shown any more once another is about as heavy", () => {
    const before = [40, 38, 36, 34, 32].map((ago) => vote({ name: "Mercy Hospital", week: NOW - ago }));
    const since = [6, 4, 2, 0].map((ago) => vote({ name: "Joe's Garage", tier: ago === 0 ? 1 : 2, week: NOW - ago }));
    expect(named([...before, ...since.slice(0, 2)])).toEqual(["Mercy Hospital", "tentative"]);
    expect(named([...before, ...since])).toEqual([null, "disputed"]);
  });

  it("is blanked, not changed, when an established one seems to have moved on", () => {
    const before = times(4, { name: "Mercy Hospital", week: NOW - 100 });
    const since = Array.from({ length: 12 }, (_, index) => vote({ name: "Joe's Garage", week: NOW - index * 3 }));
    expect(named([...before, ...since])).toEqual([null, "disputed"]);
    expect(explainBallot([...before, ...since], NOW).nameRule).toBe("hand-over");
  });

  it("fades without anyone writing", () => {
    const part = tallyBallot(times(1, { name: "Mercy Hospital" }), NOW);
    const evidence: LineEvidence = { official: null, complaints: [], category: null, ballot: part, week: NOW };
    expect(judge(new Map([[0, evidence]]), 0, NOW + 8).nameLevel).toBe("tentative");
    expect(judge(new Map([[0, evidence]]), 0, NOW + 60).nameLevel).toBe("none");
  });

  it("gives way to an official name, and that to the owner's", () => {
    const ballot = tallyBallot(times(3, { name: "Joe's Garage" }), NOW);
    const official = { name: "Mercy Hospital", kind: "business" } as const;
    const owner = { name: "Anna Berg", kind: "person", photo: null, carved: false } as const;
    const line: LineEvidence = { official, complaints: [], category: null, ballot, week: NOW };
    expect(judge(new Map([[0, line]]), 0, NOW)).toMatchObject({
      name: "Mercy Hospital",
      nameLevel: "official",
      verified: true,
    });
    expect(judge(new Map([[0, { ...line, owner }]]), 0, NOW)).toMatchObject({
      name: "Anna Berg",
      nameLevel: "owner",
      verified: false,
    });
  });

  it("tells nobody what a single voter says and no lookup shows", () => {
    const one = (tier: 0 | 1 | 2): Vote => vote({ name: "A slander of one", tier });
    expect(explainBallot([one(0)], NOW).names).toEqual([]);
    expect(explainBallot([one(1)], NOW).names).toEqual([]);
    // What a lookup shows is explained.
    expect(explainBallot([one(2)], NOW).names).toMatchObject([{ name: "A slander of one" }]);
    expect(explainBallot([one(1), one(0)], NOW).names).toHaveLength(1);
  });

  it("is explained with shares and voters, and no names that few contacts hold", () => {
    const votes = [
      ...times(3, { name: "Mercy Hospital" }),
      ...times(1, { name: "Joe's Garage" }),
      ...times(2, { name: "Anna Berg", source: "contact", tier: 0 }),
    ];
    const { names, nameRule } = explainBallot(votes, NOW);
    expect(names.map(({ name, voters }) => [name, voters])).toEqual([
      ["Mercy Hospital", 3],
      ["Joe's Garage", 1],
    ]);
    expect(nameRule).toBe("tentative");
    expect(explainBallot([], NOW)).toEqual({
      names: [],
      nameRule: "no-votes",
      spam: { share: 0, voters: 0 },
      spamRule: "no-reports",
    });
  });
});
