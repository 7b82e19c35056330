import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { mixerOf } from "../../src/contacts/mixer-state.ts";
import { RevocationRecords } from "../../src/directory/revocation-records.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { ContactVote } from "../../src/voting/contact-votes-store.ts";
import {
  ballotRows,
  EARLIER,
  lookAround,
  pending,
  release,
  revoked,
  season,
  share,
  sharer,
  SPREAD_MS,
  testContacts,
  timeComes,
} from "../support/contacts.ts";
import { testQuotas } from "../support/quotas.ts";
import { dump, e164, publishAll, testDirectory, testVault, setTombstone } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { as, ballotOf, testVoting, vote } from "../support/voting.ts";

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");
const NUMBERS = Array.from({ length: 24 }, (_, at) => e164(`+1312555${String(4000 + at)}`));
const NAME = "Chicago Dental Care";
/** Objects by the dozen, on whatever machine. */
const SLOW = { timeout: 600_000 };

beforeEach(async () => {
  await emptyStores();
});

describe("taking back", SLOW, () => {
  const state = async () => ({
    votes: await Promise.all(NUMBERS.map((number) => ballotRows(number, "vote"))),
    forms: await Promise.all(NUMBERS.map(async (number) => (await ballotRows(number, "form")).map(({ id }) => id))),
    contacts: await Promise.all(NUMBERS.map((number) => ballotRows(number, "contact"))),
    changes: await Promise.all(NUMBERS.map((number) => ballotRows(number, "change"))),
    published: await published(),
  });
  /** Pages and parts, opened: seals and counts of changes differ by nature. */
  const published = async () => {
    const { d1, kv, rows } = await dump(testDirectory());
    const callers = await Promise.all(
      (rows["callers"] as { id: string; ballot: string | null }[]).map(async ({ id, ballot }) => {
        const opened = await testVault().openText({ table: "callers", id }, ballot ?? "");
        return [id, opened.ok ? opened.text : null];
      }),
    );
    return { d1, kv, callers: new Map(callers as [string, string | null][]) };
  };
  const level = async (): Promise<void> => {
    await release();
    await lookAround(NUMBERS);
    await publishAll(testDirectory());
  };

  it("by numbers is at once: from the mixers and from the ballots, of this account alone", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    await level();
    const before = await state();
    await share(contacts, NAME, NUMBERS.slice(0, 10), sharer("bob"));
    await release();
    await share(contacts, NAME, NUMBERS.slice(10, 20), sharer("bob", Date.now() + SPREAD_MS));
    expect(await pending()).toHaveLength(10);
    await contacts.withdraw([...NUMBERS.slice(0, 20), "no number"], undefined, "bob", Date.now());
    await contacts.withdraw(NUMBERS, undefined, "stranger", Date.now());
    expect(await pending()).toEqual([]);
    await level();
    expect(await state()).toEqual(before);
  });

  it("by numbers holds for a name that is just being handed over", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const [{ number } = { number: "" }] = await pending();
    const mixer = env.MIXERS.getByName(mixerOf(number as string));
    // The way to the ballot takes as long as this test wants.
    const open = Promise.withResolvers<void>();
    let handing = false;
    await runInDurableObject(mixer, (instance) => {
      const slow = {
        getByName: (name: string) => ({
          takeContact: async (vote: ContactVote) => {
            handing = true;
            await open.promise;
            await env.BALLOTS.getByName(name).takeContact(vote);
          },
        }),
      };
      Object.assign(instance, { env: { ...env, BALLOTS: slow } });
    });
    const running = runDurableObjectAlarm(mixer);
    await expect.poll(() => handing, { timeout: 180_000 }).toBe(true);
    const withdrawn = contacts.withdraw([NUMBER], undefined, "ann", Date.now());
    await expect.poll(pending, { timeout: 180_000 }).toEqual([]);
    open.resolve();
    await Promise.all([running, withdrawn]);
    expect(await ballotRows(NUMBER, "vote")).toEqual([]);
  });

  it("of everything needs no list, and leaves no trace in ballots, mixers and pages", async () => {
    const contacts = testContacts();
    await season(["bob"]);
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    await vote(testVoting(), NUMBERS[3] ?? NUMBER, { name: NAME }, as("cem"));
    await level();
    const before = await state();
    await share(contacts, "Chicago Dental", NUMBERS.slice(0, 16), sharer("bob"));
    await level();
    expect(await state()).not.toEqual(before);
    await share(contacts, "Chicago Dental", NUMBERS.slice(12), sharer("bob", Date.now() + SPREAD_MS));
    await contacts.withdrawAll("bob");
    expect(await revoked()).toHaveLength(1);
    expect(await pending()).toHaveLength(12);
    await timeComes();
    await level();
    expect(await pending()).toEqual([]);
    expect(await state()).toEqual(before);
  });

  it("by numbers is at once also after everything was taken back", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    await contacts.withdrawAll("ann");
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    await contacts.withdraw([NUMBER], undefined, "ann", Date.now());
    expect(await ballotRows(NUMBER, "vote")).toEqual([]);
  });

  it("begins a new share id, so that sharing again counts, once", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    await contacts.withdrawAll("ann");
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    // Before the ballot's day has come: one person is one voter all the same.
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    await lookAround([NUMBER]);
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    await contacts.withdrawAll("ann");
    await lookAround([NUMBER]);
    expect(await ballotRows(NUMBER, "vote")).toEqual([]);
    expect(await revoked()).toHaveLength(2);
  });

  it("can begin anew five times a day, so that one account does not fill the list; taking back stays free", async () => {
    const contacts = testContacts();
    const one = [{ name: NAME, numbers: [NUMBER] }];
    for (let times = 0; times < 5; times += 1) {
      await share(contacts, NAME, [NUMBER], sharer("ann"));
      await share(contacts, NAME, [NUMBER], sharer("ann"));
      for (let twice = 0; twice < 2; twice += 1) await contacts.withdrawAll("ann");
    }
    expect(await contacts.share(one, undefined, sharer("ann"))).toMatchObject({ code: "quota-exceeded" });
    await contacts.withdrawAll("ann");
    expect(await revoked()).toHaveLength(5);
    expect(await contacts.share(one, undefined, sharer("ann", EARLIER + 86_400_000))).toMatchObject({ accepted: 1 });
  });

  it("is found for sixty days and then forgotten, and by the account when it is erased", async () => {
    const contacts = testContacts();
    const records = new RevocationRecords(env.DB, testVault());
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await contacts.erase("ann");
    await contacts.erase("ann");
    expect(await contacts.exportOf("ann")).toEqual({
      sharing: false,
      takenBackBy: null,
    });
    const today = Math.floor(Date.now() / 86_400_000);
    expect(await records.forget(today + 60)).toBe(0);
    expect(await revoked()).toHaveLength(1);
    expect(await records.forget(today + 61)).toBe(1);
    expect(await revoked()).toEqual([]);
    await contacts.withdrawAll("somebody who never shared");
    expect(await revoked()).toEqual([]);
  });

  it("says for how long names may still stand: while it shares, and for 25 hours after", async () => {
    const contacts = testContacts();
    const hours = async (): Promise<number> => (await contacts.lingers("ann", Date.now())) / 3_600_000;
    expect(await hours()).toBe(0);
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    expect(await hours()).toBe(25);
    await contacts.withdrawAll("ann");
    expect(await hours()).toBeGreaterThan(25);
    expect(await hours()).toBeLessThanOrEqual(26);
    const { takenBackBy } = await contacts.exportOf("ann");
    expect(Date.parse(takenBackBy ?? "") - Date.now()).toBeGreaterThan(25 * 3_600_000);
    expect(await contacts.lingers("ann", Date.now() + 26 * 3_600_000)).toBe(0);
  });

  it("looks every day while a ballot holds contacts, first at any moment of a day, and not when it holds none", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    await release();
    await lookAround(NUMBERS);
    const alarmOf = async (number: E164) =>
      runInDurableObject(await ballotOf(number), (_, { storage }) => storage.getAlarm());
    const first = await Promise.all(NUMBERS.map(alarmOf));
    for (const at of first) expect(at).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
    // By chance some are early and some are late.
    expect(Math.max(...first.map(Number)) - Math.min(...first.map(Number))).toBeGreaterThan(6 * 3_600_000);
    await lookAround([NUMBERS[0] ?? NUMBER]);
    const second = Number(await alarmOf(NUMBERS[0] ?? NUMBER)) - Date.now();
    expect(second).toBeGreaterThan(23 * 3_600_000);
    expect(second).toBeLessThanOrEqual(24 * 3_600_000);
    await contacts.withdraw(NUMBERS, undefined, "ann", Date.now());
    await lookAround(NUMBERS);
    for (const number of NUMBERS) await expect.poll(() => alarmOf(number)).toBeNull();
  });

  it("asks about its own names alone, some hundreds a run, and goes on where it was", async () => {
    const contacts = testContacts();
    const ballot = await ballotOf(NUMBER);
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    // A number that half a city knows: 1,201 names, every third of somebody who takes everything back.
    await runInDurableObject(ballot, async (instance) => {
      const their = instance as unknown as { takeContact(vote: ContactVote): Promise<void> };
      for (let at = 0; at < 1200; at += 1) {
        const share = at % 3 === 0 ? "leaves" : `stays ${at}`;
        const pid = await testVault().contactPid(NUMBER, `${share} ${at}`);
        const own = await testVault().keyedHash("voter", String(at));
        await their.takeContact({ number: NUMBER, name: NAME, pid, own, share, tier: 0, net: 0, week: 2900 });
      }
    });
    const revocations = new RevocationRecords(env.DB, testVault());
    await revocations.add("leaves", 20_000);
    for (let at = 0; at < 3000; at += 1000) {
      const rows = Array.from({ length: 1000 }, (_, n) => `('somebody else ${at + n}', 20000)`);
      await env.DB.exec(`INSERT INTO revoked (id, day) VALUES ${rows.join(",")}`);
    }
    const left: number[] = [];
    await lookAround([NUMBER]);
    left.push((await ballotRows(NUMBER, "contact")).length);
    for (let run = 0; run < 2; run += 1) {
      await evictDurableObject(ballot);
      await runInDurableObject(ballot, (_, { storage: { sql } }) => {
        expect(Number(sql.exec("SELECT at FROM look").one()["at"])).toBeLessThan(Date.now() + 5000);
        sql.exec("UPDATE look SET at = 0");
      });
      await runDurableObjectAlarm(ballot);
      left.push((await ballotRows(NUMBER, "contact")).length);
    }
    // Each run drops a third of the five hundred that it looked at.
    expect(left[0]).toBeGreaterThan(1201 - 250);
    expect(left[1]).toBeGreaterThan(1201 - 450);
    expect(left[2]).toBe(801);
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(801);
  });
});

describe("a consent that is withdrawn while names come in", SLOW, () => {
  it("leaves none of them", async () => {
    // Agreed when the call begins, and not any more when the names are stored.
    let asked = 0;
    const contacts = testContacts(() => (asked += 1) === 1);
    const given = NUMBERS.map((number) => ({ name: NAME, numbers: [number] }));
    expect(await contacts.share(given, undefined, sharer("ann"))).toEqual({ ok: false, code: "consent-missing" });
    expect(await revoked()).toHaveLength(1);
    await release();
    for (const number of NUMBERS) expect(await ballotRows(number, "vote")).toEqual([]);
  });
});

describe("a consent that is withdrawn between its being asked and the sharing", SLOW, () => {
  it("lets nothing be shared, should the call die at any moment after", async () => {
    let asked = 0;
    const contacts = testContacts(async (account) => {
      asked += 1;
      if (asked > 1) throw new Error("the call dies");
      await testContacts().withdrawAll(account);
      return true;
    });
    await expect(contacts.share([{ name: NAME, numbers: [NUMBER] }], undefined, sharer("ann"))).rejects.toThrow("dies");
    expect(await pending()).toEqual([]);
    expect(await testContacts().exportOf("ann")).toMatchObject({ sharing: false });
    expect(await testQuotas().held({ account: "ann", number: null }, EARLIER)).toEqual({});
  });
});

describe("a number that is taken out", SLOW, () => {
  it("has nothing kept for it from then on, and what waits for it can be dropped in one mixer", async () => {
    const contacts = testContacts();
    for (const account of ["ann", "bob", "cem"]) {
      await share(contacts, NAME, [NUMBER, OTHER], sharer(account, Date.now() + SPREAD_MS));
    }
    expect(await pending()).toHaveLength(6);
    const caller = await testVault().numberId(NUMBER);
    const number = await testVault().mixingNumber(caller);
    await env.MIXERS.getByName(mixerOf(number)).forget(number);
    expect(await pending()).toHaveLength(3);
    await setTombstone(NUMBER);
    await share(contacts, NAME, [NUMBER, OTHER], sharer("dan", Date.now() + SPREAD_MS));
    expect((await pending()).filter((row) => row["number"] === number)).toEqual([]);
    expect(await pending()).toHaveLength(4);
  });
});
