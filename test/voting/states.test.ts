import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote } from "../../src/verdict/ballot.ts";
import { VERDICT_ROWS } from "../../src/voting/ledger.ts";
import { withVote } from "../../src/voting/opened-votes.ts";
import {
  changeVote,
  CHANGES_A_WEEK,
  retryDelay,
  type StoredVote,
  type VoteChange,
} from "../../src/voting/ballot-state.ts";
import {
  contradicted,
  MARKS_A_DAY,
  NAMES_A_DAY,
  newcomer,
  spend,
  tierOf,
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

  it("spends a day's quota and begins anew the next day", () => {
    let standing: Standing = newcomer(100);
    for (let at = 0; at < NAMES_A_DAY; at += 1)
      standing = spend(standing, { name: true, mark: false }, 100) as Standing;
    expect(spend(standing, { name: true, mark: false }, 100)).toBe("names");
    for (let at = 0; at < MARKS_A_DAY; at += 1)
      standing = spend(standing, { name: false, mark: true }, 100) as Standing;
    expect(spend(standing, { name: false, mark: true }, 100)).toBe("marks");
    expect(spend(standing, { name: true, mark: true }, 101)).toMatchObject({ day: 101, names: 1, marks: 1 });
  });
});

describe("retries", () => {
  it("wait longer and longer, five minutes at most", () => {
    expect([1, 2, 3, 20].map(retryDelay)).toEqual([2000, 4000, 8000, 300_000]);
  });
});

describe("the votes that a ballot holds", () => {
  it("are those that the verdict reads, after any change of any of the ledger's", () => {
    const rank = (votes: readonly Vote[]): Vote[] =>
      votes.toSorted((a, b) => b.tier - a.tier || (a.pid < b.pid ? -1 : 1)).slice(0, VERDICT_ROWS);
    const voted = (voter: number, tier: 0 | 1 | 2): Vote => {
      const said = { name: null, spam: true, category: null } as const;
      return { pid: `voter ${String(voter).padStart(4, "0")}`, ...said, tier, source: "user", net: 0, week: 10 };
    };
    const change = fc.tuple(fc.integer({ min: 0, max: 560 }), fc.constantFrom<0 | 1 | 2 | null>(0, 1, 2, null));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 505, max: 520 }),
        (changes, all) => {
          const ledger = new Map(
            Array.from({ length: all }, (_, voter) => [voter, voted(voter, ((voter * 7) % 3) as 0 | 1 | 2)]),
          );
          let held = rank([...ledger.values()]);
          for (const [voter, tier] of changes) {
            const after = tier === null ? null : voted(voter, tier);
            if (after === null) ledger.delete(voter);
            else ledger.set(voter, after);
            const now = withVote(held, voted(voter, 0).pid, after);
            const read = rank([...ledger.values()]);
            if (now !== null) expect(rank([...now])).toEqual(read);
            held = now === null ? read : [...now];
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
