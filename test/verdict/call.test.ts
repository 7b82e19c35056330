import { describe, expect, it } from "vitest";
import { verdictOnCall } from "../../src/verdict/call.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { judge, type Verdict } from "../../src/verdict/verdict.ts";

const WEEK = 2900;
const judged = (evidence: Partial<LineEvidence>): Verdict =>
  judge(
    new Map([[7, { official: null, complaints: [], category: null, week: WEEK, ...evidence }]]),
    7,
    WEEK,
    "unfitted",
  );
const complained = { mass: 7000, week: WEEK, count: 7 };
const bank = { name: "Fiction Bank", kind: "business" } as const;
const owner = { ...bank, photo: "p", carved: false };
const disputed = { week: WEEK, name: null, disputed: true, spam: null };
const FAILED = { verification: "failed", assigned: true } as const;
const NOTHING = { name: null, nameLevel: "none", nameConfidence: 0, kind: null, verified: false, photo: null };

describe("a call that the network could not verify", () => {
  it("shows nothing of who holds the number, and says why", () => {
    for (const evidence of [{ official: bank }, { owner }, { override: { ...bank, spam: null } }]) {
      const verdict = judged(evidence);
      expect(verdict).toMatchObject({ name: "Fiction Bank", nameWithheld: null, advice: "allow" });
      expect(verdictOnCall(verdict, FAILED)).toMatchObject({
        ...NOTHING,
        nameWithheld: "call-unverified",
        advice: "warn",
      });
    }
  });

  it("withholds nothing where nothing was to be shown, and never softens an advice", () => {
    expect(verdictOnCall(judged({}), FAILED)).toMatchObject({ ...NOTHING, nameWithheld: null, advice: "warn" });
    const spam = judged({ override: { name: null, kind: "business", spam: "spam" } });
    expect(verdictOnCall(spam, FAILED)).toMatchObject({ advice: "block", spam: "spam" });
    expect(verdictOnCall(judged({ ballot: disputed }), FAILED)).toMatchObject({ nameWithheld: "disputed" });
  });
});

it("a verified or unchecked call from an assigned number changes nothing", () => {
  const verdict = judged({ official: bank });
  for (const verification of ["passed", "none"] as const) {
    expect(verdictOnCall(verdict, { verification, assigned: true })).toEqual(verdict);
    expect(verdictOnCall(verdict, { verification, assigned: false })).toEqual({ ...verdict, advice: "warn" });
  }
});

it("a name that is known and not shown has its reason", () => {
  expect(judged({ owner, complaints: [complained] })).toMatchObject({ ...NOTHING, nameWithheld: "spam" });
  expect(judged({ owner, official: bank, complaints: [complained] })).toMatchObject({ nameWithheld: null });
  expect(judged({ ballot: disputed })).toMatchObject({ nameLevel: "disputed", nameWithheld: "disputed" });
  expect(judged({})).toMatchObject({ nameWithheld: null });
});
