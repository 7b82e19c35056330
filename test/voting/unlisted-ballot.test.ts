import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { currentEvidence } from "../../src/directory/publish.ts";
import { parseNumber, type E164 } from "../../src/numbers/number.ts";
import { weekOf, weekStart } from "../../src/verdict/decay.ts";
import { NAME_WEEKS } from "../../src/voting/ballot-state.ts";
import { explain } from "../../src/voting/explanation.ts";
import type { VoteInput } from "../../src/voting/voting.ts";
import { e164, lookUpIn, publishAll, testDirectory, setTombstone } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { as, ballotOf, NOW, sendNow, sentPart, testVoting, vote, WEEK_MS } from "../support/voting.ts";

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");

async function rows(number: E164, table: "vote" | "form" | "change"): Promise<Record<string, unknown>[]> {
  return runInDurableObject(await ballotOf(number), (_, state) =>
    state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
  );
}

const alarmOf = async (number: E164): Promise<number | null> =>
  runInDurableObject(await ballotOf(number), (_, { storage }) => storage.getAlarm());

const lookUp = (number: string, now: number) => lookUpIn(testDirectory(), number, now);

beforeEach(async () => {
  await emptyStores();
});

describe("emptying a ballot", () => {
  const objects = async (): Promise<unknown[]> =>
    runInDurableObject(await ballotOf(NUMBER), (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
  it("drops votes and names at once, takes the part back, and does not refill quotas", async () => {
    const voting = testVoting();
    for (const name of ["Shop 0", "Shop A", "Shop B", "Shop C"]) await vote(voting, NUMBER, { name }, as("ann"));
    await vote(voting, NUMBER, { spam: true }, as("bob"));
    await sendNow(NUMBER);
    await voting.empty(NUMBER, NOW);
    expect(await rows(NUMBER, "vote")).toEqual([]);
    expect(await rows(NUMBER, "form")).toEqual([]);
    expect(await voting.read(NUMBER, "ann")).toBeNull();
    expect(await voting.explain(NUMBER, NOW)).toBeNull();
    await sendNow(NUMBER);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM callers").first("n")).toBe(0);
    expect(await voting.cast(NUMBER, { name: "Shop D" }, as("ann"))).toMatchObject({ code: "quota-exceeded" });
    expect(await voting.cast(NUMBER, { name: "Shop D" }, as("ann", NOW + WEEK_MS))).toMatchObject({ ok: true });
  });

  it("makes no object of a number without votes", async () => {
    await testVoting().empty(NUMBER, NOW);
    expect(await objects()).toEqual([]);
  });
});

describe("votes on a number that its owner took out", () => {
  const unlist = (): Promise<void> => setTombstone(NUMBER);
  const relist = () => env.DB.prepare("DELETE FROM unlisted").run();
  const published = () => env.DB.prepare("SELECT count(*) AS n FROM callers").first("n");
  const NAMED = { name: "Chicago Dental Care", spam: null, category: null };

  it.each(["before", "between", "after"])("are read back by their voters alone, when they came %s", async (when) => {
    const voting = testVoting();
    const cast = async (): Promise<unknown> => vote(voting, NUMBER, { name: NAMED.name }, as("ann"));
    await vote(voting, NUMBER, { spam: true }, as("bob"));
    if (when === "before") await cast();
    await sendNow(NUMBER);
    await unlist();
    if (when === "between") await cast();
    await env.DB.prepare("DELETE FROM callers").run();
    await voting.mute(NUMBER);
    if (when === "after") await cast();
    await sendNow(NUMBER);
    expect((await rows(NUMBER, "vote")).map(({ muted }) => muted)).toEqual([1, 1]);
    expect(await published()).toBe(0);
    expect(await voting.explain(NUMBER, NOW)).toBeNull();
    expect(await voting.read(NUMBER, "ann")).toEqual(NAMED);
    expect(await voting.read(NUMBER, "bob")).toEqual({ name: null, spam: true, category: null });
    expect(await voting.read(NUMBER, "cem")).toBeNull();
  });

  it("answer like those on any other, whatever is said and however often, and so do lookups and explanations", async () => {
    const out: unknown[] = [];
    const listed: unknown[] = [];
    await unlist();
    const [voting, directory] = [testVoting(), testDirectory()];
    // An account of years: no vote weighs more.
    const ann = { ...as("ann"), since: 0 };
    const told = async (number: E164): Promise<unknown> => {
      await publishAll(directory);
      const evidence = () => currentEvidence(directory, number, () => Promise.reject(new Error("D1 is there")));
      const parsed = parseNumber(number);
      if (!parsed.valid) throw new Error(parsed.reason);
      const { nationalFormat: _, ...answer } = await lookUp(number, NOW);
      return {
        ...answer,
        ...(await explain(voting, { evidence, area: async () => "unfitted" }, parsed.number, NOW)),
        number: null,
      };
    };
    const said: VoteInput[] = [
      { name: "A Shop" },
      { name: "A Shop" },
      { spam: true, category: "fraud" },
      { spam: null },
      { name: "B Shop" },
      { name: "B Shop" },
      { name: "C Shop" },
      { name: null },
      { name: "C Shop" },
    ];
    for (const [number, answers] of [
      [NUMBER, out],
      [OTHER, listed],
    ] as const) {
      for (const input of said) {
        answers.push(await voting.cast(number, input, ann), await voting.read(number, "ann"));
        await sendNow(number);
        answers.push(await told(number));
      }
    }
    expect(out.map((one) => ({ ...(one as object), part: null }))).toEqual(
      listed.map((one) => ({ ...(one as object), part: null })),
    );
  });

  it("count for nothing after a relist until they are cast again, and then from that day", async () => {
    const voting = testVoting();
    await vote(voting, NUMBER, { spam: true }, as("ann"));
    await unlist();
    await vote(voting, NUMBER, { spam: true }, as("bob"));
    await sendNow(NUMBER);
    await relist();
    await vote(voting, NUMBER, { spam: true }, as("cem"));
    await sendNow(NUMBER);
    expect(JSON.parse(await sentPart(NUMBER))).toMatchObject({ spam: { voters: 1 } });
    await vote(voting, NUMBER, { spam: true }, as("bob", NOW + WEEK_MS));
    await sendNow(NUMBER);
    expect(JSON.parse(await sentPart(NUMBER))).toMatchObject({ spam: { voters: 2 }, week: weekOf(NOW) + 1 });
  });

  it("end like others, with an erasure of the number, and when it has a new owner", async () => {
    const voting = testVoting();
    await unlist();
    await vote(voting, NUMBER, { name: NAMED.name }, as("ann"));
    await sendNow(NUMBER);
    expect(await alarmOf(NUMBER)).toBe(weekStart(weekOf(NOW) + NAME_WEEKS));
    await relist();
    await vote(voting, NUMBER, { spam: true }, as("bob"));
    expect(await voting.dropMuted(NUMBER)).toBe(true);
    expect(await voting.dropMuted(NUMBER)).toBe(false);
    expect(await voting.read(NUMBER, "ann")).toBeNull();
    expect(await rows(NUMBER, "form")).toEqual([]);
    expect(await rows(NUMBER, "vote")).toHaveLength(1);
    await voting.mute(NUMBER);
    await voting.empty(NUMBER, NOW);
    expect(await rows(NUMBER, "vote")).toEqual([]);
    await voting.mute(OTHER);
    expect(await voting.dropMuted(OTHER)).toBe(false);
  });
});
