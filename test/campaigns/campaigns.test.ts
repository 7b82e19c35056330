import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { Addressees } from "../../src/accounts/addressees.ts";
import { AccountRecords } from "../../src/accounts/records.ts";
import type { Draft, Reached } from "../../src/campaigns/campaign-state.ts";
import { CampaignsObject, type CampaignDeps, type Progress } from "../../src/campaigns/campaigns-object.ts";
import { Campaigns } from "../../src/campaigns/campaigns.ts";
import { hoursIn } from "../../src/campaigns/quiet-hours.ts";
import { reach } from "../../src/campaigns/reach.ts";
import { readConfig } from "../../src/config.ts";
import { mailAddress } from "../../src/messaging/mail-address.ts";
import type { MessageConfig } from "../../src/messaging/messages.ts";
import { StoreFailure } from "../../src/telemetry/store-failure.ts";
import { begin, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { testMessages } from "../support/messages.ts";

const DAY_MS = 86_400_000;
const TOMORROW = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS;
/** When it is day in all of the United States, and after every alarm of this test. */
const NOW = TOMORROW + 20 * 3_600_000;
const NIGHT = TOMORROW + 12 * 3_600_000;
const { accounts } = testAccounts();
const campaigns = new Campaigns(testVault(), env.CAMPAIGNS);

const draft = (changes: Partial<Draft> = {}): Draft => ({
  title: "News",
  kind: "promotion",
  channel: "sms",
  texts: { en: { subject: "News", text: "Photos, now." }, fr: { subject: "Nouvelles", text: "Des photos." } },
  countries: null,
  origin: "https://k.example",
  ...changes,
});

interface Made {
  readonly number: string;
  readonly account: string;
}
let made = 0;
/** An account, and what it agrees to. */
async function person({ promotional = true, email = null as string | null, number = "" } = {}): Promise<Made> {
  made += 1;
  const to = phone(number || `+1${312 + Math.floor(made / 50)}555${String(1000 + made)}`).e164;
  const signedIn = await begin(to, `device ${made}`, Date.now());
  const object = await accounts.objectOf(signedIn.accountId);
  const [session, day] = [sessionOf(signedIn), 20_000];
  if (promotional) {
    await object.recordConsent(session, { purpose: "promotional", granted: true, noticeVersion: "1", day });
  }
  if (email !== null) await object.changeProfile(session, { email }, Date.now());
  return { number: to, account: signedIn.accountId };
}
const people = (n: number, how: Parameters<typeof person>[0] = {}): Promise<Made[]> =>
  Promise.all(Array.from({ length: n }, () => person(how)));

const object = () => env.CAMPAIGNS.getByName("all");
const messages = (config: Partial<MessageConfig> = {}) => testMessages(config);
const addressees = new Addressees(new AccountRecords(env.DB), env.ACCOUNTS);
const reaching =
  (now = NOW, its = messages()): CampaignDeps["reach"] =>
  (campaign, account) =>
    reach({ messages: its, accounts: addressees }, campaign, account, now);

/** The object with what a test hands it, made anew as after a crash; runs its alarm until it rests, or so often. */
async function run(how: Partial<CampaignDeps> = {}, times = 50): Promise<void> {
  await runInDurableObject(object(), async (_, state) => {
    class Tried extends CampaignsObject {
      protected override readonly deps = {
        accountsAfter: (after: string, limit: number) => addressees.after(after, limit),
        reach: reaching(),
        ...how,
      };
    }
    const tried = new Tried(state, env);
    for (let time = 0; time < times; time += 1) {
      await tried.alarm();
      const next = await state.storage.getAlarm();
      await state.storage.deleteAlarm();
      if (next === null || next > Date.now() + 60_000) break;
    }
  });
}
/** Begins a campaign whose own alarm never comes: here the test says when. */
async function began(how: Partial<Draft> = {}): Promise<Progress> {
  await runInDurableObject(object(), (_, { storage }) => storage.setAlarm(Date.now() + DAY_MS));
  const begun = await campaigns.begin(draft(how), Date.now() + DAY_MS);
  await runInDurableObject(object(), (_, { storage }) => storage.deleteAlarm());
  return begun;
}
const progress = async (id: string): Promise<Progress | undefined> =>
  (await campaigns.list()).find((one) => one.id === id);

/** How many messages went, or go, to a number or an address. */
async function got(to: string): Promise<number> {
  const address = mailAddress(to);
  return (await messages().held(address ?? phone(to))).messages.filter(({ kind }) => kind !== "sign-in-code").length;
}
const gotAll = (all: readonly Made[]): Promise<number[]> => Promise.all(all.map(({ number }) => got(number)));

beforeEach(async () => {
  await emptyStores();
});

describe("promotion", () => {
  it("reaches once whoever consents, and nobody else, however often its run is broken off", async () => {
    const yes = await people(40);
    const no = await people(20, { promotional: false });
    const stopped = await people(5);
    for (const { number } of stopped) await messages().setOptedOut(phone(number).e164, true);
    const { id } = await began();
    // Dies in the midst of a batch, each time somewhere else: what was sent until then is in its outboxes.
    let asked = 0;
    for (const dies of [1, 7, 13, 24, 26, 31, 40, 52]) {
      const reaches = reaching();
      await run(
        {
          reach: (...all) => {
            asked += 1;
            if (asked % 53 === dies) throw new StoreFailure("objects", "killed");
            return reaches(...all);
          },
        },
        1,
      );
      await runInDurableObject(object(), (_, { storage }) => storage.sql.exec("UPDATE campaign SET next = 0"));
    }
    await run();
    expect(await progress(id)).toMatchObject({
      state: "done",
      sent: 40,
      waiting: 0,
      skipped: { "no-consent": 20, ended: 5 },
    });
    expect(await gotAll(yes)).toEqual(yes.map(() => 1));
    expect(await gotAll([...no, ...stopped])).toEqual([...no, ...stopped].map(() => 0));
    // The same again begins nothing.
    expect((await began()).id).toBe(id);
    await run();
    expect(await gotAll(yes)).toEqual(yes.map(() => 1));
  });

  it("by e-mail goes to the profile's address, once however many accounts name it, and in the account's language", async () => {
    await person({ email: "Ann@id.example" });
    await person({ email: "ann@id.example" });
    const silent = await person();
    const { id } = await began({ channel: "email" });
    await run();
    expect(await progress(id)).toMatchObject({ state: "done", skipped: { "no-address": 1 } });
    expect([await got("ann@id.example"), await got(silent.number)]).toEqual([1, 0]);
    const [mail] = await messages().logged(mailAddress("ann@id.example") ?? (silent.number as never));
    if (mail !== undefined) expect(mail).toMatchObject({ body: /Des photos/, mail: { subject: "Nouvelles" } });
  });

  it("comes twice in 31 days, never a third time, and again after them", async () => {
    const [ann] = await people(1);
    for (const [title, expected] of [
      ["one", 1],
      ["two", 2],
      ["three", 2],
    ] as const) {
      await began({ title });
      await run();
      expect(await got(ann?.number ?? ""), title).toBe(expected);
    }
    await began({ title: "four" });
    await run({ reach: reaching(NOW + 32 * DAY_MS) });
    expect(await got(ann?.number ?? "")).toBe(3);
    const held = await accounts.exportOf(ann?.account ?? "");
    expect(held?.promotions).toHaveLength(1);
  });

  it("waits for the day of the number's country, and leaves no later than its evening", async () => {
    const [ann] = await people(1);
    const { id } = await began();
    await run({ reach: reaching(NIGHT) });
    expect(await progress(id)).toMatchObject({ state: "running", sent: 0, waiting: 1 });
    const hours = hoursIn("US", NIGHT);
    const [row] = await runInDurableObject(object(), (_, { storage }) =>
      storage.sql.exec<{ at: number }>("SELECT at FROM later").toArray(),
    );
    expect(hours).toEqual({ open: false, opens: row?.at });
    expect(await got(ann?.number ?? "")).toBe(0);
    await runInDurableObject(object(), (_, { storage }) => storage.sql.exec("UPDATE later SET at = 1"));
    const late = TOMORROW + 24 * 3_600_000 - 600_000;
    await run({ reach: reaching(late) });
    expect(await progress(id)).toMatchObject({ state: "done", sent: 1, waiting: 0 });
    const held = (await messages().held(phone(ann?.number ?? ""))).messages;
    expect(held.find(({ kind }) => kind === "promotional")?.expiresAt).toBeLessThan(late + 600_000);
  });

  it("is ended half-way: nobody else gets it", async () => {
    const all = await people(60);
    const { id } = await began();
    await run({}, 1);
    expect((await progress(id))?.sent).toBe(25);
    expect(await campaigns.end(id)).toMatchObject({ state: "ended", sent: 25 });
    await run();
    expect((await gotAll(all)).reduce((sum, n) => sum + n, 0)).toBe(25);
    expect(await campaigns.end("A".repeat(22))).toBeNull();
  });

  it("that is ended while a batch runs stops before the next account", async () => {
    const all = await people(30);
    const { id } = await began();
    const reaches = reaching();
    let n = 0;
    await run({
      reach: async (...asked) => {
        n += 1;
        if (n === 1) await campaigns.end(id);
        return reaches(...asked);
      },
    });
    expect((await progress(id))?.state).toBe("ended");
    expect((await gotAll(all)).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(25);
  });

  it("stops at its own budget, goes on when there is room, and takes none from codes", async () => {
    const all = await people(10);
    const usual = readConfig({ ...env }).messageLimits;
    const price = 10_000;
    const poor = { hour: null, day: { soft: 4 * price, hard: 4 * price, reserve: 0 } };
    const { id } = await began();
    await run({ reach: reaching(NOW, messages({ messageLimits: { ...usual, campaigns: poor } })) });
    expect(await progress(id)).toMatchObject({ state: "running", sent: 4, waiting: 6 });
    expect(await messages().spending(NOW)).toMatchObject({ spent: 0, campaigns: { spent: 4 * price } });
    await runInDurableObject(object(), (_, { storage }) => {
      storage.sql.exec("UPDATE later SET at = 1");
      storage.sql.exec("UPDATE campaign SET next = 0");
    });
    await run();
    expect(await progress(id)).toMatchObject({ state: "done", sent: 10 });
    expect(await gotAll(all)).toEqual(all.map(() => 1));
  });

  it("that waits to be sent goes with the consent", async () => {
    const [ann] = await people(1);
    await runInDurableObject(
      env.OUTBOXES.getByName(await testVault().keyedHash("recipient", ann?.number ?? "")),
      (_, { storage }) => storage.setAlarm(Date.now() + DAY_MS),
    );
    const { id } = await began();
    await run();
    expect((await progress(id))?.sent).toBe(1);
    await messages().withdrawAll(phone(ann?.number ?? ""), "promotional");
    const waiting = (await messages().held(phone(ann?.number ?? ""))).messages.filter(
      ({ state }) => state === "waiting",
    );
    expect(waiting).toEqual([]);
  });
});

describe("an announcement about the service", () => {
  it("reaches every account by night too, also where promotion has ended, and not those of another country", async () => {
    const us = [...(await people(2, { promotional: false })), ...(await people(1))];
    await messages().setOptedOut(phone(us[0]?.number ?? "").e164, true);
    const other = await person({ number: "+447400123456" });
    const { id } = await began({ kind: "service", countries: ["US"] });
    await run({ reach: reaching(NIGHT) });
    expect(await progress(id)).toMatchObject({ state: "done", sent: 3, skipped: { "other-country": 1 } });
    expect(await gotAll([...us, other])).toEqual([1, 1, 1, 0]);
    const held = await accounts.exportOf(us[2]?.account ?? "");
    expect(held?.promotions, "it is no promotion").toEqual([]);
  });
});

describe("a run", () => {
  it("leaves out what is a bug, and what fails again and again, and goes on with the others", async () => {
    await people(6);
    const { id } = await began();
    const reaches = reaching();
    const seen = new Map<string, number>();
    const failing = async (...asked: Parameters<CampaignDeps["reach"]>): Promise<Reached> => {
      const account = asked[1];
      if (!seen.has(account)) seen.set(account, seen.size);
      if (seen.get(account) === 0) throw new StoreFailure("objects", "never answers");
      if (seen.get(account) === 1) throw new TypeError("a bug");
      return reaches(...asked);
    };
    for (let time = 0; time < 7; time += 1) {
      await run({ reach: failing }, 1);
      await runInDurableObject(object(), (_, { storage }) => storage.sql.exec("UPDATE campaign SET next = 0"));
    }
    expect(await progress(id)).toMatchObject({ state: "done", sent: 4, skipped: { failed: 2 } });
  });

  it.each(["AB", "no base64!", "{"])(
    "of which %j stands where it was sealed ends, and the others go on",
    async (bad) => {
      const [ann] = await people(1);
      const spoilt = await began({ title: "spoilt" });
      const whole = await began({ title: "whole" });
      await runInDurableObject(object(), (_, { storage }) =>
        storage.sql.exec("UPDATE campaign SET sealed = ? WHERE id = ?", bad, spoilt.id),
      );
      await run();
      expect(await progress(spoilt.id)).toMatchObject({ state: "ended", draft: null, sent: 0 });
      expect(await progress(whole.id)).toMatchObject({ state: "done", sent: 1 });
      expect(await got(ann?.number ?? "")).toBe(1);
    },
  );

  it("keeps no text, no number and no address in clear, and forgets who was erased, and all of it after 400 days", async () => {
    const [ann] = await people(1);
    const { id } = await began({ title: "A title of its own" });
    await run({ reach: reaching(NIGHT) });
    const rows = () =>
      runInDurableObject(object(), (_, { storage }) => {
        const tables = storage.sql
          .exec<{ name: string }>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
          )
          .toArray();
        return Object.fromEntries(
          tables.map(({ name }) => [name, storage.sql.exec(`SELECT * FROM ${name}`).toArray()]),
        );
      });
    const before = await rows();
    expect(before["later"]).toHaveLength(1);
    expect(JSON.stringify(before)).not.toMatch(/Photos|title of its own|k\.example/);
    expect(JSON.stringify(before)).not.toContain(ann?.number.slice(1));
    expect(JSON.stringify(before)).not.toContain(ann?.account);
    await campaigns.forget(await testVault().accountId(ann?.account ?? ""));
    expect((await rows())["later"]).toEqual([]);
    await campaigns.end(id);
    await runInDurableObject(object(), (_, { storage }) =>
      storage.sql.exec("UPDATE campaign SET begun = ?", Date.now() - 401 * DAY_MS),
    );
    await run();
    expect(await campaigns.list()).toEqual([]);
    expect(await rows()).toEqual({});
  });
});
