import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { E164 } from "../../src/numbers/number.ts";
import { weekOf, weekStart } from "../../src/verdict/decay.ts";
import { MARK_WEEKS, NAME_WEEKS } from "../../src/voting/ballot-state.ts";
import { e164, publishAll, testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { as, ballotOf, NOW, sendNow, sentPart, testVoting, vote, WEEK_MS } from "../support/voting.ts";

const NUMBER = e164("+13125550123");

async function rows(number: E164, table: "vote" | "form" | "change"): Promise<Record<string, unknown>[]> {
  return runInDurableObject(await ballotOf(number), (_, state) =>
    state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
  );
}

const alarmOf = async (number: E164): Promise<number | null> =>
  runInDurableObject(await ballotOf(number), (_, { storage }) => storage.getAlarm());

beforeEach(async () => {
  await emptyStores();
});

describe("what a ballot holds", () => {
  const ago = (weeks: number): number => Date.now() - weeks * WEEK_MS;
  const votes = async () =>
    (await rows(NUMBER, "vote")).map(({ form, spam, category }) => [form !== null, spam, category]);

  it("goes when it has had its time: marks after two years, names after five, and what was said of it with it", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { name: "Old Mill Bakery" }, as("ann", ago(NAME_WEEKS)));
    await vote(
      voting,
      NUMBER,
      { name: "Chicago Dental Care", spam: true, category: "survey" },
      as("bob", ago(MARK_WEEKS)),
    );
    await vote(voting, NUMBER, { spam: true }, as("cem", ago(MARK_WEEKS)));
    await vote(voting, NUMBER, { name: "Chicago Dental Care", spam: false }, as("dan", ago(MARK_WEEKS - 1)));
    await vote(voting, NUMBER, { name: "Kept Mill Bakery" }, as("eve", ago(NAME_WEEKS - 1)));
    await sendNow(NUMBER);
    const left = await votes();
    expect(left).toHaveLength(3);
    expect(left).toEqual(
      expect.arrayContaining([
        [true, null, null],
        [true, 0, null],
      ]),
    );
    expect(await rows(NUMBER, "form")).toHaveLength(2);
    expect(await voting.read(NUMBER, "bob")).toEqual({ name: "Chicago Dental Care", spam: null, category: null });
    expect(await voting.read(NUMBER, "ann")).toBeNull();
    expect(JSON.parse(await sentPart(NUMBER))).toMatchObject({ spam: { voters: 0 } });
    expect(await alarmOf(NUMBER)).toBe(weekStart(weekOf(Date.now()) + 1));
  });

  it("lasts as long as it is said again", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { name: "Old Mill Bakery" }, as("ann", ago(NAME_WEEKS + 50)));
    await vote(voting, NUMBER, { name: "New Mill Bakery" }, as("ann", ago(1)));
    await sendNow(NUMBER);
    expect(await voting.read(NUMBER, "ann")).toMatchObject({ name: "New Mill Bakery" });
    // The ballot had noted when the older one would go, and looks again then.
    expect(await alarmOf(NUMBER)).toBe(weekStart(weekOf(ago(1)) + NAME_WEEKS));
  });

  it("goes in bounded steps, also where nobody has looked", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    const stub = await ballotOf(NUMBER);
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO vote SELECT 'p' || i, 'b', NULL, 1, NULL, 1, 'user', 1, ?1, ?1, 0 FROM n",
        weekOf(NOW) - MARK_WEEKS,
      );
      storage.sql.exec("UPDATE place SET due = NULL");
    });
    await evictDurableObject(stub);
    // A younger vote must not be taken for the oldest.
    await vote(voting, NUMBER, { spam: true }, as("bob"));
    const left: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      await sendNow(NUMBER);
      left.push((await rows(NUMBER, "vote")).length);
    }
    expect(left).toEqual([702, 202, 2]);
    expect(await alarmOf(NUMBER)).toBe(weekStart(weekOf(NOW) + MARK_WEEKS));
  });
});

describe("the outbox", () => {
  it("is armed before a vote is acknowledged, survives eviction, and sends what stands", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    const stub = await ballotOf(NUMBER);
    expect(await runInDurableObject(stub, (_, state) => state.storage.getAlarm())).not.toBeNull();
    await evictDurableObject(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await env.DB.prepare("SELECT ballot_revision FROM callers").first("ballot_revision")).toBe(1);
    // The next one is for the end of the mark's lifetime.
    expect(await alarmOf(NUMBER)).toBe(weekStart(weekOf(NOW) + MARK_WEEKS));
  });

  it("takes votes that come while it sends, and sends them with another revision, also after it died on the way", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    await vote(voting, NUMBER, { spam: true }, as("bob"));
    const stub = await ballotOf(NUMBER);
    const revisions = () =>
      runInDurableObject(stub, (_, state) => state.storage.sql.exec("SELECT revision, sent FROM place").one());
    expect(await revisions()).toEqual({ revision: 2, sent: 0 });
    await Promise.all([runDurableObjectAlarm(stub), vote(voting, NUMBER, { spam: false }, as("cem"))]);
    await sendNow(NUMBER);
    expect(JSON.parse(await sentPart(NUMBER))).toMatchObject({ spam: { voters: 2 } });
    const { revision } = await revisions();
    // Sent, but nobody noted it: what came after must not be taken for what went out.
    await runInDurableObject(stub, (_, state) => void state.storage.sql.exec("UPDATE place SET sent = sent - 1"));
    await evictDurableObject(stub);
    await vote(voting, NUMBER, { spam: true }, as("dan"));
    expect(await revisions()).toMatchObject({ revision: Number(revision) + 1 });
    await sendNow(NUMBER);
    expect(JSON.parse(await sentPart(NUMBER))).toMatchObject({ spam: { voters: 3 } });
  });

  it("waits for a D1 that is down and comes level by itself", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    const stub = await ballotOf(NUMBER);
    await env.DB.prepare("ALTER TABLE callers RENAME TO gone").run();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await runInDurableObject(stub, (_, state) => state.storage.getAlarm())).toBeGreaterThan(Date.now());
    await vote(voting, NUMBER, { spam: false }, as("bob"));
    await env.DB.prepare("ALTER TABLE gone RENAME TO callers").run();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await env.DB.prepare("SELECT ballot_revision FROM callers").first("ballot_revision")).toBe(2);
  });

  it("does nothing in an alarm that comes twice", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    const stub = await ballotOf(NUMBER);
    await runDurableObjectAlarm(stub);
    await publishAll(testDirectory());
    await runInDurableObject(stub, (ballot) => ballot.alarm());
    expect(await env.DB.prepare("SELECT count(*) AS n FROM dirty").first("n")).toBe(0);
  });
});
