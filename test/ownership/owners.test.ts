import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { isUnlisted } from "../../src/directory/unlisting.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { Owning } from "../../src/ownership/owners.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import { dayOf } from "../../src/time/days.ts";
import { e164, makeDataset, publishAll, send, testDirectory, removeTombstone } from "../support/directory.ts";
import { ownershipOf, publishedEvidence, testOwners } from "../support/ownership.ts";
import { as, ballotOf, NOW, sendNow, testVoting, vote, WEEK_MS } from "../support/voting.ts";

const directory = testDirectory();
const owners = testOwners();
const voting = testVoting();
const DAY = dayOf(NOW);
const DAY_MS = 86_400_000;

let next = 0;
/** A number of a block of its own. */
const fresh = (): E164 => e164(`+1312${String(5_550_100 + (next += 100))}`);

async function published(number: E164): Promise<ReturnType<typeof judge>> {
  await sendNow(number);
  await publishAll(directory);
  return judge(await publishedEvidence(number, NOW), Number(number.slice(-2)), weekOf(NOW), "unfitted");
}

function taken(owning: Owning): Extract<Owning, { ok: true }> {
  if (!owning.ok) throw new Error(owning.code);
  return owning;
}

/** Votes that count. */
async function votesOn(number: E164): Promise<number> {
  return runInDurableObject(await ballotOf(number), (_, { storage }) => {
    const made = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'vote'").toArray().length > 0;
    return made ? Number(storage.sql.exec("SELECT count(*) AS n FROM vote WHERE muted = 0").one()["n"]) : 0;
  });
}

/** Marks of long-standing voters from many networks over a month: what comes all at once is damped. */
async function markAsSpam(number: E164): Promise<void> {
  const mark = async (n: number): Promise<void> => {
    const account = `marker ${n} of ${number}`;
    await vote(voting, e164("+442079460999"), { spam: false }, as(account, NOW - 20 * WEEK_MS, n));
    await vote(voting, number, { spam: true, category: "fraud" }, as(account, NOW - (n % 4) * WEEK_MS, n));
  };
  await Promise.all(Array.from({ length: 16 }, (_, n) => mark(n)));
}

describe("asking", () => {
  it("what is held leaves nothing behind", async () => {
    const number = fresh();
    expect(await owners.holdings(number, NOW)).toMatchObject({ listed: true, said: [], account: false });
    const tables = await runInDurableObject(await ownershipOf(number), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("tells all that datasets say, opened", async () => {
    const number = fresh();
    const dataset = await makeDataset(directory, "owned-names", "directory");
    await send(directory, dataset, "owned", [
      { of: "directory", number, day: DAY, name: "Fiction Clinic", kind: "business" },
    ]);
    const { said } = await owners.holdings(number, NOW);
    expect(said).toEqual([
      {
        dataset: "owned-names",
        title: "owned-names",
        day: DAY,
        category: null,
        complaints: 0,
        name: "Fiction Clinic",
        kind: "business",
      },
    ]);
  });
});

describe("the owner's name", () => {
  it("stands above the crowd's, is checked like any, and goes when it is taken back", async () => {
    const number = fresh();
    for (const n of [1, 2, 3]) await vote(voting, number, { name: "Crowd Name" }, as(`namer ${n} ${number}`, NOW, n));
    expect(await owners.say(number, { name: "Mom", handOver: false }, NOW)).toMatchObject({ code: "name-not-allowed" });
    taken(await owners.say(number, { name: "  Owner   Name ", kind: "business", handOver: false }, NOW));
    expect(await published(number)).toMatchObject({
      name: "Owner Name",
      nameLevel: "owner",
      verified: false,
      kind: "business",
    });
    expect(await owners.say(number, { name: "Another", handOver: false }, NOW)).toEqual({
      ok: false,
      code: "changed-recently",
      quota: "name",
      days: 30,
      retryAfter: 30 * 86_400,
    });
    taken(await owners.say(number, { name: null, handOver: false }, NOW));
    expect(await published(number)).toMatchObject({ nameLevel: expect.not.stringMatching("owner"), verified: false });
  });

  it("is not taken over a spam verdict, and being known does not soften what others say", async () => {
    const number = fresh();
    await markAsSpam(number);
    expect((await published(number)).spam).toBe("spam");
    for (const says of [{ name: "Honest", handOver: false }, { handOver: false }, { handOver: true }]) {
      expect(await owners.say(number, says, NOW)).toEqual({ ok: false, code: "number-marked-spam" });
    }
    expect((await published(number)).spam).toBe("spam");
  });

  it("is not taken while nobody can tell whether the number is marked", async () => {
    const number = fresh();
    const blind = testOwners(async () => null);
    expect(await blind.say(number, { name: "Honest", handOver: false }, NOW)).toMatchObject({ code: "unavailable" });
    expect((await owners.holdings(number, NOW)).owned.name).toBeNull();
  });

  it("goes with the account of its owner, who proved it or not, and leaves the limit", async () => {
    const number = fresh();
    await owners.forget(number, NOW);
    expect(await owners.names(number)).toBe(0);
    taken(await owners.say(number, { name: "Owner Name", handOver: false }, NOW));
    expect(await published(number)).toMatchObject({ name: "Owner Name" });
    expect(await owners.names(number)).toBe(1);
    for (let twice = 0; twice < 2; twice += 1) await owners.forget(number, NOW);
    expect(await owners.names(number)).toBe(0);
    expect(await published(number)).toMatchObject({ name: null, verified: false });
    expect(await owners.say(number, { name: "Another", handOver: false }, NOW)).toMatchObject({ quota: "name" });
  });

  it("said many times at once is one name", async () => {
    const number = fresh();
    const said = await Promise.all(
      Array.from({ length: 8 }, (_, n) => owners.say(number, { name: `Shop ${n}`, handOver: false }, NOW)),
    );
    const won = said.filter(({ ok }) => ok);
    expect(won).toHaveLength(1);
    expect((await published(number)).name).toBe(taken(won[0] as Owning).owned.name);
  });
});

describe("carving", () => {
  it("takes the number out of what is said of its block", async () => {
    const number = fresh();
    const dataset = await makeDataset(directory, "neighbours", "complaints");
    const neighbour = (line: string): E164 => e164(number.slice(0, -2) + line);
    const rows = ["15", "35", "55"].map((line) => {
      return { of: "complaints", number: neighbour(line), day: DAY, complaints: 3, category: null } as const;
    });
    await send(directory, dataset, "neighbours", rows);
    expect(await published(number)).toMatchObject({ spam: "suspected" });
    taken(await owners.say(number, { handOver: false }, NOW));
    expect(await published(number)).toMatchObject({ spam: "none", name: null });
    expect(await published(neighbour("77"))).toMatchObject({ spam: "suspected" });
  });
});

describe("taking out", () => {
  it("leaves nothing to show, stores a tombstone, and coming back brings nothing back", async () => {
    const number = fresh();
    await vote(voting, number, { name: "Crowd Name", spam: true }, as(`one ${number}`));
    taken(await owners.say(number, { name: "Owner Name", handOver: false }, NOW));
    await published(number);
    taken(await owners.unlist(number, NOW));
    expect(await isUnlisted(directory, number)).toBe(true);
    expect(await votesOn(number)).toBe(0);
    expect(await published(number)).toMatchObject({ name: null, spam: "none", updatedAt: null });
    expect(await owners.say(number, { name: "New Name", handOver: false }, NOW)).toEqual({
      ok: false,
      code: "number-unlisted",
    });

    taken(await owners.relist(number, NOW));
    expect(await isUnlisted(directory, number)).toBe(false);
    expect(await published(number)).toMatchObject({ name: null, spam: "none", updatedAt: null });
    // It is in again: what is said from now on counts.
    taken(await owners.say(number, { handOver: false }, NOW));
    await vote(voting, number, { name: "New Name", spam: false }, as(`two ${number}`));
    expect(await votesOn(number)).toBe(1);
  });

  it("twice, out and in at once, or after a kill ends in what was asked last", async () => {
    const number = fresh();
    taken(await owners.unlist(number, NOW));
    taken(await owners.unlist(number, NOW));
    await Promise.all([owners.relist(number, NOW), owners.unlist(number, NOW), owners.relist(number, NOW)]);
    const { listed } = (await owners.holdings(number, NOW)).owned;
    expect(await isUnlisted(directory, number)).toBe(!listed);
    await evictDurableObject(await ownershipOf(number));
    expect((await owners.holdings(number, NOW)).owned.listed).toBe(listed);
  });

  it("again and again costs two turns a day, also of who asks fifty times", async () => {
    const number = fresh();
    const turn = async (now: number): Promise<readonly string[]> => {
      const out = await owners.unlist(number, now);
      const back = await owners.relist(number, now);
      return [out, back].map((one) => (one.ok ? "taken" : one.code));
    };
    expect(await turn(NOW)).toEqual(["taken", "taken"]);
    for (let n = 0; n < 24; n += 1) expect(await turn(NOW)).toEqual(["taken", "changed-recently"]);
    const written = await runInDurableObject(await ownershipOf(number), (_, { storage }) =>
      storage.sql.exec("SELECT revision FROM owned").one(),
    );
    expect(written).toEqual({ revision: 3 });
    expect(await turn(NOW + DAY_MS)).toEqual(["taken", "taken"]);
  });

  it("asked for while it is coming back can be undone again", async () => {
    const number = fresh();
    taken(await owners.unlist(number, NOW));
    await runInDurableObject(await ownershipOf(number), async (object) => {
      const back = object.change(number, { does: "relist" }, NOW, true);
      // Out again while the work of coming back has begun, and before it took the tombstone away.
      for (let n = 1; n < 50; n += 1) {
        await object.change(number, { does: n % 2 === 0 ? "relist" : "unlist" }, NOW + n * DAY_MS, false);
      }
      await object.change(number, { does: "unlist" }, NOW + 50 * DAY_MS, true);
      await back;
    });
    expect(await isUnlisted(directory, number)).toBe(true);
    taken(await owners.relist(number, NOW + 51 * DAY_MS));
    expect(await isUnlisted(directory, number)).toBe(false);
  });

  it("is done by the alarm when the object dies before the work, and the row alone is left", async () => {
    const number = fresh();
    await vote(voting, number, { name: "Crowd Name" }, as(`one ${number}`));
    await sendNow(number);
    taken(await owners.unlist(number, NOW));
    // As it stood between the write and the work: the tombstone is not there, and the revision is not done.
    await removeTombstone(number);
    const object = await ownershipOf(number);
    await runInDurableObject(object, async (_, { storage }) => {
      storage.sql.exec("UPDATE owned SET done = revision - 1, emptying = 1");
      await storage.setAlarm(Date.now() + 60_000);
    });
    await vote(voting, number, { name: "Came in between" }, as(`three ${number}`));
    await evictDurableObject(object);
    expect(await runDurableObjectAlarm(await ownershipOf(number))).toBe(true);
    expect(await isUnlisted(directory, number)).toBe(true);
    expect(await votesOn(number)).toBe(0);
    // Nothing is left to do.
    expect(await runDurableObjectAlarm(await ownershipOf(number))).toBe(false);
  });
});

describe("a storage error", () => {
  /** The error that the platform's storage throws now and then: the next statement that matches meets it. */
  const failOnce = async (number: E164, statement: RegExp): Promise<void> =>
    runInDurableObject(await ownershipOf(number), (_, { storage }) => {
      const { sql } = storage;
      const exec = sql.exec.bind(sql);
      const failing = (query: string, ...values: unknown[]): unknown => {
        if (!statement.test(query)) return exec(query, ...values);
        Object.defineProperty(sql, "exec", { value: exec, configurable: true });
        throw new Error("Internal error in Durable Object storage caused object to be reset.");
      };
      Object.defineProperty(sql, "exec", { value: failing, configurable: true });
    });
  const unlist = async (number: E164): Promise<string> =>
    owners.unlist(number, NOW).then(
      (owning) => (owning.ok ? "done" : owning.code),
      () => "threw",
    );

  it.each([
    ["reading what was said", /^SELECT \*/],
    ["writing a change", /^INSERT OR REPLACE/],
    ["noting that it is done", /^UPDATE owned SET done/],
  ])("while %s fails one call, and the next one is taken", async (_, statement) => {
    const number = fresh();
    taken(await owners.say(number, { name: "Owner Name", handOver: false }, NOW));
    await failOnce(number, statement);
    expect(await unlist(number)).toBe("threw");
    expect(await unlist(number)).toBe("done");
    expect(await isUnlisted(directory, number)).toBe(true);
    expect((await owners.holdings(number, NOW)).owned).toMatchObject({ listed: false, name: null });
    // Nothing is left to do, and nothing waits behind what failed.
    expect(await published(number)).toMatchObject({ name: null });
    taken(await owners.relist(number, NOW));
    expect(await isUnlisted(directory, number)).toBe(false);
  });
});
