import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { mixerOf } from "../../src/contacts/mixer-state.ts";
import { QUOTAS } from "../../src/contacts/sharing-state.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { PendingRow } from "../../src/contacts/pending-store.ts";
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
  usedMixers,
} from "../support/contacts.ts";
import { testQuotas } from "../support/quotas.ts";
import { e164, lookUpIn, publishAll, testDirectory, testVault, setTombstone } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { as, ballotOf, NOW, testVoting, vote } from "../support/voting.ts";

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");
const NUMBERS = Array.from({ length: 24 }, (_, at) => e164(`+1312555${String(4000 + at)}`));
const NAME = "Chicago Dental Care";
/** Objects by the dozen, on whatever machine. */
const SLOW = { timeout: 600_000 };

beforeEach(async () => {
  await emptyStores();
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
        // The last one is nobody's, by what is known of its plan.
        given("Ärzte ohne Zahl", "12", "(312) 555-0177", "+12005550123"),
      ],
      "US",
      sharer(`owner of ${NUMBER}`),
    );
    expect(shared).toEqual({
      ok: true,
      accepted: 3,
      refused: [
        { index: 0, reason: "own-number" },
        { index: 0, reason: "too-short" },
        { index: 1, reason: "private-label" },
        { index: 2, reason: "contact-details" },
        { index: 3, reason: "private-label" },
        { index: 4, reason: "too-short" },
      ],
    });
    expect(await pending()).toHaveLength(3);
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
    expect(await contacts.exportOf("ann")).toEqual({
      sharing: true,
      takenBackBy: null,
    });
    expect(await contacts.exportOf("bob")).toEqual({
      sharing: false,
      takenBackBy: null,
    });
  });

  it("takes 2,000 numbers a day back one by one; a call beyond wakes no ballot, and everything can go always", async () => {
    const contacts = testContacts();
    const fives = Array.from({ length: 500 }, (_, at) => `+1312555${String(at).padStart(4, "0")}`);
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    const noon = Date.UTC(2027, 0, 5, 12);
    const ann = { account: "ann", number: null };
    expect(await testQuotas().spend(ann, [{ quota: QUOTAS.back, n: 2000 }], noon)).toBeNull();
    expect(await contacts.withdraw([NUMBER], undefined, "ann", noon)).toEqual({
      quota: QUOTAS.back,
      retryAfter: 43_200,
    });
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    expect(await contacts.withdraw(fives, undefined, "nobody", noon)).toBeNull();
    expect(await testQuotas().held(ann, noon)).toMatchObject({ "contacts-back": 2000 });
    await contacts.withdrawAll("ann");
    expect(await revoked()).toHaveLength(1);
  });

  it("is counted for the number: who erases the account and signs up anew shares no more on that day", async () => {
    const contacts = testContacts();
    const [before, after] = ["owner of +13125559955", "owner of +13125559955, again"];
    const many = Array.from({ length: 2000 }, (_, at) => `+1312555${String(at).padStart(4, "0")}`);
    await share(contacts, NAME, many, sharer(before));
    await contacts.erase(before);
    const more = [{ name: NAME, numbers: [NUMBER] }];
    const tomorrow = EARLIER + 86_400_000;
    expect(await contacts.share(more, undefined, sharer(after))).toMatchObject({ quota: QUOTAS.contacts });
    // Nor does it begin more share ids, each of which the whole service would look for: four more are left of five.
    for (let n = 0; n < 4; n += 1) {
      expect(await contacts.share(more, undefined, sharer(before, tomorrow))).toMatchObject({
        accepted: 1,
      });
      await contacts.erase(before);
    }
    expect(await contacts.share(more, undefined, sharer(after, tomorrow))).toMatchObject({ accepted: 1 });
    await contacts.erase(after);
    expect(await contacts.share(more, undefined, sharer(before, tomorrow))).toMatchObject({ quota: QUOTAS.shares });
    expect(await contacts.share(more, undefined, sharer("owner of +13125550177", tomorrow))).toMatchObject({
      accepted: 1,
    });
  });

  it("goes on where its share id does not open: as taken back, under another one", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const its = env.SHARINGS.getByName(await testVault().keyedHash("sharing", "ann"));
    await runInDurableObject(its, (_, { storage }) => void storage.sql.exec("UPDATE sharing SET share = 'AB'"));
    expect(await its.current()).toBeNull();
    await contacts.withdraw([OTHER], undefined, "ann", EARLIER);
    await share(contacts, NAME, [OTHER], sharer("ann"));
    expect(await its.current()).not.toBeNull();
    expect(await pending()).toHaveLength(2);
    const lost = await runInDurableObject(its, (_, { storage }) =>
      storage.sql.exec("SELECT share FROM revoking").toArray(),
    );
    expect(lost).toEqual([{ share: "AB" }]);
    expect(await testQuotas().held({ account: "ann", number: null }, EARLIER)).toMatchObject({ shares: 2 });
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
    await setTombstone(NUMBER);
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
    await season(["ann", "bob", "cem", "dan"]);
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
    for (const other of ["bob", "cem"])
      await share(
        contacts,
        NAME,
        NUMBERS.slice(0, expected.length),
        sharer(other, undefined, other.length + 7 + other.charCodeAt(0)),
      );
    await release();
    for (const [at, [order, names]] of expected.entries()) {
      const number = NUMBERS[at] ?? NUMBER;
      // What one voter alone says is told to nobody.
      await vote(voting, number, { name: "Oak Park Dental" }, as("dan", NOW, 2));
      // Asked after each step, so that what the object remembers is put to the test too.
      for (const step of order.split(" ")) {
        await steps[step]?.(number);
        await said(number);
      }
      expect(await said(number), order).toEqual(names);
    }
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
    expect(await testQuotas().held({ account: "ann", number: null }, EARLIER)).toMatchObject({ contacts: 1 });
  });
});

describe("a mixer that is never left alone", SLOW, () => {
  const row = (id: string, time: number): PendingRow => ({ id, number: "A", sealed: "", release: time });

  it("does not put off what is due", async () => {
    const mixer = env.MIXERS.getByName("A");
    const alarm = () => runInDurableObject(mixer, (_, { storage }) => storage.getAlarm());
    // So far ahead that the platform runs no alarm while this looks.
    let now = Date.now() + 3_600_000;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
    try {
      await mixer.take([row("A0", 1)]);
      const due = await alarm();
      expect(due).not.toBeNull();
      for (let at = 1; at <= 20; at += 1) {
        now += 100;
        await mixer.take([row(`A${at}`, now + 3_600_000)]);
      }
      expect(await alarm()).toBe(due);
    } finally {
      clock.mockRestore();
    }
  });

  it("hands over beside names that do not open, however many, and tries them again within the hour", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const [{ number } = { number: "" }] = await pending();
    const mixer = env.MIXERS.getByName(mixerOf(number as string));
    const spoilt = Array.from({ length: 150 }, (_, at) => row(`spoilt ${at}`, 1));
    await mixer.take(spoilt);
    await runDurableObjectAlarm(mixer);
    await runDurableObjectAlarm(mixer);
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
    const left = await pending();
    expect(left).toHaveLength(150);
    for (const { release: time } of left) {
      expect(time).toBeGreaterThan(Date.now() + 1_800_000);
      expect(time).toBeLessThanOrEqual(Date.now() + 3_600_000);
    }
  });

  it("opens no name before its time, however much is taken back", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, NUMBERS, sharer("ann", Date.now() + SPREAD_MS));
    const waiting = await pending();
    // What does not open would be put off for an hour, had it been touched.
    const mixer = env.MIXERS.getByName("A");
    await mixer.take([row("spoilt", Date.now() + 60_000)]);
    for (const account of ["bob", "cem", "dan"]) {
      await share(contacts, NAME, [OTHER], sharer(account));
      await contacts.withdrawAll(account);
    }
    for (const mixer of await usedMixers()) await runDurableObjectAlarm(mixer);
    expect(await pending()).toEqual(expect.arrayContaining(waiting));
    expect((await pending()).find(({ id }) => id === "spoilt")?.["release"]).toBeLessThan(Date.now() + 61_000);
    expect(await ballotRows(OTHER, "vote")).toEqual([]);
  });

  it("waits after a failure, whatever comes in, and hands over nothing while it cannot ask what was taken back", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("bob"));
    await contacts.withdrawAll("bob");
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    const [{ number } = { number: "" }] = await pending();
    const mixer = env.MIXERS.getByName(mixerOf(number as string));
    await env.DB.exec("ALTER TABLE revoked RENAME TO elsewhere");
    for (let times = 0; times < 6; times += 1) await runDurableObjectAlarm(mixer);
    const alarm = () => runInDurableObject(mixer, (_, { storage }) => storage.getAlarm());
    const waits = await alarm();
    expect(waits).toBeGreaterThan(Date.now() + 30_000);
    await mixer.take([{ ...row("A1", 1), number: number as string }]);
    expect(await alarm()).toBe(waits);
    expect(await ballotRows(NUMBER, "vote")).toEqual([]);
    await env.DB.exec("ALTER TABLE elsewhere RENAME TO revoked");
    await runDurableObjectAlarm(mixer);
    expect(await ballotRows(NUMBER, "vote")).toHaveLength(1);
  });
});

describe("a crash", SLOW, () => {
  /** Throws an object out of memory; one that is not there, stays out. */
  const evict = (stub: DurableObjectStub): Promise<void> => evictDurableObject(stub).catch(() => {});

  it("of mixers and ballots at any moment loses no name and counts none twice", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, NUMBERS, sharer("ann"));
    for (const mixer of await usedMixers()) await evict(mixer);
    expect(await pending()).toHaveLength(24);
    // Handed over, but the mixer died before it could forget: it hands over again.
    const kept = await pending();
    await release();
    for (const number of NUMBERS) await evict(await ballotOf(number));
    for (const row of kept.slice(0, 20) as unknown as PendingRow[]) {
      await env.MIXERS.getByName(mixerOf(row.number)).take([row]);
    }
    await release();
    expect(await pending()).toEqual([]);
    for (const number of NUMBERS) expect(await ballotRows(number, "vote"), number).toHaveLength(1);
  });

  it("of a revocation on its way is made good by the alarm", async () => {
    const contacts = testContacts();
    await share(contacts, NAME, [NUMBER], sharer("ann"));
    await release();
    const sharing = env.SHARINGS.getByName(await testVault().keyedHash("sharing", "ann"));
    await runInDurableObject(sharing, async (_, { storage }) => {
      // As `revoke` leaves it before it is made known.
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
