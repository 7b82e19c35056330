import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { E164 } from "../../src/numbers/number.ts";
import { e164, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { as, ballotOf, NOW, sendNow, sentPart, testVoting, vote, WEEK_MS } from "../support/voting.ts";

// The voter of a number is its holder, whichever account.

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");

const rows = async (number: E164, table: "vote" | "form"): Promise<Record<string, unknown>[]> =>
  runInDurableObject(await ballotOf(number), (_, { storage }) => storage.sql.exec(`SELECT * FROM ${table}`).toArray());

beforeEach(async () => {
  await emptyStores();
});

describe("one SIM card", () => {
  const OWN = "+13125550142";
  const names = ["", ", 2nd", ", 3rd", ", 4th", ", 5th"].map((again) => `owner of ${OWN}${again}`);

  it("is one voter, however often it votes, erases and signs up anew", async () => {
    const voting = testVoting();
    for (const account of names) {
      await vote(voting, NUMBER, { name: "Slander Inc", spam: true }, as(account, NOW, names.indexOf(account)));
      await voting.forgetVoter(account, e164(OWN), NOW);
      // A change of a vote that stands, three of which a week allows.
      if (account === names[3]) break;
    }
    expect(await voting.cast(NUMBER, { spam: true }, as(names[4] ?? ""))).toMatchObject({ quota: { name: "changes" } });
    await vote(voting, NUMBER, { spam: true }, as(names[4] ?? "", NOW + WEEK_MS));
    expect(await rows(NUMBER, "vote")).toHaveLength(1);
    await sendNow(NUMBER);
    expect(JSON.parse(await sentPart(NUMBER))).toMatchObject({ name: null, spam: { voters: 1 } });
  });

  it("reads nothing of its former account's votes, withdraws none, and continues none", async () => {
    const voting = testVoting();
    const [before = "", after = ""] = names;
    await vote(voting, NUMBER, { name: "Chicago Dental Care", spam: true }, as(before));
    await voting.forgetVoter(before, e164(OWN), NOW);
    expect(await voting.read(NUMBER, after)).toBeNull();
    await voting.withdraw(NUMBER, as(after));
    expect(await rows(NUMBER, "vote")).toHaveLength(1);
    expect((await vote(voting, NUMBER, { name: null }, as(after))).vote).toBeNull();
    expect((await vote(voting, NUMBER, { spam: false }, as(after))).vote).toEqual({
      name: null,
      spam: false,
      category: null,
    });
    expect(await voting.read(NUMBER, before)).toBeNull();
    expect(await rows(NUMBER, "form")).toEqual([]);
  });

  it("keeps its day's quotas through an erasure, until midnight, and nothing beyond", async () => {
    const voting = testVoting();
    const today = Date.now();
    const [before = "", after = ""] = names;
    for (let at = 0; at < 20; at += 1)
      await vote(voting, e164(`+1312555${String(7000 + at)}`), { name: "Shop" }, as(before, today));
    expect(await voting.forgetVoter(before, e164(OWN), today)).toBe(1);
    expect(await voting.forgetVoter(before, e164(OWN), today)).toBe(0);
    expect(await voting.exportOf(after, e164(OWN))).toMatchObject({ since: null, disagreements: 0, names: 20 });
    expect(await voting.cast(NUMBER, { name: "Shop" }, as(after, today))).toMatchObject({ quota: { name: "names" } });
    const standing = env.STANDINGS.getByName(await testVault().keyedHash("standing", OWN));
    const midnight = (Math.floor(today / 86_400_000) + 1) * 86_400_000;
    expect(await runInDurableObject(standing, (_, { storage }) => storage.getAlarm())).toBe(midnight);
    // Midnight: what was counted on a day before is dropped.
    await runInDurableObject(standing, (_, { storage }) => void storage.sql.exec("UPDATE standing SET day = day - 1"));
    await evictDurableObject(standing);
    await runDurableObjectAlarm(standing);
    expect(await voting.exportOf(after, e164(OWN))).toBeNull();
    const tables = await runInDurableObject(standing, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("that was handed on is another voter, told however often", async () => {
    const voting = testVoting();
    const [before = "", after = ""] = names;
    await vote(voting, NUMBER, { spam: true }, as(before));
    await voting.forgetVoter(before, e164(OWN), NOW);
    for (let times = 0; times < 3; times += 1) await voting.startEpoch(e164(OWN), NOW);
    await vote(voting, NUMBER, { spam: true }, as(after));
    expect(await rows(NUMBER, "vote")).toHaveLength(2);
    expect(await voting.exportOf(after, e164(OWN))).toMatchObject({ epoch: 1 });
    expect(await voting.read(NUMBER, after)).toMatchObject({ spam: true });
    await voting.withdraw(NUMBER, as(after));
    expect(await rows(NUMBER, "vote")).toHaveLength(1);
  });

  it("is not voted with by who had it before, whose token is good for minutes more", async () => {
    const held = new Map([["former", e164(OWN)]]);
    // One isolate, which remembers for a while which number an account had.
    const voting = testVoting({}, async (account) => held.get(account) ?? null);
    await vote(voting, NUMBER, { spam: true }, as("former"));
    held.clear();
    await voting.startEpoch(e164(OWN), NOW);
    const attempts = async () => {
      await voting.sharing(as("former"));
      return [
        await voting.cast(NUMBER, { spam: false }, as("former")),
        await voting.cast(OTHER, { spam: true }, as("former")),
      ];
    };
    const refused = { ok: false, code: "session-ended" };
    expect(await attempts()).toEqual([refused, refused]);
    held.set("present", e164(OWN));
    await vote(voting, NUMBER, { spam: true }, as("present"));
    const before = await voting.exportOf("present", e164(OWN));
    expect(before?.since).not.toBeNull();
    expect(await attempts()).toEqual([refused, refused]);
    expect(await voting.exportOf("present", e164(OWN))).toEqual(before);
    expect(await rows(NUMBER, "vote")).toHaveLength(2);
  });

  it("has no more than one voice with its contacts", async () => {
    const voting = testVoting();
    const [before = "", after = ""] = names;
    const first = await (await voting.sharing(as(before))).at(NUMBER);
    await voting.forgetVoter(before, e164(OWN), NOW);
    expect(await (await voting.sharing(as(after))).at(NUMBER)).toEqual(first);
  });
});
