import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { E164 } from "../../src/numbers/number.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import type { CastVote } from "../../src/voting/ballot-object.ts";
import { MOST_VOTES } from "../../src/verdict/vote.ts";
import type { VoteInput, Voting } from "../../src/voting/voting.ts";
import {
  asked,
  dump,
  e164,
  lookUpIn,
  makeDataset,
  publishAll,
  send,
  testDirectory,
  testLookups,
  testVault,
} from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { failing } from "../support/failing.ts";
import { often } from "../support/thorough.ts";
import { as, ballotOf, NOW, sendNow, sentPart, testVoting, vote, WEEK_MS } from "../support/voting.ts";

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");

async function rows(number: E164, table: "vote" | "form" | "change"): Promise<Record<string, unknown>[]> {
  return runInDurableObject(await ballotOf(number), (_, state) =>
    state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
  );
}

const lookUp = (number: string, now: number) => lookUpIn(testDirectory(), number, now);

beforeEach(async () => {
  await emptyStores();
});

describe("a ballot", () => {
  it("sets, keeps, changes, clears and withdraws one account's one vote", async () => {
    const voting = testVoting();
    expect((await vote(voting, NUMBER, { name: "Chicago Dental Care" }, as("ann"))).vote).toEqual({
      name: "Chicago Dental Care",
      spam: null,
      category: null,
    });
    expect((await vote(voting, NUMBER, { spam: true, category: "survey" }, as("ann"))).vote).toEqual({
      name: "Chicago Dental Care",
      spam: true,
      category: "survey",
    });
    expect((await vote(voting, NUMBER, { name: null }, as("ann"))).vote).toEqual({
      name: null,
      spam: true,
      category: "survey",
    });
    expect(await voting.read(NUMBER, "ann")).toEqual({ name: null, spam: true, category: "survey" });
    expect(await voting.read(NUMBER, "bob")).toBeNull();
    expect(await rows(NUMBER, "form")).toEqual([]);
    await vote(voting, NUMBER, { spam: false }, as("ann"));
    expect(await voting.cast(NUMBER, { spam: true }, as("ann"))).toMatchObject({
      ok: false,
      code: "quota-exceeded",
      quota: { name: "changes" },
    });
    await voting.withdraw(NUMBER, as("ann"));
    expect(await voting.read(NUMBER, "ann")).toBeNull();
    expect(await rows(NUMBER, "vote")).toEqual([]);
  });

  it("puts the name of enough voters into lookups, and the voter's own at once", async () => {
    const voting = testVoting();
    const directory = testDirectory();
    for (const account of ["ann", "bob", "cem"]) {
      // Their age begins here: a quarter of a year later they are proven.
      await voting.cast(OTHER, { spam: false }, as(account, NOW - 13 * WEEK_MS));
      const { part } = await vote(
        voting,
        NUMBER,
        { name: "Chicago Dental Care" },
        as(account, NOW, account.charCodeAt(0)),
      );
      const page = testLookups(directory);
      const published = await page.answerWith(
        { e164: NUMBER, country: "US", type: null, nationalFormat: "" },
        part,
        asked(NOW),
      );
      if (account === "cem") expect(published).toMatchObject({ name: "Chicago Dental Care" });
    }
    expect(await lookUp(NUMBER, NOW)).toMatchObject({ name: null });
    expect(await sendNow(NUMBER)).toBe(true);
    await publishAll(directory);
    expect(await lookUp(NUMBER, NOW)).toMatchObject({ name: "Chicago Dental Care", kind: null, advice: "allow" });
    expect((await dump(directory)).kv).toEqual((await dump(directory)).d1);
  });

  it("withdrawn, is as if it had never been", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [
      { of: "complaints", number: OTHER, day: 20_775, complaints: 1, category: null },
    ]);
    await publishAll(directory);
    const before = await dump(directory);
    const voting = testVoting();
    await vote(voting, NUMBER, { name: "Chicago Dental Care", spam: false }, as("ann"));
    await sendNow(NUMBER);
    await publishAll(directory);
    expect((await dump(directory)).d1).not.toEqual(before.d1);
    await voting.withdraw(NUMBER, as("ann"));
    await sendNow(NUMBER);
    await publishAll(directory);
    expect(await dump(directory)).toEqual(before);
  });

  // The platform keeps nothing of an object that never wrote; asking about a number must not make one write.
  it("stores nothing while nobody has voted", async () => {
    const voting = testVoting();
    expect(await voting.read(NUMBER, "ann")).toBeNull();
    expect(await voting.explain(NUMBER, NOW)).toBeNull();
    await voting.withdraw(NUMBER, as("ann"));
    const stored = await runInDurableObject(await ballotOf(NUMBER), async (_, state) => [
      ...state.storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
      await state.storage.getAlarm(),
    ]);
    expect(stored).toEqual([null]);
  });

  it("keeps a name of before as old as it is when its voter marks the number", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { name: "Chicago Dental Care", spam: false }, as("ann", NOW - 8 * WEEK_MS));
    const [before] = await rows(NUMBER, "vote");
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    expect(await rows(NUMBER, "vote")).toEqual([
      { ...before, spam: 1, tier: 1, week: before?.["week"], mark_week: Number(before?.["week"]) + 8 },
    ]);
  });

  it("has indices once it holds more votes than the verdict reads, and not before", async () => {
    const voting = testVoting();
    const indices = async (): Promise<unknown> =>
      runInDurableObject(await ballotOf(NUMBER), (_, { storage }) =>
        storage.sql
          .exec("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
          .toArray(),
      );
    const others = async (votes: number): Promise<void> => {
      const stub = await ballotOf(NUMBER);
      await runInDurableObject(stub, (_, { storage }) =>
        storage.sql.exec(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO vote SELECT 'other ' || i, 'b', NULL, 1, NULL, 0, 'user', i % 256, ?2, ?2, 0 FROM n",
          votes,
          weekOf(NOW),
        ),
      );
      await evictDurableObject(stub);
    };
    await vote(voting, NUMBER, { name: "Chicago Dental Care" }, as("ann"));
    await others(MOST_VOTES - 1);
    await vote(voting, NUMBER, { name: "Dr. Roberta Gaines" }, as("bob"));
    expect(await indices()).toEqual([]);
    await vote(voting, NUMBER, { spam: true }, as("cem"));
    expect(await indices()).toEqual([{ name: "vote_by_form" }, { name: "vote_by_mark" }, { name: "vote_by_name" }]);
    const plan = await runInDurableObject(await ballotOf(NUMBER), (_, { storage }) =>
      storage.sql
        .exec(
          "EXPLAIN QUERY PLAN SELECT * FROM vote WHERE spam IS NOT NULL AND muted = 0 ORDER BY tier DESC, mark_week DESC, pid LIMIT 512",
        )
        .toArray(),
    );
    expect(JSON.stringify(plan)).toContain("vote_by_mark");
    expect(JSON.stringify(plan)).not.toContain("TEMP B-TREE");
    await evictDurableObject(await ballotOf(NUMBER));
    await voting.withdraw(NUMBER, as("ann"));
    expect(await rows(NUMBER, "form")).toHaveLength(1);
    expect(await rows(NUMBER, "vote")).toHaveLength(MOST_VOTES + 1);
  });

  it("says after every vote what it says when it wakes up", async () => {
    const voting = testVoting();
    const said: unknown[] = [];
    const inputs: VoteInput[] = [
      { name: "Shop A" },
      { name: "Shop B", spam: true },
      { spam: true },
      { name: "Shop A" },
    ];
    const act = async (evict: boolean): Promise<void> => {
      for (const [at, input] of [...inputs, ...inputs, { name: null, spam: null }].entries()) {
        if (evict && at > 0) await evictDurableObject(await ballotOf(NUMBER));
        const account = at === 8 ? "voter 1" : `voter ${at}`;
        said.push((await vote(voting, NUMBER, input, as(account, NOW, at))).part);
      }
    };
    await act(false);
    await voting.empty(NUMBER, NOW);
    const awake = said.splice(0);
    await emptyStores();
    await act(true);
    expect(awake).toEqual(said);
    expect(JSON.stringify(said.at(-1))).toContain('"voters":');
  });

  it("refuses one's own number, bad names and used-up quotas", async () => {
    const voting = testVoting();
    expect(await voting.cast(NUMBER, { spam: true }, as(`owner of ${NUMBER}`))).toEqual({
      ok: false,
      code: "own-number",
    });
    expect(await voting.cast(NUMBER, { name: "call 312 555 0199" }, as("ann"))).toMatchObject({
      code: "name-not-allowed",
      reason: "contact-details",
    });
    for (let at = 0; at < 20; at += 1)
      await vote(voting, e164(`+1312555${String(4000 + at)}`), { name: "Shop" }, as("ann"));
    expect(await voting.cast(NUMBER, { name: "Shop" }, as("ann"))).toMatchObject({
      code: "quota-exceeded",
      quota: { name: "names", allows: 20 },
    });
    expect(await voting.cast(NUMBER, { name: "Shop" }, as("ann", NOW + 86_400_000))).toMatchObject({ ok: true });
  });

  it("counts against a quota what it takes: neither what it refuses nor what was said before", async () => {
    const voting = testVoting({ [NUMBER]: "St Fiction Hospital" });
    for (let at = 0; at < 25; at += 1) await vote(voting, NUMBER, { name: "Pizza Palace" }, as("ann"));
    for (let at = 0; at < 25; at += 1)
      expect(await voting.cast(OTHER, { name: "Shop", category: "fraud" }, as("ann"))).toMatchObject({ ok: false });
    for (let at = 1; at < 20; at += 1)
      await vote(voting, e164(`+1312555${String(6000 + at)}`), { name: "Shop" }, as("ann"));
    expect(await voting.cast(OTHER, { name: "Shop" }, as("ann"))).toMatchObject({ quota: { name: "names" } });
    // Said again and again it contradicts the hospital once.
    expect(await voting.exportOf("ann", null)).toMatchObject({ disagreements: 1, names: 20 });
    // What is said again is free also when nothing is left.
    expect(await voting.cast(NUMBER, { name: "Pizza Palace" }, as("ann"))).toMatchObject({ ok: true });
    expect(await voting.cast(OTHER, { name: "Shop" }, as("ann"))).toMatchObject({ quota: { name: "names" } });
  });

  it("that does not answer uses nothing up", async () => {
    const [voting, store] = [testVoting(), failing(env.BALLOTS)];
    store.set("refuses");
    for (let n = 0; n < 25; n += 1)
      await expect(voting.cast(NUMBER, { name: "Shop" }, as("ann"))).rejects.toThrow("lost");
    store.set(null);
    expect(await voting.cast(NUMBER, { name: "Shop" }, as("ann"))).toMatchObject({ ok: true });
    expect(await voting.exportOf("ann", null)).toMatchObject({ names: 1 });
  });

  it("takes a day's quota of an account and no more, all at once and through several isolates", async () => {
    const [here, there] = [testVoting(), testVoting()];
    const cast = async (voting: Voting, at: number, account: string): Promise<boolean> =>
      (await voting.cast(e164(`+1312555${String(5000 + at)}`), { name: "Shop" }, as(account))).ok;
    const taken = async (votes: readonly Promise<boolean>[]): Promise<number> =>
      (await Promise.all(votes)).filter((ok) => ok).length;
    const forty = Array.from({ length: 40 }, (_, at) => at);
    expect(await taken(forty.map((at) => cast(here, at, "ann")))).toBe(20);
    const both = await taken(forty.map((at) => cast(at % 2 === 0 ? here : there, at, "bob")));
    expect(both).toBe(20);
  });

  it("lowers the standing of whom gold contradicts, and nobody else's", async () => {
    const voting = testVoting({ [NUMBER]: "St Fiction Hospital" });
    const tierOfVote = async (account: string): Promise<unknown> => {
      await vote(voting, OTHER, { spam: true }, as(account, NOW + 20 * WEEK_MS));
      const by = (await testVault().keyedHash("vote-by", `${OTHER}\u0000${account}`)).slice(0, 11);
      return (await rows(OTHER, "vote")).find((row) => row["by"] === by)?.["tier"];
    };
    for (let at = 0; at < 3; at += 1) {
      await vote(voting, NUMBER, { name: `Pizza Palace ${"ABC".charAt(at)}` }, as("liar", NOW + at * WEEK_MS));
      await vote(
        voting,
        NUMBER,
        { name: at === 0 ? "St Fiction Hospital" : "Saint Fiction Hospital" },
        as("honest", NOW + at * WEEK_MS),
      );
    }
    expect(await tierOfVote("liar")).toBe(1);
    expect(await tierOfVote("honest")).toBe(2);
  });

  it("takes no second voice for a token that outlived its account", async () => {
    expect(await testVoting().cast(NUMBER, { spam: true }, as("erased"))).toEqual({ ok: false, code: "session-ended" });
  });
});

describe("200 accounts on one number", () => {
  it("are each counted once, over rounds with changes and withdrawals", async () => {
    // A multiple of five: then the last round drops names that another one has still.
    const rounds = often(5, 10);
    const accounts = Array.from({ length: 200 }, (_, at) => ({ account: `account ${at}`, at }));
    const act = async ({ account, at }: { account: string; at: number }, round: number): Promise<void> => {
      // A week a round, so that nobody runs out of changes.
      const asking = as(account, NOW - (rounds - 1 - round) * WEEK_MS, at % 17);
      const what = (at * 7 + round * 3) % 5;
      if (what === 0) return testVoting().withdraw(NUMBER, asking);
      // From two devices at the same moment: neither may undo the other.
      await Promise.all(whatToVote(what, at, round).map((said) => vote(testVoting(), NUMBER, said, asking)));
    };
    const expected = new Map<string, CastVote>();
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(accounts.map((who) => act(who, round)));
      for (const who of accounts) expectVote(expected, who, round);
    }
    const ledger = await rows(NUMBER, "vote");
    expect(ledger).toHaveLength(expected.size);
    // What is read is what is stored, names too.
    await evictDurableObject(await ballotOf(NUMBER));
    for (const { account } of accounts) {
      expect(await testVoting().read(NUMBER, account)).toEqual(expected.get(account) ?? null);
    }
    const named = [...expected.values()].flatMap(({ name }) => name ?? []);
    expect(await rows(NUMBER, "form")).toHaveLength(new Set(named).size);
    await sendNow(NUMBER);
    const part = await sentPart(NUMBER);
    expect(part).toContain('"voters":');

    // A ballot that takes the same votes one after the other holds the same and says the same, to the byte.
    await emptyStores();
    for (let round = 0; round < rounds; round += 1) for (const who of accounts) await act(who, round);
    expect(await rows(NUMBER, "vote")).toEqual(ledger);
    await sendNow(NUMBER);
    expect(await sentPart(NUMBER)).toBe(part);
  });
});

function whatToVote(what: number, at: number, round: number): VoteInput[] {
  // A few names are given by two accounts alone: in the last round one drops it and the other one has it still.
  const rare = [4, 5].includes(at % 20) ? `Garage ${Math.floor(at / 20)}` : null;
  const name = rare ?? `Shop ${"ABCDEF".charAt((at + round) % 6)}`;
  if (what === 1) return [{ spam: true }];
  if (what === 2) return [{ spam: null }];
  return what === 3 ? [{ name }] : [{ name }, { spam: false }];
}

/** What an account's vote is after a round, by rules of the test's own. */
function expectVote(
  votes: Map<string, CastVote>,
  { account, at }: { account: string; at: number },
  round: number,
): void {
  const what = (at * 7 + round * 3) % 5;
  const before = votes.get(account) ?? { name: null, spam: null, category: null };
  const after = Object.assign({}, before, ...whatToVote(what, at, round)) as CastVote;
  if (what === 0 || (after.name === null && after.spam === null)) votes.delete(account);
  else votes.set(account, after);
}
