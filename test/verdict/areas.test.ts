import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AREAS,
  FEATURES,
  FITTED_AREAS,
  areaOf,
  scoreOf,
  suspectedIn,
  tenThousandOf,
  type AreaTable,
  type Complained,
  type FittedAreas,
  type Neighbourhood,
  type TenThousand,
} from "../../src/verdict/areas.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { neighboursSuspect } from "../../src/verdict/spam.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { isVisible, needsPage } from "../../src/verdict/visible.ts";

const NOW = 2900;
const NOTHING = Object.fromEntries(FEATURES.map((feature) => [feature, 0])) as FittedAreas["weights"];
const formula = (weights: Partial<FittedAreas["weights"]>, threshold: number): FittedAreas => ({
  callingCode: "1",
  weights: { ...NOTHING, ...weights },
  threshold,
  fitted: "2026-11-28",
  data: "made up",
});
const fresh = (...numbers: number[]): Complained[] =>
  numbers.map((number) => ({ number, mass: 1000, week: NOW, dated: true }));
const tableOf = ({ rows }: TenThousand): AreaTable => new Map([["+1202555", rows]]);
const answer = (found: TenThousand, number: number, week = NOW) =>
  areaOf(tableOf(found), `+1202555${String(number).padStart(4, "0")}`, week);

const anyWeights = fc.record(
  Object.fromEntries(Object.keys(NOTHING).map((key) => [key, fc.double({ min: 0, max: 2, noNaN: true })])) as Record<
    keyof typeof NOTHING,
    fc.Arbitrary<number>
  >,
);
const anyFormula = fc
  .tuple(anyWeights, fc.double({ min: 0.5, max: 8, noNaN: true }))
  .map(([weights, threshold]) => formula(weights, threshold));
/** Few places, so that complaints meet. */
const anyNumber = fc.tuple(...[1, 2, 2, 3].map((max) => fc.nat({ max }))).map((digits) => Number(digits.join("")));
const anyComplaints = fc.array(
  fc.record({
    number: anyNumber,
    mass: fc.integer({ min: 1, max: 4000 }),
    week: fc.integer({ min: NOW - 60, max: NOW }),
    dated: fc.boolean(),
  }),
  { maxLength: 25 },
);

/** The smallest area with which a number is suspected, by its rows and its own, or null. */
function verdictOn(found: TenThousand, number: number, week: number): string | null {
  const own = found.own.find((one) => one.number === number && one.until >= week);
  return answer(found, number, week) ?? own?.area ?? null;
}

describe("the areas around a number", () => {
  it("are suspected as wide as their complaints reach, and the smallest that suffices is named", () => {
    const hundred = suspectedIn(formula({ hundred: 1 }, Math.log(3)), fresh(4211, 4233), NOW);
    expect(hundred.rows).toEqual([{ digits: "42", area: "hundred", until: NOW }]);
    expect([4299, 4211, 4300].map((number) => answer(hundred, number))).toEqual(["hundred", "hundred", null]);

    const thousand = suspectedIn(formula({ hundred: 1, hundreds: 1 }, Math.log(3)), fresh(4211, 4212, 4900), NOW);
    // Two in a ten suffice by themselves; for the rest of the thousand it takes all of them.
    expect([4219, 4290, 4000, 5000].map((number) => answer(thousand, number))).toEqual([
      "ten",
      "hundred",
      "thousand",
      null,
    ]);
    const all = suspectedIn(formula({ tenThousand: 1 }, Math.log(4)), fresh(1, 2345, 9999), NOW);
    expect(all.rows.map(({ digits, area }) => [digits, area])).toEqual([["", "ten-thousand"]]);
    expect([1, 5000].map((number) => answer(all, number))).toEqual(["ten-thousand", "ten-thousand"]);
  });

  it("count a number once, however often it is complained of", () => {
    const twice = formula({ hundred: 1 }, Math.log(3));
    expect(suspectedIn(twice, fresh(4211, 4211, 4211), NOW).rows).toEqual([]);
    expect(suspectedIn(twice, [{ number: 4211, mass: 9000, week: NOW, dated: true }], NOW).rows).toEqual([]);
  });

  it("count as recent what was complained of this week or the last, if the complaint names its day", () => {
    const recent = formula({ recentTenThousand: 1 }, Math.log(3));
    const [a, b] = fresh(4211, 4233) as [Complained, Complained];
    const found = suspectedIn(recent, [a, b], NOW);
    expect(found.rows.map(({ until }) => until)).toEqual(found.rows.map(() => NOW + 1));
    expect(found.rows[0]).toMatchObject({ digits: "", area: "ten-thousand" });
    expect(suspectedIn(recent, [a, { ...b, dated: false }], NOW).rows).toEqual([]);
    expect(suspectedIn(recent, [a, { ...b, week: NOW - 2 }], NOW).rows).toEqual([]);
  });

  it("leave a number's own complaint to itself where only that makes it suspected", () => {
    const near = suspectedIn(formula({ own: 1, hundreds: 1 }, Math.log(6)), fresh(4211, 4900), NOW);
    expect(near.rows).toEqual([]);
    expect(near.own).toEqual([
      { number: 4211, area: "thousand", until: NOW },
      { number: 4900, area: "thousand", until: NOW },
    ]);
  });

  it("age at read until the week that their row says", () => {
    const found = suspectedIn(formula({ hundred: 1 }, Math.log(2)), fresh(4211, 4233, 4255), NOW);
    const until = found.rows[0]?.until ?? 0;
    expect(until).toBeGreaterThan(NOW + 20);
    expect([answer(found, 4200, until), answer(found, 4200, until + 1)]).toEqual(["hundred", null]);
  });

  it("say when ageing alone needs another row", () => {
    // Two numbers suffice for their hundred today; next week only in their own tens.
    const later = formula({ ten: 0.3, hundred: 1 }, Math.log(3));
    const found = suspectedIn(later, fresh(4211, 4233), NOW);
    expect(found.rows.map(({ digits }) => digits)).toEqual(["42"]);
    expect(found.changes).toBe(NOW + 1);
    expect(suspectedIn(later, fresh(4211, 4233), NOW + 1).rows).toEqual([
      expect.objectContaining({ digits: "421" }),
      expect.objectContaining({ digits: "423" }),
    ]);
  });

  it("are the same in whatever order complaints come", () => {
    fc.assert(
      fc.property(anyFormula, anyComplaints, (fitted, complained) => {
        expect(suspectedIn(fitted, complained.toReversed(), NOW)).toEqual(suspectedIn(fitted, complained, NOW));
      }),
    );
  });

  it("are never less suspected for more complaints, nor more for being older", () => {
    fc.assert(
      fc.property(anyFormula, anyComplaints, anyComplaints, anyNumber, (fitted, complained, more, number) => {
        const area = verdictOn(suspectedIn(fitted, complained, NOW), number, NOW);
        const later = verdictOn(suspectedIn(fitted, complained, NOW + 5), number, NOW + 5);
        const withMore = verdictOn(suspectedIn(fitted, [...complained, ...more], NOW), number, NOW);
        if (area !== null) expect(withMore).not.toBeNull();
        if (later !== null) expect(area).not.toBeNull();
      }),
    );
  });

  it("are what a row says of them, as if computed anew, until ageing needs another row", () => {
    fc.assert(
      fc.property(anyFormula, anyComplaints, anyNumber, fc.nat({ max: 40 }), (fitted, complained, number, weeks) => {
        const found = suspectedIn(fitted, complained, NOW);
        const anew = verdictOn(suspectedIn(fitted, complained, NOW + weeks), number, NOW + weeks);
        const said = verdictOn(found, number, NOW + weeks);
        if (anew === null) expect(said).toBeNull();
        else if (found.changes === null || NOW + weeks < found.changes) expect(said).not.toBeNull();
      }),
    );
  });
});

describe("a lookup's area", () => {
  it("is that of the block rule where nothing is fitted", () => {
    expect(areaOf(new Map(), "+4930123456", NOW)).toBe("unfitted");
    expect(areaOf(null, "+12025550123", NOW)).toBeNull();
    expect(tenThousandOf("+12025550123")).toBe("+1202555");
  });

  const line = (more: Partial<LineEvidence> = {}): LineEvidence => ({
    official: null,
    complaints: [],
    category: null,
    week: NOW,
    ...more,
  });
  const spamOf = (evidence: LineEvidence | null) =>
    judge(new Map(evidence === null ? [] : [[7, evidence]]), 7, NOW, "thousand").spam;
  const ballot = (support: number) =>
    ({ week: NOW, name: { form: "Anna Berg", support, total: support }, disputed: false, spam: null }) as const;

  it("makes a number suspected at most, and says nothing of the number itself", () => {
    expect(judge(new Map(), 7, NOW, "thousand")).toMatchObject({
      spam: "suspected",
      advice: "warn",
      reports: 0,
      category: null,
      updatedAt: null,
    });
    expect(judge(new Map(), 7, NOW, null).spam).toBe("none");
  });

  it("exempts official numbers, confirmed names, overrides and what an owner carved out", () => {
    const owner = { name: null, kind: "other", photo: null, carved: true } as const;
    expect(spamOf(line())).toBe("suspected");
    expect(spamOf(line({ official: { name: "Mercy Hospital", kind: "business" } }))).toBe("none");
    expect(spamOf(line({ override: { name: "Mercy Hospital", kind: "business", spam: null } }))).toBe("none");
    expect(spamOf(line({ owner }))).toBe("none");
    expect(spamOf(line({ owner: { ...owner, carved: false } }))).toBe("suspected");
    expect(spamOf(line({ ballot: ballot(6000) }))).toBe("none");
    expect(spamOf(line({ ballot: ballot(1000) }))).toBe("suspected");
  });

  it("is that of the number's own complaints where its page says so, until its week", () => {
    const own = line({ area: { area: "hundred", until: NOW } });
    const page = new Map([[7, own]]);
    expect(neighboursSuspect(page, 7, NOW, null)).toEqual({ area: "hundred", rule: "area" });
    expect(neighboursSuspect(page, 7, NOW, "thousand")).toEqual({ area: "hundred", rule: "area" });
    expect(neighboursSuspect(page, 7, NOW + 1, null)).toBeNull();
    expect(neighboursSuspect(page, 8, NOW, null)).toBeNull();
  });

  it("leaves no page to a lonely complaint, except where the block rule needs it", () => {
    const lonely = line({ complaints: [{ mass: 1000, week: NOW, count: 1 }] });
    const two = line({ complaints: [1, 1].map((count) => ({ mass: 1000, week: NOW, count })) });
    expect([lonely, two, line({ area: { area: "ten", until: NOW } })].map(isVisible)).toEqual([false, true, true]);
    const block = new Map([
      [1, lonely],
      [55, lonely],
    ]);
    expect([needsPage(block, true), needsPage(block, false), needsPage(new Map([[1, lonely]]), false)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe("the fitted formulas", () => {
  it("suspect nothing for one complaint", () => {
    for (const fitted of FITTED_AREAS) {
      expect(suspectedIn(fitted, fresh(4211, 4211), NOW)).toEqual({ rows: [], own: [], changes: null });
    }
  });

  it("give no weight below nothing", () => {
    for (const { weights } of FITTED_AREAS) expect(Math.min(...Object.values(weights))).toBeGreaterThanOrEqual(0);
  });
});

describe("the score", () => {
  it("adds logarithms of counts", () => {
    const counts: Neighbourhood = {
      own: 1,
      ten: 1,
      hundred: 2,
      thousand: 3,
      hundreds: 2,
      tenThousand: 9,
      recentTenThousand: 4,
    };
    expect(scoreOf({ ...NOTHING, tenThousand: 1 }, counts)).toBeCloseTo(Math.log(10), 12);
    expect(scoreOf({ ...NOTHING, hundred: 2, recentTenThousand: 1 }, counts)).toBeCloseTo(Math.log(45), 12);
    expect(AREAS).toEqual(["ten", "hundred", "thousand", "ten-thousand"]);
  });
});
