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
  const { name, nameLevel } = judge(new Map([[0, evidence]]), 0, week, "unfitted");
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

  it("reads a bounded number of votes, the highest tiers first, then the newest, and of forms the heaviest", () => {
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

  it("reads names and marks in windows of their own: neither crowds the other out, nor the early the late", () => {
    const many = (count: number, fields: Partial<Vote>): Vote[] =>
      Array.from({ length: count }, (_, index) => vote({ net: index % 256, ...fields }));
    const courier = many(MOST_VOTES, { name: "Parcel Courier", tier: 2, week: NOW - 60 });
    const marks = many(5000, { spam: true, tier: 1, week: NOW - 2 });
    const part = tallyBallot([...courier, ...marks], NOW);
    expect(part?.spam).toMatchObject({ voters: MOST_VOTES, nets: 256 });
    expect(part?.name?.form).toBe("Parcel Courier");
    // Many took it for a nuisance two years ago; today everybody says that it is none.
    const old = many(MOST_VOTES, { spam: true, tier: 1, week: NOW - 100 });
    const today = many(MOST_VOTES, { spam: false, tier: 1, week: NOW });
    expect(tallyBallot([...old, ...today], NOW)?.spam).toMatchObject({ voters: 0 });
  });

  it("is null when nothing counts", () => {
    expect(tallyBallot([], NOW)).toBeNull();
    expect(tallyBallot([vote({ name: "Mom" }), vote({ name: "X", week: NOW + 1 })], NOW)).toBeNull();
  });
});

describe("the name shown", () => {
  it.each<[string, () => Vote[], [string | null, string]]>([
    ["one trusted voter: nothing", () => times(1, { name: "Mercy Hospital" }), [null, "none"]],
    [
      "two seasoned voters: tentative",
      () => times(2, { name: "Mercy Hospital", tier: 1 }),
      ["Mercy Hospital", "tentative"],
    ],
    ["one seasoned voter: nothing", () => times(1, { name: "Mercy Hospital", tier: 1 }), [null, "none"]],
    [
      "three new voters of three networks: nothing",
      () => times(3, { name: "Mercy Hospital", tier: 0 }),
      [null, "none"],
    ],
    [
      "four new voters of four networks: tentative",
      () => times(4, { name: "Mercy Hospital", tier: 0 }),
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
    const before = times(2, { name: "Mercy Hospital", tier: 1, week: NOW - 100 });
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
    const part = tallyBallot(times(2, { name: "Mercy Hospital", tier: 1 }), NOW);
    const evidence: LineEvidence = { official: null, complaints: [], category: null, ballot: part, week: NOW };
    expect(judge(new Map([[0, evidence]]), 0, NOW + 8, "unfitted").nameLevel).toBe("tentative");
    expect(judge(new Map([[0, evidence]]), 0, NOW + 150, "unfitted").nameLevel).toBe("none");
  });

  it("gives way to an official name, and that to the owner's", () => {
    const ballot = tallyBallot(times(3, { name: "Joe's Garage" }), NOW);
    const official = { name: "Mercy Hospital", kind: "business" } as const;
    const owner = { name: "Anna Berg", kind: "person", photo: null, carved: false } as const;
    const line: LineEvidence = { official, complaints: [], category: null, ballot, week: NOW };
    expect(judge(new Map([[0, line]]), 0, NOW, "unfitted")).toMatchObject({
      name: "Mercy Hospital",
      nameLevel: "official",
      verified: true,
    });
    expect(judge(new Map([[0, { ...line, owner }]]), 0, NOW, "unfitted")).toMatchObject({
      name: "Anna Berg",
      nameLevel: "owner",
      verified: false,
    });
  });

  describe("is told, in a lookup or an explanation, once enough agree", () => {
    const said = (tier: 0 | 1 | 2, ...nets: number[]): Vote[] =>
      nets.map((net) => vote({ name: "Mercy Hospital", tier, net }));
    it.each<[string, () => Vote[], boolean]>([
      ["one of tier 2", () => said(2, 1), false],
      ["fifty new ones of one network", () => said(0, ...Array.from({ length: 50 }, () => 1)), false],
      ["fifty new ones of three networks", () => said(0, ...Array.from({ length: 50 }, (_, at) => at % 3)), false],
      ["new ones of four networks", () => said(0, 1, 2, 3, 4), true],
      ["new ones of two networks, and a seasoned one", () => [...said(0, 1, 1, 1), ...said(1, 2)], true],
      ["new ones and a seasoned one of one network", () => [...said(0, 1, 1, 1, 1), ...said(1, 1)], false],
      ["three seasoned ones of one network", () => said(1, 1, 1, 1), false],
      ["four seasoned ones of one network", () => said(1, 1, 1, 1, 1), true],
      ["two contacts of two networks", () => said(2, 1, 2).map((one) => ({ ...one, source: "contact" })), false],
      ["three contacts of two networks", () => said(1, 1, 2, 2).map((one) => ({ ...one, source: "contact" })), true],
      ["three contacts of one network", () => said(1, 1, 1, 1).map((one) => ({ ...one, source: "contact" })), false],
    ])("%s: %s", (_, votes, told) => {
      expect(named(votes())[0]).toBe(told ? "Mercy Hospital" : null);
      expect(explainBallot(votes(), NOW).names).toHaveLength(told ? 1 : 0);
      if (!told) expect(explainBallot(votes(), NOW).nameRule).toBe("too-few-agree");
    });

    it("word by word: those who agree on a name vouch for nothing that a few add to it", () => {
      const honest = said(1, 1, 2).map((one) => ({ ...one, name: "Fiske", tier: 0 as const }));
      const lie = (net: number): Vote => vote({ name: "Fiske Liar", tier: 0, net });
      const crowd = Array.from({ length: 12 }, () => lie(3));
      expect(named([...honest, vote({ name: "Fiske", tier: 1, net: 4 }), ...crowd])[0]).not.toBe("Fiske Liar");
      const { names } = explainBallot([...honest, vote({ name: "Fiske", tier: 1, net: 4 }), ...crowd], NOW);
      expect(names.map(({ name }) => name)).toEqual(["Fiske"]);
    });
  });

  it("is explained with shares and voters, and without names that few give", () => {
    const votes = [
      ...times(3, { name: "Mercy Hospital" }),
      ...times(1, { name: "Joe's Garage" }),
      ...times(2, { name: "Anna Berg", source: "contact", tier: 0 }),
    ];
    const { names, nameRule } = explainBallot(votes, NOW);
    expect(names.map(({ name, voters }) => [name, voters])).toEqual([["Mercy Hospital", 3]]);
    expect(names[0]?.share).toBeLessThan(80);
    expect(nameRule).toBe("tentative");
    expect(explainBallot([], NOW)).toEqual({
      names: [],
      nameRule: "no-votes",
      spam: { share: 0, voters: 0 },
      spamRule: "no-reports",
    });
  });
});
