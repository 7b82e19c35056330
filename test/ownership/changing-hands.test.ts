import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { E164 } from "../../src/numbers/number.ts";
import { DisputeRecords } from "../../src/ownership/dispute-records.ts";
import { Disputes, DISPUTE_DAYS } from "../../src/ownership/disputes.ts";
import type { Owning } from "../../src/ownership/owners.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import { dayOf } from "../../src/time/days.ts";
import { e164, makeDataset, publishAll, send, testDirectory, testVault } from "../support/directory.ts";
import { publishedEvidence, showProfile, testOwners } from "../support/ownership.ts";
import { as, ballotOf, NOW, sendNow, testVoting, vote, WEEK_MS } from "../support/voting.ts";

const directory = testDirectory();
const owners = testOwners();
const voting = testVoting();
const DAY = dayOf(NOW);

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

describe("a change of hands", () => {
  it("drops votes and what was said in earlier weeks", async () => {
    const number = fresh();
    const dataset = await makeDataset(directory, "former-names", "directory");
    await send(directory, dataset, "former", [
      { of: "directory", number, day: DAY - 400, name: "Former Company", kind: "business" },
    ]);
    for (const n of [1, 2, 3]) await vote(voting, number, { name: "Former Co" }, as(`former ${n} ${number}`, NOW, n));
    expect(await published(number)).toMatchObject({ name: "Former Company" });
    taken(await owners.say(number, { handOver: true }, NOW));
    expect(await votesOn(number)).toBe(0);
    expect(await published(number)).toMatchObject({ name: null, nameLevel: "none" });
    // The former name of the dataset is still told to whoever owns the number.
    expect((await owners.holdings(number, NOW)).said).toHaveLength(1);
  });
});

describe("a change of hands, where others speak of the number", () => {
  it("is for operators where the number itself is suspected, and not where its neighbours are", async () => {
    const number = fresh();
    const dataset = await makeDataset(directory, "few-complaints", "complaints");
    const told = async (line: string, complaints: number): Promise<E164> => {
      const one = e164(number.slice(0, -2) + line);
      await send(directory, dataset, `of ${one}`, [
        { of: "complaints", number: one, day: DAY, complaints, category: null },
      ]);
      return one;
    };
    const [suspected] = [await told("15", 3), await told("35", 3), await told("55", 3)];
    const { spam } = await published(suspected);
    expect(["suspected", "likely"]).toContain(spam);
    expect(await owners.say(suspected, { handOver: true }, NOW)).toEqual({ ok: false, code: "number-marked-spam" });
    const neighbour = e164(`${number.slice(0, -2)}77`);
    expect(await published(neighbour)).toMatchObject({ spam: "suspected" });
    taken(await owners.say(neighbour, { handOver: true }, NOW));
  });

  it("ends what a dataset vouches for: its name is of who had the number before", async () => {
    const number = fresh();
    const dataset = await makeDataset(directory, "banks", "directory");
    await send(directory, dataset, "bank", [
      { of: "directory", number, day: DAY, name: "Chase Bank", kind: "business" },
    ]);
    await published(number);
    expect(await owners.say(number, { name: "Chase Bank", handOver: true }, NOW)).toMatchObject({
      code: "name-not-allowed",
      reason: "impersonation",
    });
    taken(await owners.say(number, { name: "Chase Bank", handOver: false }, NOW));
  });
});

describe("a change of hands, of a number with a profile", () => {
  it("shows neither name nor photo of who had it before, and what its account says from then on", async () => {
    const number = fresh();
    // Edited many times within a second, which must not make it newer than what comes after.
    for (let n = 0; n < 9; n += 1) await showProfile(number, `Former Person ${n}`, NOW);
    expect(await published(number)).toMatchObject({ name: "Former Person 8", photo: "photo" });
    taken(await owners.say(number, { handOver: true }, NOW + 1000));
    expect(await published(number)).toMatchObject({ name: null, photo: null, nameLevel: "none" });
    await showProfile(number, "New Person", NOW + 2000, { writer: "another account" });
    expect(await published(number)).toMatchObject({ name: "New Person" });
  });

  it("is not what a granted dispute is: who has the number keeps the profile", async () => {
    const number = fresh();
    await showProfile(number, "Same Person", NOW);
    taken(await owners.dispute(number, NOW));
    taken(await owners.remove(number, "complaints", NOW));
    expect(await published(number)).toMatchObject({ name: "Same Person", photo: "photo" });
  });
});

describe("a take-down", () => {
  it("leaves nothing shown of what was said, by whomever, and lets in what is said after it", async () => {
    const number = fresh();
    const dataset = await makeDataset(directory, "taken-down", "directory");
    await send(directory, dataset, "down", [
      { of: "directory", number, day: DAY - 30, name: "Wrong Company", kind: "business" },
    ]);
    await showProfile(number, "Bad Profile", NOW - 1000);
    taken(await owners.say(number, { name: "Bad Name", handOver: false }, NOW));
    for (const n of [1, 2, 3]) await vote(voting, number, { name: "Bad Crowd" }, as(`bad ${n} ${number}`, NOW, n));
    expect(await published(number)).toMatchObject({ name: "Bad Name", photo: "photo" });
    taken(await owners.takeDown(number, NOW));
    expect(await votesOn(number)).toBe(0);
    expect(await published(number)).toMatchObject({ name: null, photo: null, nameLevel: "none" });
    expect((await owners.holdings(number, NOW)).listed).toBe(true);
    await markAsSpam(number);
    expect((await published(number)).spam).toBe("spam");
    // What came after the last one goes with the next.
    taken(await owners.takeDown(number, NOW));
    expect(await votesOn(number)).toBe(0);
    expect((await published(number)).spam).toBe("none");
  });
});

describe("disputes", () => {
  const disputes = new Disputes(testVault(), new DisputeRecords(env.DB), owners);

  it("reach the operators with number, cause and words, and nothing of them stands in clear", async () => {
    const number = fresh();
    taken(await disputes.open(number, "new-owner", "I have had it since May.", NOW));
    taken(await disputes.open(number, "mistaken", "Again.", NOW));
    const dispute = (await disputes.list()).find((one) => one.number === number);
    expect(dispute).toMatchObject({ kind: "dispute", cause: "new-owner", text: "I have had it since May." });
    const rows = JSON.stringify((await env.DB.prepare("SELECT * FROM disputes").all()).results);
    expect(rows).not.toContain(number.slice(1));
    expect(rows).not.toContain("May");
  });

  it("that nobody decided about are over after 180 days: the owner is told so, and may file another", async () => {
    const number = fresh();
    const later = (days: number): number => NOW + days * 86_400_000;
    const listed = async () => (await disputes.list()).find((one) => one.number === number);
    taken(await disputes.open(number, "mistaken", "first", NOW));
    const expiresAt = new Date((DAY + DISPUTE_DAYS) * 86_400_000).toISOString();
    expect(await listed()).toMatchObject({ text: "first", expiresAt });
    await disputes.lapse(later(DISPUTE_DAYS - 1));
    expect(await listed()).toMatchObject({ text: "first" });
    expect(await disputes.lapse(later(DISPUTE_DAYS))).toBeGreaterThan(0);
    expect(await listed()).toBeUndefined();
    expect((await owners.holdings(number, later(DISPUTE_DAYS))).owned.dispute).toBeNull();
    taken(await disputes.open(number, "mistaken", "second", later(DISPUTE_DAYS)));
    expect(await disputes.lapse(later(DISPUTE_DAYS + 1))).toBe(0);
    expect(await listed()).toMatchObject({ text: "second" });
  });

  it("that come while the last one's row is about to go take its place", async () => {
    const number = fresh();
    const over = NOW + DISPUTE_DAYS * 86_400_000;
    const held = new DisputeRecords(env.DB);
    taken(await disputes.open(number, "mistaken", "first", NOW));
    // The owner's object has let go, the row is still there.
    await owners.lapse(number, over);
    taken(await disputes.open(number, "new-owner", "second", over));
    const { id = "" } = (await disputes.list()).find((one) => one.number === number) ?? {};
    await held.remove(id, dayOf(over) - DISPUTE_DAYS);
    expect((await disputes.list()).find((one) => one.id === id)).toMatchObject({ text: "second" });
  });

  it("of a new owner take the place of a former one's that could not be dropped at the change of hands", async () => {
    const number = fresh();
    taken(await disputes.open(number, "mistaken", "the former owner's", NOW - 40 * 86_400_000));
    taken(await owners.say(number, { handOver: true }, NOW - 86_400_000));
    taken(await disputes.open(number, "new-owner", "the new owner's", NOW));
    taken(await disputes.open(number, "mistaken", "again", NOW + 86_400_000));
    expect((await disputes.list()).find((one) => one.number === number)).toMatchObject({
      cause: "new-owner",
      text: "the new owner's",
    });
  });

  it("are listed behind hundreds that do not open any more", async () => {
    await env.DB.prepare("DELETE FROM disputes").run();
    const rows = JSON.stringify(Array.from({ length: 450 }, (_, n) => `lost-${n}`));
    await env.DB.prepare("INSERT INTO disputes (id, sealed, day) SELECT value, 'AAAA', ? FROM json_each(?)")
      .bind(DAY, rows)
      .run();
    const numbers = [fresh(), fresh()];
    for (const [days, number] of numbers.entries()) {
      taken(await disputes.open(number, "mistaken", null, NOW + days * 86_400_000));
    }
    expect((await disputes.list()).map(({ number }) => number)).toEqual(numbers);
    await env.DB.prepare("DELETE FROM disputes").run();
  });

  it("are listed 200 at most, the oldest first, each with the most that its owner may say", async () => {
    await env.DB.prepare("DELETE FROM disputes").run();
    const many = Array.from({ length: 205 }, (_, n) => e164(`+1312556${String(1000 + n)}`));
    for (let at = 0; at < many.length; at += 41) {
      await Promise.all(
        many.slice(at, at + 41).map((number) => disputes.open(number, "mistaken", "\u0001".repeat(500), NOW)),
      );
    }
    const listed = await disputes.list();
    expect(listed).toHaveLength(200);
    expect(JSON.stringify(listed).length).toBeLessThan(1024 * 1024);
    await env.DB.prepare("DELETE FROM disputes").run();
  });

  it("go at most fifty in a step, also those that do not open any more", async () => {
    await env.DB.prepare("DELETE FROM disputes").run();
    const rows = JSON.stringify(Array.from({ length: 60 }, (_, n) => `lost-${n}`));
    await env.DB.prepare("INSERT INTO disputes (id, sealed, day) SELECT value, 'AAAA', 1 FROM json_each(?)")
      .bind(rows)
      .run();
    expect([await disputes.lapse(NOW), await disputes.lapse(NOW), await disputes.lapse(NOW)]).toEqual([50, 10, 0]);
  });

  it("that are granted drop the marks; those that are not let them stand; each is decided once", async () => {
    const [granted, kept] = [fresh(), fresh()];
    for (const number of [granted, kept]) {
      await markAsSpam(number);
      expect((await published(number)).spam).toBe("spam");
      taken(await disputes.open(number, "mistaken", null, NOW));
    }
    const idOf = async (number: E164): Promise<string> =>
      (await disputes.list()).find((one) => one.number === number)?.id ?? "";
    const [one, other] = [await idOf(granted), await idOf(kept)];
    expect(await disputes.decide(one, "remove", NOW)).toBe(true);
    expect(await disputes.decide(other, "keep", NOW)).toBe(true);
    expect(await disputes.decide(one, "remove", NOW)).toBe(false);
    expect((await published(granted)).spam).toBe("none");
    expect((await published(kept)).spam).toBe("spam");
    expect((await owners.holdings(granted, NOW)).owned.dispute).toBe("removed");
    expect((await owners.holdings(kept, NOW)).owned.dispute).toBe("kept");
    expect(await disputes.open(kept, "mistaken", null, NOW)).toMatchObject({
      code: "changed-recently",
      quota: "dispute",
    });
  });
});
