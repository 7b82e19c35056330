import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  agedVote,
  changeVote,
  CHANGES_A_WEEK,
  dueWeekOf,
  MARK_WEEKS,
  NAME_WEEKS,
  type StoredVote,
  type VoteChange,
} from "../../src/voting/ballot-state.ts";
import {
  contradicted,
  dropsOn,
  entered,
  givenBack,
  kept,
  left,
  MARKS_A_DAY,
  NAMES_A_DAY,
  nextEpoch,
  settled,
  spend,
  tierOf,
  type Spending,
  type Standing,
} from "../../src/voting/standing-state.ts";

const voter = { pid: "p", by: "b", tier: 1, source: "user", net: 7 } as const;
const stored = (fields: Partial<StoredVote> = {}): StoredVote => ({
  ...voter,
  form: null,
  spam: null,
  category: null,
  week: 10,
  markWeek: 10,
  muted: false,
  ...fields,
});

describe("changing a vote", () => {
  it.each<[string, StoredVote | null, VoteChange, Partial<StoredVote> | null]>([
    ["sets a name", null, { form: "a" }, { form: "a", spam: null, week: 11, markWeek: 11 }],
    [
      "keeps what is left out",
      stored({ form: "a" }),
      { spam: true },
      { form: "a", spam: true, week: 10, markWeek: 11 },
    ],
    ["makes one newer alone", stored({ form: "a", spam: true }), { form: "b" }, { form: "b", week: 11, markWeek: 10 }],
    [
      "clears with null",
      stored({ form: "a", spam: true }),
      { form: null },
      { form: null, spam: true, week: 10, markWeek: 10 },
    ],
    ["ends when nothing is left", stored({ form: "a" }), { form: null }, null],
    ["takes a category with its mark", null, { spam: true, category: "fraud" }, { spam: true, category: "fraud" }],
    [
      "drops the category with the mark",
      stored({ spam: true, category: "fraud" }),
      { spam: false },
      { spam: false, category: null, week: 11, markWeek: 11 },
    ],
  ])("%s", (_, before, change, after) => {
    const changed = changeVote(before, change, voter, 11, null);
    expect(changed).toMatchObject({ ok: true, altered: true, vote: after });
  });

  it("refuses a category without a mark, and a fourth change in a week", () => {
    expect(changeVote(null, { category: "fraud" }, voter, 11, 0)).toEqual({ ok: false, code: "category-without-spam" });
    expect(changeVote(stored({ form: "b" }), { form: "a" }, voter, 11, CHANGES_A_WEEK)).toEqual({
      ok: false,
      code: "changes-used-up",
    });
  });

  it("counts changes: neither the first vote nor a withdrawal, but a vote that is cast again after one", () => {
    let vote: StoredVote | null = null;
    let noted: number | null = null;
    const change = (form: string | null): boolean => {
      const changed = changeVote(vote, { form }, voter, 10, noted);
      if (!changed.ok) return false;
      [vote, noted] = [changed.vote, changed.changes ?? noted];
      return true;
    };
    expect(["a", "b", null, "a", "b"].map(change)).toEqual([true, true, true, true, true]);
    expect(["c", null, null, "a"].map(change)).toEqual([false, true, true, false]);
    expect(noted).toBe(CHANGES_A_WEEK);
  });

  it("of another account of the same voter replaces what was said, and keeps and tells nothing of it", () => {
    const before = stored({ form: "a", spam: true, category: "fraud" });
    const anew = { ...voter, by: "c", tier: 0 } as const;
    expect(changeVote(before, { spam: false }, anew, 11, null)).toMatchObject({
      vote: { pid: "p", by: "c", form: null, spam: false, tier: 0 },
      changes: 1,
    });
    expect(changeVote(before, { form: null }, anew, 11, null)).toMatchObject({ vote: null, writes: false });
    expect(changeVote(before, { category: "fraud" }, anew, 11, null)).toMatchObject({ code: "category-without-spam" });
  });

  it("that was muted counts again from the day on which it is cast again, at no cost", () => {
    const before = stored({ form: "a", muted: true });
    expect(changeVote(before, { form: "a" }, voter, 50, CHANGES_A_WEEK)).toMatchObject({
      vote: { form: "a", muted: false, week: 50, markWeek: 50 },
      altered: false,
      writes: true,
      changes: null,
    });
    expect(changeVote(before, { spam: true }, voter, 50, null)).toMatchObject({
      vote: { form: "a", week: 50, muted: false },
      changes: 1,
    });
  });

  it("costs nothing when it changes nothing, however often", () => {
    const before = stored({ form: "a", spam: true, category: "fraud" });
    expect(changeVote(before, { form: "a", spam: true }, { ...voter, tier: 2 }, 99, 1000)).toEqual({
      ok: true,
      vote: before,
      altered: false,
      writes: false,
      changes: null,
    });
    expect(changeVote(null, { form: null }, voter, 99, 1000)).toMatchObject({ ok: true, vote: null, altered: false });
  });

  it("never leaves a category without a mark, nor a vote that says nothing", () => {
    const change = fc.record(
      {
        form: fc.option(fc.constantFrom("a", "b")),
        spam: fc.option(fc.boolean()),
        category: fc.option(fc.constantFrom<"fraud" | "robocall">("fraud", "robocall")),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        let vote: StoredVote | null = null;
        for (const one of changes) {
          const changed: ReturnType<typeof changeVote> = changeVote(vote, one, voter, 10, 0);
          if (!changed.ok) continue;
          vote = changed.vote;
          if (vote === null) continue;
          expect(vote.form !== null || vote.spam !== null).toBe(true);
          expect(vote.category === null || vote.spam === true).toBe(true);
        }
      }),
    );
  });
});

describe("standing", () => {
  it.each([
    [0, 0, 0],
    [6, 0, 0],
    [7, 0, 1],
    [89, 0, 1],
    [90, 0, 2],
    [90, 2, 2],
    [90, 3, 1],
    [9000, 3, 1],
  ])("%i days old with %i disagreements is tier %i", (age, disagreements, tier) => {
    let standing: Standing = entered(null, "ann", 100);
    for (let at = 0; at < disagreements; at += 1) standing = contradicted(standing, 100 + age);
    expect(tierOf(standing, 100 + age)).toBe(tier);
  });

  it("forgives half of the disagreements with every year", () => {
    let standing = entered(null, "ann", 0);
    for (let at = 0; at < 5; at += 1) standing = contradicted(standing, 100 + at);
    expect([464, 465, 10_000].map((day) => tierOf(standing, day))).toEqual([1, 2, 2]);
    expect(contradicted(standing, 465)).toMatchObject({ disagreements: 3, countedFrom: 465 });
    expect(tierOf(contradicted(standing, 465), 829)).toBe(1);
    expect(tierOf(contradicted(standing, 465), 830)).toBe(2);
  });

  const NAME = { name: true, mark: false };
  const MARK = { name: false, mark: true };
  const spent = (standing: Standing, spending: Spending, day: number): Standing => {
    const after = spend(standing, spending, day);
    return typeof after === "string" ? standing : after;
  };
  const tired = (account = "ann", day = 100): Standing => {
    let standing = entered(null, account, day);
    for (let at = 0; at < NAMES_A_DAY; at += 1) standing = spent(standing, NAME, day);
    return standing;
  };

  it("spends a day's quota and begins anew the next day", () => {
    let standing = tired();
    expect(spend(standing, NAME, 100)).toBe("names");
    for (let at = 0; at < MARKS_A_DAY; at += 1) standing = spent(standing, MARK, 100);
    expect(spend(standing, MARK, 100)).toBe("marks");
    expect(spent(standing, { name: true, mark: true }, 101)).toMatchObject({ day: 101, names: 1, marks: 1 });
    expect(givenBack(standing, NAME, 100)).toMatchObject({ names: NAMES_A_DAY - 1, marks: MARKS_A_DAY });
    expect(givenBack(standing, NAME, 101)).toEqual(standing);
    const outcome = { unused: NAME, contradicted: true };
    expect(settled(standing, "ann", outcome, 100)).toMatchObject({ names: NAMES_A_DAY - 1, disagreements: 1 });
    expect(settled(standing, "former", outcome, 100)).toMatchObject({ names: NAMES_A_DAY - 1, disagreements: 0 });
  });

  it("of an account that is erased leaves the day's use until midnight, for whoever signs up with the number, and no more", () => {
    const after = left(tired(), "ann", 100);
    expect(after).toEqual({ ...after, account: null, since: 0, disagreements: 0, names: NAMES_A_DAY, epoch: 0 });
    expect(after && dropsOn(after)).toBe(101);
    expect(kept(after, 100)).toEqual(after);
    expect(kept(after, 101)).toBeNull();
    const anew = entered(after, "bob", 100);
    expect(anew).toMatchObject({ account: "bob", since: 100 });
    expect(spend(anew, NAME, 100)).toBe("names");
    // Repeated, it is not the next one's standing that goes.
    expect(left(anew, "ann", 100)).toEqual(anew);
    expect(left(entered(null, "ann", 100), "ann", 100)).toBeNull();
  });

  it("begins its age anew with every account", () => {
    const old = { ...entered(null, "ann", 0), disagreements: 2 };
    expect(tierOf(old, 100)).toBe(2);
    expect(tierOf(entered(left(old, "ann", 100), "bob", 100), 100)).toBe(0);
    expect(tierOf(entered(old, "bob", 100), 100)).toBe(0);
  });

  it("counts holders once each, however often it is told, and no longer than their votes may stand", () => {
    const first = nextEpoch(null, 100);
    expect(first).toMatchObject({ epoch: 1, account: null, used: false });
    expect(nextEpoch(first, 101)).toEqual(first);
    const voting = entered(first, "ann", 102);
    expect(nextEpoch(voting, 103)).toMatchObject({ epoch: 2, account: null, used: false });
    expect(nextEpoch(left(voting, "ann", 103), 104)).toMatchObject({ epoch: 2 });
    const after = left(voting, "ann", 103);
    expect(after).toMatchObject({ epoch: 1, used: true, left: 103 });
    expect(kept(after, 103 + 7 * NAME_WEEKS)).toEqual(after);
    expect(kept(after, 103 + 7 * (NAME_WEEKS + 1))).toBeNull();
    expect(nextEpoch(tired(), 100)).toMatchObject({ names: NAMES_A_DAY, epoch: 1 });
  });
});

describe("what is left of a vote", () => {
  const both = stored({ form: "f", spam: true, category: "fraud", week: 10, markWeek: 20 });
  it.each([
    ["all", both, 20 + MARK_WEEKS - 1, both],
    [
      "the name, when the mark has had its time",
      both,
      20 + MARK_WEEKS,
      { ...both, spam: null, category: null, markWeek: 10 },
    ],
    ["nothing, when both have", both, 10 + NAME_WEEKS, null],
    [
      "the mark, when the name has had its time",
      { ...both, markWeek: 10 + NAME_WEEKS - 1 },
      10 + NAME_WEEKS,
      { ...both, form: null, week: 10 + NAME_WEEKS - 1, markWeek: 10 + NAME_WEEKS - 1 },
    ],
  ] as const)("is %s", (_, vote, week, left) => {
    expect(agedVote(vote, week)).toEqual(left);
  });

  it("changes in the week that was said, and in none before", () => {
    const week = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(week, week, fc.option(fc.constant("f")), fc.option(fc.boolean()), (named, marked, form, spam) => {
        // Without a name both weeks are the mark's, and the other way round.
        const weeks = { week: form === null ? marked : named, markWeek: spam === null ? named : marked };
        const vote = stored({ form, spam, ...weeks });
        fc.pre(form !== null || spam !== null);
        const due = dueWeekOf(vote);
        expect(agedVote(vote, due - 1)).toEqual(vote);
        expect(agedVote(vote, due)).not.toEqual(vote);
      }),
    );
  });
});
