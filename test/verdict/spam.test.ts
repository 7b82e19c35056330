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
const judged = (evidence: LineEvidence, week = NOW) => judge(new Map([[0, evidence]]), 0, week, "unfitted");
const OWNED = { owner: { name: "Anna Berg", kind: "person", photo: "face", carved: true } } as const;
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

  it("and all else that is told is changed by no vote alone, in whatever neighbourhood", () => {
    const around: readonly (readonly [number, LineEvidence])[] = [
      [11, line([], complaints(1))],
      [22, line([], complaints(1))],
    ];
    const marked = line([vote({ spam: true, category: "fraud" }), vote({ name: "Anna Berg", source: "contact" })]);
    for (const others of [[], around]) {
      expect(judge(new Map([...others, [0, marked]]), 0, NOW, "unfitted")).toEqual(
        judge(new Map(others), 0, NOW, "unfitted"),
      );
    }
    expect(judge(new Map(around), 0, NOW, "unfitted")).toMatchObject({
      spam: "suspected",
      category: null,
      updatedAt: null,
    });
    // One voter's category does not say what a number is complained of for.
    expect(judged(line([vote({ spam: true, category: "fraud" })], complaints(3)))).toMatchObject({ category: null });
  });

  it("halves in 125 days", () => {
    const evidence = line(times(2, { spam: true }));
    expect(judged(evidence, NOW + 9).spam).toBe("suspected");
    expect(judged(evidence, NOW + 30).spam).toBe("none");
  });
});

describe("the block rule", () => {
  const block = (reported: readonly (readonly [number, LineEvidence])[]) =>
    judge(new Map(reported), 99, NOW, "unfitted").spam;
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

  it("is not washed by proofs of the numbers that are complained of", () => {
    const proved = line([], { ...complaints(1), ...carved });
    expect(block([1, 55].map((other) => [other, proved]))).toBe("suspected");
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

describe("washing", () => {
  const marked = (): Vote[] => Array.from({ length: 30 }, (_, ago) => vote({ spam: true, week: NOW - ago }));
  const LEVELS: readonly (readonly [string, () => LineEvidence])[] = [
    ["none", () => line(times(1, { spam: true }))],
    ["suspected", () => line([], complaints(3))],
    ["likely", () => line([], complaints(1000))],
    ["spam", () => line(marked(), complaints(2000))],
  ];
  const OWNERS = {
    "a profile": { name: "Chase Bank", kind: "person", photo: "face", carved: false },
    "an empty part": { name: null, kind: "other", photo: null, carved: true },
    "a photo alone": { name: null, kind: "other", photo: "face", carved: false },
    "an owner's name": { name: "Chase Bank", kind: "business", photo: null, carved: true },
  } as const;

  describe.each(LEVELS)("of a number at %s", (level, evidence) => {
    it.each(Object.entries(OWNERS))("by %s lowers neither level nor advice, and verifies nothing", (_, owner) => {
      const before = judged(evidence());
      const after = judged({ ...evidence(), owner });
      expect(before.spam).toBe(level);
      const { spam, spamScore, advice, reports, category } = before;
      expect(after).toMatchObject({ spam, spamScore, advice, reports, category, verified: false });
      const hidden = level === "likely" || level === "spam";
      expect(after).toMatchObject({ name: hidden ? null : owner.name, photo: hidden ? null : owner.photo });
    });
  });

  it("by a name given first ends as by one given later, and comes back when the complaints have faded", () => {
    const evidence = line([], { ...complaints(2000), ...OWNED });
    expect(judged(evidence)).toMatchObject({ name: null, photo: null, spam: "likely" });
    expect(judged(evidence, NOW + 300)).toMatchObject({ name: "Anna Berg", photo: "face", spam: "none" });
  });

  it("leaves a dataset's name standing where the owner's is not shown", () => {
    const evidence = line(times(3, { spam: true }), { ...OFFICIAL, ...OWNED });
    expect(judged(evidence)).toMatchObject({ spam: "likely", name: "Mercy Hospital", nameLevel: "official" });
  });

  it("caps nothing but official numbers: suspected stays allowed there, and is warned of where an owner proved it", () => {
    const marks = times(2, { spam: true });
    expect(judged(line(marks, { ...OFFICIAL, ...OWNED }))).toMatchObject({ spam: "suspected", advice: "allow" });
    expect(judged(line(marks, OWNED))).toMatchObject({ spam: "likely", advice: "warn" });
    expect(judged(line([], { ...complaints(3), ...OWNED }))).toMatchObject({ spam: "suspected", advice: "warn" });
  });
});

describe("verified", () => {
  it.each([
    ["an owner's name alone", line([], OWNED), "Anna Berg", false],
    ["an official name", line([], OFFICIAL), "Mercy Hospital", true],
    ["an owner's other name beside an official one", line([], { ...OFFICIAL, ...OWNED }), "Anna Berg", false],
    [
      "an owner's name that a dataset gives too",
      line([], { ...OFFICIAL, owner: { ...OWNED.owner, name: "MERCY Hospital" } }),
      "MERCY Hospital",
      true,
    ],
    [
      "an owner's name that only looks like it",
      line([], { ...OFFICIAL, owner: { ...OWNED.owner, name: "Mercy Hospitai" } }),
      "Mercy Hospitai",
      false,
    ],
    ["a crowd's name", line(times(9, { name: "Joe's Garage" })), "Joe's Garage", false],
  ])("of %s", (_, evidence, name, verified) => {
    expect(judged(evidence)).toMatchObject({ name, verified });
  });
});

describe("an operator's override", () => {
  const stated = (spam: "none" | "likely" | "spam" | null, name: string | null = null): Partial<LineEvidence> => {
    return { override: { name, kind: "business", spam } };
  };

  it.each([
    ["none", "allow"],
    ["likely", "warn"],
    ["spam", "block"],
  ] as const)("%s stands above evidence, owners and official names", (spam, advice) => {
    for (const evidence of [line([]), line([], complaints(2000)), line(times(3, { spam: true }), OFFICIAL)]) {
      expect(judged({ ...evidence, ...OWNED, ...stated(spam) })).toMatchObject({ spam, advice });
    }
  });

  it("stands above the neighbourhood", () => {
    const around = [1, 55].map((other) => [other, line([], complaints(1))] as const);
    const of = (evidence: LineEvidence) => judge(new Map([...around, [99, evidence]]), 99, NOW, "unfitted").spam;
    expect(of(line([]))).toBe("suspected");
    expect(of(line([], stated("none")))).toBe("none");
    // A name exempts like an official one.
    expect(of(line([], stated(null, "Joe's Garage")))).toBe("none");
  });

  it("names above everybody, confirmed, and takes the owner's name away where it says likely", () => {
    const all = { ...line([], complaints(2000)), ...OFFICIAL, ...OWNED };
    expect(judged({ ...all, ...stated(null, "Joe's Garage") })).toMatchObject({
      name: "Joe's Garage",
      kind: "business",
      verified: true,
    });
    expect(judged({ ...line([]), ...OWNED, ...stated("likely") })).toMatchObject({ name: null, photo: null });
    expect(judged({ ...line([], complaints(2000)), ...OWNED, ...stated("none") })).toMatchObject({ name: "Anna Berg" });
  });
});

describe("a firm that scammers pose as", () => {
  const named = (count: number, name: string, fields: Partial<Vote> = {}): Vote[] => times(count, { name, ...fields });
  const fraud = times(2, { spam: true, category: "fraud" });

  it("is not shown where people call the number fraud, whoever names it", () => {
    expect(judged(line(named(6, "Chase Bank"))).name).toBe("Chase Bank");
    expect(judged(line([...named(6, "Chase Bank", { tier: 1 }), ...fraud])).name).toBeNull();
    const owner = { name: "Chase Bank", kind: "business", photo: null, carved: true } as const;
    const fresh = times(6, { spam: true, category: "fraud", tier: 0 });
    expect(judged(line(fresh, { owner })).name).toBeNull();
  });

  it("is shown where a dataset or an operator says so", () => {
    const official = { name: "Chase Bank", kind: "business" } as const;
    const override = { ...official, spam: null };
    expect(judged(line(fraud, { official }))).toMatchObject({ name: "Chase Bank", verified: true });
    expect(judged(line(fraud, { override })).name).toBe("Chase Bank");
  });

  it("leaves other names alone", () => {
    expect(judged(line([...named(6, "Anna Berg", { tier: 1 }), ...fraud])).name).toBe("Anna Berg");
  });
});
