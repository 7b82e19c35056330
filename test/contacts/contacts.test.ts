import { env } from "cloudflare:workers";
import {
  applyD1Migrations,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { mixerOf, mixers } from "../../src/contacts/mixer-state.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { ContactVote } from "../../src/voting/contact-votes.ts";
import type { PendingRow } from "../../src/contacts/pending.ts";
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
} from "../support/contacts.ts";
import { dump, e164, lookUpIn, publishAll, testDirectory, testVault } from "../support/directory.ts";
import { as, ballotOf, testVoting, vote } from "../support/voting.ts";

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");
const NUMBERS = Array.from({ length: 24 }, (_, at) => e164(`+1312555${String(4000 + at)}`));
const NAME = "Chicago Dental Care";
/** Objects by the dozen, on whatever machine. */
const SLOW = { timeout: 180_000 };

beforeEach(async () => {
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

const lookUp = (number: string) => lookUpIn(testDirectory(), number, Date.now());

describe("sharing", SLOW, () => {
  it("shows a name when three have shared it, and not before", async () => {
    const contacts = testContacts();
    await season(["ann", "bob", "cem"]);
    for (const [at, account] of ["ann", "bob", "cem"].entries()) {
      await share(contacts, NAME, [NUMBER], sharer(account, EARLIER, at));
      await release();
      await lookAround([NUMBER]);
      await publishAll(testDirectory());
      expect(await lookUp(NUMBER)).toMatchObject({ name: at < 2 ? null : NAME });
    }
    expect(await ballotRows(NUMBER, "change")).toEqual([]);
  });

  it("takes or refuses each contact for a reason, and nobody's own number", async () => {
    const given = (name: string, ...numbers: string[]) => ({ name, numbers });
    const shared = await testContacts().share(
      [
        given(NAME, OTHER, NUMBER, "+1555"),
        given("Mom", OTHER),
        given("call 312 555 0199", OTHER),
        given("   ", OTHER),
        given("Ärzte ohne Zahl", "12", "(312) 555-0177"),
      ],
      "US",
      sharer(`owner of ${NUMBER}`),
    );
    expect(shared).toEqual({
      ok: true,
      accepted: 2,
      refused: [
        { index: 0, reason: "own-number" },
        { index: 0, reason: "too-short" },
        { index: 1, reason: "private-label" },
        { index: 2, reason: "contact-details" },
        { index: 3, reason: "private-label" },
        { index: 4, reason: "too-short" },
      ],
    });
    expect(await pending()).toHaveLength(2);
  });

  it("needs the consent, and takes 2,000 numbers a day; a call beyond is refused whole", async () => {
    const many = Array.from({ length: 2000 }, (_, at) => `+1312555${String(at).padStart(4, "0")}`);
    const contacts = testContacts((account) => account !== "bob");
    expect(await contacts.share([{ name: NAME, numbers: [NUMBER] }], undefined, sharer("bob"))).toEqual({
      ok: false,
      code: "consent-missing",
    });
    await share(contacts, NAME, many.slice(0, 1999), sharer("ann"));
    const two = [{ name: NAME, numbers: [NUMBER, OTHER] }];
    expect(await contacts.share(two, undefined, sharer("ann"))).toMatchObject({ code: "quota-exceeded" });
    expect(await contacts.share([{ name: NAME, numbers: [OTHER] }], undefined, sharer("ann"))).toMatchObject({
      accepted: 1,
    });
    expect(await contacts.share(two, undefined, sharer("ann", EARLIER + 86_400_000))).toMatchObject({ accepted: 2 });
    expect(await contacts.exportOf("ann")).toEqual({ sharing: true, numbersOnLastDay: 2 });
    expect(await contacts.exportOf("bob")).toEqual({ sharing: false, numbersOnLastDay: 0 });
  });

  it("counts a name once, however often it is sent, released or handed over", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    expect(await pending()).toHaveLength(24);
    await release();
    expect(await pending()).toEqual([]);
    const before = await Promise.all(NUMBERS.map((number) => ballotRows(number, "vote")));
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    await release();
    expect(await Promise.all(NUMBERS.map((number) => ballotRows(number, "vote")))).toEqual(before);
    for (const rows of before) expect(rows).toHaveLength(1);
    // Another name takes the place of the one before, and nothing of that stays.
    await share(contacts, "Oak Park Dental", [NUMBERS[0] ?? ""], sharer("ann"));
    await release();
    const [first = NUMBER] = NUMBERS;
    expect(await ballotRows(first, "vote")).toMatchObject([{ source: "contact", week: expect.any(Number) }]);
    expect(await ballotRows(first, "form")).toHaveLength(1);
  });

  it("is accepted and dropped for an unlisted number", async () => {
    await env.DB.prepare("INSERT INTO unlisted (id) VALUES (?)")
      .bind(await testVault().numberId(NUMBER))
      .run();
    await share(testContacts(), NAME, [NUMBER], sharer("ann"));
    await release();
    await lookAround([NUMBER]);
    for (const table of ["vote", "form", "contact"] as const) expect(await ballotRows(NUMBER, table)).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM callers").first("n")).toBe(0);
  });
});

describe("one person's vote and contact on one number", SLOW, () => {
  it("are one: what they say themselves outranks, whichever came first, for as long as it stands", async () => {
    const contacts = testContacts();
    const voting = testVoting();
    const said = async (number: E164): Promise<string[]> =>
      ((await voting.explain(number, Date.now()))?.names ?? []).map(({ name, voters }) => `${name} by ${voters}`);
    const steps: Record<string, (number: E164) => Promise<unknown>> = {
      contact: async (number) => {
        await share(contacts, NAME, [number], sharer("ann"));
        await release();
      },
      vote: (number) => vote(voting, number, { name: "Oak Park Dental" }, as("ann")),
      mark: (number) => vote(voting, number, { name: null, spam: true }, as("ann")),
      withdraw: (number) => voting.withdraw(number, as("ann")),
    };
    const expected: readonly (readonly [string, string[]])[] = [
      ["contact vote", ["Oak Park Dental by 2"]],
      ["vote contact", ["Oak Park Dental by 2"]],
      ["contact mark", []],
      ["mark contact", []],
      ["contact vote withdraw", [`${NAME} by 3`]],
      ["vote withdraw contact", [`${NAME} by 3`]],
      ["vote contact withdraw", [`${NAME} by 3`]],
    ];
    // A name from contacts alone counts with three: here by two others, and Ann.
    for (const other of ["bob", "cem"]) await share(contacts, NAME, NUMBERS.slice(0, expected.length), sharer(other));
    await release();
    for (const [at, [order, names]] of expected.entries()) {
      const number = NUMBERS[at] ?? NUMBER;
      // What one voter alone says is told to nobody.
      await vote(voting, number, { name: "Oak Park Dental" }, as("dan"));
      // Asked after each step, so that what the object remembers is put to the test too.
      for (const step of order.split(" ")) {
        await steps[step]?.(number);
        await said(number);
      }
      expect(await said(number), order).toEqual(names);
    }
  });
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
    await contacts.withdraw([...NUMBERS.slice(0, 20), "no number"], undefined, "bob");
    await contacts.withdraw(NUMBERS, undefined, "stranger");
    expect(await pending()).toEqual([]);
    await level();
    expect(await state()).toEqual(before);
  });

  it("by numbers holds for a name that is just being handed over", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const [{ pid } = { pid: "" }] = await pending();
    const mixer = env.MIXERS.getByName(mixerOf(pid as string));
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
    await expect.poll(() => handing).toBe(true);
    const withdrawn = contacts.withdraw([NUMBER], undefined, "ann");
    await expect.poll(pending).toEqual([]);
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
    for (const name of mixers()) await runDurableObjectAlarm(env.MIXERS.getByName(name));
    expect(await pending()).toEqual([]);
    await level();
    expect(await state()).toEqual(before);
  });

  it("by numbers is at once also after everything was taken back", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    await contacts.withdrawAll("ann");
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    await contacts.withdraw([NUMBER], undefined, "ann");
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

  it("is forgotten by the list when every ballot and mixer must have looked, and by the account when erased", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await contacts.erase("ann");
    await contacts.erase("ann");
    expect(await contacts.exportOf("ann")).toEqual({ sharing: false, numbersOnLastDay: 0 });
    const list = env.REVOCATIONS.getByName("list");
    for (let day = 1; day <= 4; day += 1) {
      expect(await revoked(), `day ${day}`).toHaveLength(1);
      expect(await runDurableObjectAlarm(list)).toBe(true);
    }
    expect(await revoked()).toEqual([]);
    expect(await runDurableObjectAlarm(list)).toBe(false);
    await contacts.withdrawAll("somebody who never shared");
    expect(await revoked()).toEqual([]);
  });

  it("looks every day while a ballot holds contacts, and not when it holds none", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    await lookAround([NUMBER]);
    const alarm = async () => runInDurableObject(await ballotOf(NUMBER), (_, { storage }) => storage.getAlarm());
    expect(await alarm()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(await alarm()).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
    await contacts.withdraw([NUMBER], undefined, "ann");
    await lookAround([NUMBER]);
    await expect.poll(alarm).toBeNull();
  });
});

describe("a mixer that does not answer", SLOW, () => {
  it("costs the day nothing", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const failing = testContacts(undefined, { getByName: () => ({ take: () => Promise.reject(new Error("down")) }) });
    await expect(failing.share([{ name: NAME, numbers: [OTHER] }], undefined, sharer("ann"))).rejects.toThrow(
      "objects",
    );
    expect(await contacts.exportOf("ann")).toEqual({ sharing: true, numbersOnLastDay: 1 });
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
    expect(await testContacts().exportOf("ann")).toEqual({ sharing: false, numbersOnLastDay: 0 });
  });
});

describe("a mixer that is never left alone", SLOW, () => {
  it("does not put off what is due", async () => {
    const mixer = env.MIXERS.getByName("0");
    const alarm = () => runInDurableObject(mixer, (_, { storage }) => storage.getAlarm());
    // So far ahead that the platform runs no alarm while this looks.
    let now = Date.now() + 3_600_000;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
    try {
      await mixer.take([{ pid: "A0", sealed: "", release: 1 }]);
      const due = await alarm();
      expect(due).not.toBeNull();
      for (let at = 1; at <= 20; at += 1) {
        now += 100;
        await mixer.take([{ pid: `A${at}`, sealed: "", release: now + 3_600_000 }]);
      }
      expect(await alarm()).toBe(due);
    } finally {
      clock.mockRestore();
    }
  });

  it("hands over and sweeps beside a name that does not open", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const [{ pid } = { pid: "" }] = await pending();
    const mixer = env.MIXERS.getByName(mixerOf(pid as string));
    await mixer.take([{ pid: "spoilt", sealed: "", release: 1 }]);
    await runDurableObjectAlarm(mixer);
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    expect(await pending()).toMatchObject([{ pid: "spoilt" }]);
    expect((await pending())[0]?.["release"]).toBeGreaterThan(Date.now() + 30_000);
    await share(contacts, NAME, [NUMBER], sharer("ann", Date.now() + SPREAD_MS));
    await contacts.withdrawAll("ann");
    await runDurableObjectAlarm(mixer);
    expect(await pending()).toMatchObject([{ pid: "spoilt" }]);
  });

  it("waits after a failure, whatever comes in", async () => {
    const mixer = env.MIXERS.getByName("0");
    await mixer.take([{ pid: "A0", sealed: "", release: Date.now() + 3_600_000 }]);
    await runInDurableObject(mixer, (instance) => {
      const broken = { getByName: () => ({ read: () => Promise.reject(new Error("down")) }) };
      Object.assign(instance, { env: { ...env, REVOCATIONS: broken } });
    });
    for (let times = 0; times < 6; times += 1) await runDurableObjectAlarm(mixer);
    const alarm = () => runInDurableObject(mixer, (_, { storage }) => storage.getAlarm());
    const waits = await alarm();
    expect(waits).toBeGreaterThan(Date.now() + 30_000);
    await mixer.take([{ pid: "A1", sealed: "", release: 1 }]);
    await mixer.sweep();
    expect(await alarm()).toBe(waits);
  });
});

describe("a list that cannot be read", SLOW, () => {
  it("holds back every name until it can", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("bob"));
    await contacts.withdrawAll("bob");
    const list = env.REVOCATIONS.getByName("list");
    const spoil = (statement: string) => runInDurableObject(list, (_, { storage }) => void storage.sql.exec(statement));
    await spoil("INSERT INTO revoked VALUES ('spoilt', 'spoilt', 0)");
    await evictDurableObject(list);
    await share(contacts, NAME, NUMBERS.slice(0, 3), sharer("ann"));
    const waiting = await pending();
    for (const name of mixers()) await runDurableObjectAlarm(env.MIXERS.getByName(name));
    expect(await pending()).toEqual(waiting);
    for (const number of NUMBERS.slice(0, 3)) expect(await ballotRows(number, "vote")).toEqual([]);
    await spoil("DELETE FROM revoked WHERE id = 'spoilt'");
    await release();
    for (const number of NUMBERS.slice(0, 3)) expect(await ballotRows(number, "vote")).toHaveLength(1);
    expect(await ballotRows(NUMBER, "vote")).toEqual([]);
  });
});

describe("a crash", SLOW, () => {
  /** Throws an object out of memory; one that is not there, stays out. */
  const evict = (stub: DurableObjectStub): Promise<void> => evictDurableObject(stub).catch(() => {});

  it("of mixers and ballots at any moment loses no name and counts none twice", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    for (const name of mixers()) await evict(env.MIXERS.getByName(name));
    expect(await pending()).toHaveLength(24);
    // Handed over, but the mixer died before it could forget: it hands over again.
    const kept = await pending();
    await release();
    for (const number of NUMBERS) await evict(await ballotOf(number));
    for (const row of kept.slice(0, 20) as unknown as PendingRow[]) {
      await env.MIXERS.getByName(mixerOf(row.pid)).take([row]);
    }
    await release();
    expect(await pending()).toEqual([]);
    for (const number of NUMBERS) expect(await ballotRows(number, "vote"), number).toHaveLength(1);
  });

  it("of a revocation on its way to the list is made good by the alarm", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    const sharing = env.SHARINGS.getByName(await testVault().keyedHash("sharing", "ann"));
    await runInDurableObject(sharing, async (_, { storage }) => {
      // As `revoke` leaves it before it goes to the list.
      storage.sql.exec("INSERT INTO revoking SELECT share FROM sharing");
      storage.sql.exec("UPDATE sharing SET share = NULL");
      await storage.setAlarm(Date.now() + 60_000);
    });
    await evictDurableObject(sharing);
    await runDurableObjectAlarm(sharing);
    expect(await revoked()).toHaveLength(1);
    await lookAround([NUMBER]);
    expect(await ballotRows(NUMBER, "vote")).toEqual([]);
  });
});
