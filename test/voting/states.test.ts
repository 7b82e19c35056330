import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote } from "../../src/verdict/ballot.ts";
import { MOST_VOTES } from "../../src/verdict/vote.ts";
import { withVote } from "../../src/voting/opened-votes.ts";
import { Allowances } from "../../src/voting/allowances.ts";
import {
  agedVote,
  changeVote,
  CHANGES_A_WEEK,
  dueWeekOf,
  MARK_WEEKS,
  NAME_WEEKS,
  retryDelay,
  type StoredVote,
  type VoteChange,
} from "../../src/voting/ballot-state.ts";
import {
  contradicted,
  MARKS_A_DAY,
  NAMES_A_DAY,
  newcomer,
  type Ahead,
  spend,
  tierOf,
  type Spending,
  type Standing,
} from "../../src/voting/standing-state.ts";

const voter = { pid: "p", tier: 1, source: "user", net: 7 } as const;
const stored = (fields: Partial<StoredVote> = {}): StoredVote => ({
  ...voter,
  form: null,
  spam: null,
  category: null,
  week: 10,
  markWeek: 10,
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
    const changed = changeVote(before, change, voter, 11, 0);
    expect(changed).toMatchObject({ ok: true, altered: true, vote: after });
  });

  it("refuses a category without a mark, and a fourth change in a week", () => {
    expect(changeVote(null, { category: "fraud" }, voter, 11, 0)).toEqual({ ok: false, code: "category-without-spam" });
    expect(changeVote(null, { form: "a" }, voter, 11, CHANGES_A_WEEK)).toEqual({ ok: false, code: "changes-used-up" });
  });

  it("costs nothing when it changes nothing, however often", () => {
    const before = stored({ form: "a", spam: true, category: "fraud" });
    expect(changeVote(before, { form: "a", spam: true }, { ...voter, tier: 2 }, 99, 1000)).toEqual({
      ok: true,
      vote: before,
      altered: false,
    });
    expect(changeVote(null, { form: null }, voter, 99, 1000)).toEqual({ ok: true, vote: null, altered: false });
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
          const changed = changeVote(vote, one, voter, 10, 0);
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
    let standing: Standing = newcomer(100);
    for (let at = 0; at < disagreements; at += 1) standing = contradicted(standing);
    expect(tierOf(standing, 100 + age)).toBe(tier);
  });

  const NAME = { name: true, mark: false };
  const MARK = { name: false, mark: true };
  const spent = (standing: Standing, spending: Spending, day: number): Standing => {
    const after = spend(standing, spending, day);
    return typeof after === "string" ? standing : after.standing;
  };

  it("spends a day's quota and begins anew the next day", () => {
    let standing: Standing = newcomer(100);
    for (let at = 0; at < NAMES_A_DAY; at += 1) standing = spent(standing, NAME, 100);
    expect(spend(standing, NAME, 100)).toBe("names");
    for (let at = 0; at < MARKS_A_DAY; at += 1) standing = spent(standing, MARK, 100);
    expect(spend(standing, MARK, 100)).toBe("marks");
    expect(spent(standing, { name: true, mark: true }, 101)).toMatchObject({ day: 101, names: 1, marks: 1 });
  });

  it("grants ahead what its quotas have room for, and counts it as used", () => {
    let standing: Standing = newcomer(100);
    for (let at = 0; at < NAMES_A_DAY - 3; at += 1) standing = spent(standing, NAME, 100);
    const ahead = { names: 3, marks: 3 };
    expect(spend(standing, NAME, 100, ahead)).toMatchObject({ names: 2, marks: 3, standing: { names: 20, marks: 3 } });
    expect(spend({ ...standing, names: 20 }, MARK, 100, ahead)).toMatchObject({ names: 0, marks: 3 });
  });
});

describe("allowances of an isolate", () => {
  const NAME = { name: true, mark: false };
  const VOTE = { name: true, mark: true };

  it("ask for nothing ahead at first, and for more from whoever goes on, of what the vote uses", () => {
    const allowances = new Allowances();
    const ask = (account: string, spending: Spending, day = 100): Ahead | null => {
      const ahead = allowances.ahead(account, spending, day);
      allowances.answered(account, day);
      return ahead;
    };
    const votes = [VOTE, VOTE, VOTE, NAME, { name: false, mark: true }];
    expect(votes.map((spending) => ask("ann", spending))).toEqual([
      { names: 0, marks: 0 },
      { names: 3, marks: 3 },
      { names: 6, marks: 6 },
      { names: 6, marks: 0 },
      { names: 0, marks: 6 },
    ]);
    allowances.add("ann", { tier: 0, names: 0, marks: 5 }, 100);
    expect(ask("ann", VOTE)).toEqual({ names: 6, marks: 1 });
    expect(ask("bob", VOTE)).toEqual({ names: 0, marks: 0 });
    expect(ask("ann", VOTE, 101)).toEqual({ names: 0, marks: 0 });
  });

  it("ask for votes ahead one at a time, so that many at once are not granted as many times more", () => {
    const allowances = new Allowances();
    for (let before = 0; before < 3; before += 1) {
      allowances.ahead("ann", VOTE, 100);
      allowances.answered("ann", 100);
    }
    expect(allowances.ahead("ann", VOTE, 100)).toEqual({ names: 6, marks: 6 });
    expect(allowances.ahead("ann", VOTE, 100)).toBeNull();
    expect(allowances.ahead("bob", VOTE, 100)).not.toBeNull();
    allowances.answered("ann", 100);
    expect(allowances.ahead("ann", VOTE, 100)).toEqual({ names: 6, marks: 6 });
  });

  it("let through what was granted, of its tier, on its day", () => {
    const allowances = new Allowances();
    expect(allowances.take("ann", NAME, 100)).toBeNull();
    allowances.add("ann", { tier: 2, names: 2, marks: 1 }, 100);
    expect(allowances.take("bob", NAME, 100)).toBeNull();
    expect(allowances.take("ann", VOTE, 100)).toBe(2);
    expect(allowances.take("ann", VOTE, 100)).toBeNull();
    allowances.add("ann", { tier: 1, names: 0, marks: 0 }, 100);
    expect(allowances.take("ann", NAME, 100)).toBe(1);
    expect(allowances.take("ann", NAME, 100)).toBeNull();
    allowances.add("ann", { tier: 2, names: 3, marks: 3 }, 100);
    expect(allowances.take("ann", NAME, 101)).toBeNull();
  });

  // However many isolates share a standing and in whatever order their votes come, no more than the quota passes, and
  // what an isolate was granted and did not use is all that can be missing.
  it("never let more through than a day's quota, and lose six at most each", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 80 }), (turns) => {
        const isolates = [new Allowances(), new Allowances(), new Allowances()];
        let standing = newcomer(100);
        let [passed, refused] = [0, 0];
        for (const turn of turns) {
          const isolate = isolates[turn] ?? new Allowances();
          if (isolate.take("ann", NAME, 100) !== null) {
            passed += 1;
            continue;
          }
          const after = spend(standing, NAME, 100, isolate.ahead("ann", NAME, 100) ?? undefined);
          isolate.answered("ann", 100);
          if (typeof after === "string") {
            refused += 1;
            continue;
          }
          standing = after.standing;
          isolate.add("ann", { tier: 1, names: after.names, marks: after.marks }, 100);
          passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(NAMES_A_DAY);
        if (refused > 0) expect(passed).toBeGreaterThanOrEqual(NAMES_A_DAY - 2 * 6);
      }),
    );
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

describe("retries", () => {
  it("wait longer and longer, five minutes at most", () => {
    expect([1, 2, 3, 20].map(retryDelay)).toEqual([2000, 4000, 8000, 300_000]);
  });
});

describe("the votes that a ballot holds", () => {
  it("are followed as long as they are all that there are, which the verdict's windows may not hold", () => {
    const said = { name: null, spam: true, category: null, tier: 1, source: "user", net: 0, week: 10 } as const;
    const votes = Array.from({ length: MOST_VOTES - 1 }, (_, voter): Vote => ({ pid: `voter ${voter}`, ...said }));
    const changed = { ...said, pid: "voter 7", tier: 0 } as const;
    expect(withVote(votes, "voter 7", changed)).toEqual([...votes.filter(({ pid }) => pid !== "voter 7"), changed]);
    expect(withVote(votes, "voter 7", null)).toHaveLength(MOST_VOTES - 2);
    expect(withVote(votes, "another", { ...said, pid: "another" })).toHaveLength(MOST_VOTES);
    expect(withVote([...votes, { ...said, pid: "another" }], "voter 7", null)).toBeNull();
  });
});
