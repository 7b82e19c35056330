import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { Account } from "../../src/accounts/account-object.ts";
import type { OwnershipObject } from "../../src/ownership/ownership-object.ts";
import { isOutage } from "../../src/telemetry/store-failure.ts";
import { begin, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { lookUpIn, publishAll, testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const NOW = Date.now();
const DAY_MS = 86_400_000;
const NUMBER = phone("+13125550123").e164;
const { accounts, sessions, photos } = testAccounts();

const d1 = async (): Promise<Record<string, unknown>[]> =>
  (await env.DB.prepare("SELECT * FROM accounts").all()).results;
const bucket = async (): Promise<string[]> => (await env.PHOTOS.list()).objects.map(({ key }) => key);
const tablesOf = async (account: string): Promise<unknown[]> =>
  runInDurableObject(await accounts.objectOf(account), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );

/** Lets an account do what is due, and publishes. */
async function settle(account: string): Promise<void> {
  await runDurableObjectAlarm(await accounts.objectOf(account));
  await publishAll(testDirectory());
}
const lookUp = () => lookUpIn(testDirectory(), NUMBER, NOW, "https://id.example");
/** Five pixels, as a PNG. */
const PICTURE = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==",
);

beforeEach(async () => {
  await emptyStores();
});

describe("an account", () => {
  it("is one for its number, however many sign in at the same moment", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => begin(NUMBER, `device ${n % 7}`, NOW)));
    expect(new Set(all.map(({ accountId }) => accountId)).size).toBe(1);
    expect(all.filter(({ newAccount }) => newAccount)).toHaveLength(1);
    expect(await d1()).toHaveLength(1);
    const [first] = all;
    expect(await accounts.holderOf(NUMBER)).toBe(first?.accountId);
  });

  it("tells other rooms its number and whose a number is", async () => {
    const { accountId } = await begin(NUMBER, "d", NOW);
    expect(await accounts.numberOf(accountId)).toBe(NUMBER);
    const other = phone("+13125550155").e164;
    expect([await accounts.holderOf(other), await accounts.numberOf("nobody")]).toEqual([null, null]);
    expect(await tablesOf("nobody")).toEqual([]);
  });

  it("agrees to nothing until it says so, and no longer than it says so", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const object = await accounts.objectOf(ann.accountId);
    const say = (granted: boolean, day: number) =>
      object.recordConsent(sessionOf(ann), { purpose: "contact-sharing", granted, noticeVersion: "1", day });
    const consented = () => accounts.consented(ann.accountId, "contact-sharing");
    expect(await consented()).toBe(false);
    await say(true, 1);
    expect(await consented()).toBe(true);
    expect(await accounts.consented(ann.accountId, "promotional")).toBe(false);
    await say(false, 2);
    expect(await consented()).toBe(false);
    expect(await accounts.consented("nobody", "contact-sharing")).toBe(false);
    expect(await object.ledgerOf(sessionOf(ann))).toEqual([
      { purpose: "contact-sharing", granted: true, noticeVersion: "1", day: 1 },
      { purpose: "contact-sharing", granted: false, noticeVersion: "1", day: 2 },
    ]);
    expect(
      await object.recordConsent("no session", { purpose: "promotional", granted: true, noticeVersion: "1", day: 3 }),
    ).toBeNull();
  });

  it("has ten sessions at most, and ends those unused for 180 days", async () => {
    const first = await begin(NUMBER, "device 0", NOW);
    for (let n = 1; n < 12; n += 1) {
      const next = await begin(NUMBER, `device ${n}`, NOW);
      expect(await sessions.approve(first.accountId, sessionOf(next), NOW)).toBe(true);
    }
    await begin(NUMBER, "device 12", NOW);
    const latest = await begin(NUMBER, "device 3", NOW);
    const list = (await sessions.list(latest.accountId, NOW))?.sessions.filter(({ access }) => access === "full");
    expect(list).toHaveLength(10);
    expect(list?.filter(({ device }) => device.id === "device 3")).toHaveLength(1);

    const sole = phone("+13125550155").e164;
    const unused = await begin(sole, "d", NOW - 181 * DAY_MS);
    await runDurableObjectAlarm(await accounts.objectOf(unused.accountId));
    expect(await (await accounts.objectOf(unused.accountId)).sessions()).toEqual([]);
    expect(await sessions.refresh(unused.refreshToken, {}, NOW)).toBeNull();
    // The account itself stays: a session is not the person.
    expect(await accounts.numberOf(unused.accountId)).toBe(sole);
  });

  it("lets go of the sessions that another one ends", async () => {
    const told: string[] = [];
    const { sessions: listened } = testAccounts(async (_, session) => void told.push(session));
    const first = await begin(NUMBER, "d", NOW);
    const terms = { device: { id: "d", platform: "ios" }, noticeVersion: "1" };
    expect((await listened.begin(NUMBER, terms, NOW)).ok).toBe(true);
    expect(told).toEqual([sessionOf(first)]);
  });

  it("whose object has a bug is no outage", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    await runInDurableObject(await accounts.objectOf(ann.accountId), (_, { storage }) =>
      storage.sql.exec("DROP TABLE consent"),
    );
    const thrown: unknown = await accounts.consented(ann.accountId, "promotional").catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(isOutage(thrown)).toBe(false);
  });

  it("that is being erased has no session, and its number gets no other until it is released", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    await accounts.hold(ann.accountId, "hold");
    expect(await sessions.refresh(ann.refreshToken, {}, NOW)).toBeNull();
    expect(await sessions.begin(NUMBER, { device: { id: "d", platform: "ios" }, noticeVersion: "1" }, NOW)).toEqual({
      ok: false,
      reason: "erasing",
    });
    expect(await accounts.holderOf(NUMBER)).toBeNull();
    await accounts.erase(ann.accountId, NOW);
    await accounts.letGo("hold");
    expect((await begin(NUMBER, "d", NOW)).newAccount).toBe(true);
  });

  it("stores neither number nor device nor profile in clear", async () => {
    const ann = await begin(NUMBER, "a-device-of-mine", NOW);
    const object = await accounts.objectOf(ann.accountId);
    await object.changeProfile(sessionOf(ann), { name: "Ann Quellbrook", email: "ann@quellbrook.example" }, NOW);
    const rows = await runInDurableObject(object, (_, { storage: { sql } }) =>
      ["member", "session", "profile"].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray()),
    );
    const stored = JSON.stringify([rows, await d1()]);
    for (const clear of ["3125550123", "a-device-of-mine", "Quellbrook", "quellbrook", "ios", ann.accountId]) {
      expect(stored).not.toContain(clear);
    }
  });
});

describe("erasure", () => {
  it("leaves nothing: no row, no photo, no name, no session; again, it does nothing", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const object = await accounts.objectOf(ann.accountId);
    await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW);
    await object.changeProfile(sessionOf(ann), { name: "Ann Quellbrook", visibility: "everyone" }, NOW);
    await object.recordConsent(sessionOf(ann), { purpose: "promotional", granted: true, noticeVersion: "1", day: 1 });
    await settle(ann.accountId);
    expect((await lookUp()).name).toBe("Ann Quellbrook");
    expect(await accounts.held(ann.accountId)).toEqual({ accounts: 1, consents: 1, photos: 1 });
    expect(await accounts.erase(ann.accountId, NOW)).toBe(true);
    await publishAll(testDirectory());
    expect((await lookUp()).name).toBeNull();
    expect([await d1(), await bucket(), await tablesOf(ann.accountId)]).toEqual([[], [], []]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM callers").first("n")).toBe(0);
    expect(await sessions.refresh(ann.refreshToken, {}, NOW)).toBeNull();
    expect(await accounts.held(ann.accountId)).toEqual({ accounts: 0, consents: 0, photos: 0 });
    expect(await accounts.erase(ann.accountId, NOW)).toBe(true);
    expect(await tablesOf(ann.accountId)).toEqual([]);
  });

  it("takes back a name that is on its way at that moment", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    // Its own alarm is not to come in between.
    const later = Date.now() + 60_000;
    const object = await accounts.objectOf(ann.accountId);
    await runInDurableObject(object, async (_, state) => {
      const { promise: open, resolve: letGo } = Promise.withResolvers<void>();
      const { promise: underWay, resolve: begun } = Promise.withResolvers<void>();
      let first = true;
      /** The number's own object, which takes its time for the first call. */
      const slow = {
        getByName: (name: string) => ({
          change: async (...asked: Parameters<OwnershipObject["change"]>) => {
            const held = first;
            first = false;
            if (held) begun();
            if (held) await open;
            return env.OWNERSHIPS.getByName(name).change(...asked);
          },
        }),
      };
      const account = new Account(state, { ...env, OWNERSHIPS: slow as unknown as typeof env.OWNERSHIPS });
      await account.changeProfile(sessionOf(ann), { name: "Ann Quellbrook", visibility: "everyone" }, later);
      await state.storage.deleteAlarm();
      const alarm = account.alarm();
      await underWay;
      const erased = account.erase(later);
      await Promise.race([erased, scheduler.wait(300)]);
      letGo();
      await alarm;
      expect(await erased).toBe(true);
    });
    expect((await env.DB.prepare("SELECT * FROM callers").all()).results).toEqual([]);
  });

  it("that a store broke off is finished by the alarm, and nobody is in the account meanwhile", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    await (
      await accounts.objectOf(ann.accountId)
    ).changeProfile(sessionOf(ann), { name: "Ann Quellbrook", visibility: "everyone" }, NOW);
    await settle(ann.accountId);
    await env.DB.exec("ALTER TABLE callers RENAME TO away");
    expect(await accounts.erase(ann.accountId, NOW)).toBe(false);
    await expect(begin(NUMBER, "d", NOW)).rejects.toThrow("objects failed");
    expect(await sessions.refresh(ann.refreshToken, {}, NOW)).toBeNull();
    await env.DB.exec("ALTER TABLE away RENAME TO callers");
    await runDurableObjectAlarm(await accounts.objectOf(ann.accountId));
    expect([await d1(), await tablesOf(ann.accountId)]).toEqual([[], []]);
  });

  it("while the same number signs in leaves one whole account or none, never half of one", async () => {
    for (let round = 0; round < 8; round += 1) {
      const ann = await begin(NUMBER, "d", NOW);
      const [, ...begun] = await Promise.all([
        accounts.erase(ann.accountId, NOW),
        begin(NUMBER, "one", NOW),
        begin(NUMBER, "two", NOW),
      ]);
      const holder = await accounts.holderOf(NUMBER);
      for (const { accountId, refreshToken } of begun) {
        const tokens = await sessions.refresh(refreshToken, {}, NOW);
        // Whoever got in before the erasure is out with it; whoever got in after it is in the account that stands.
        if (tokens !== null) expect(accountId).toBe(holder);
        else expect(await tablesOf(accountId).then((tables) => tables.length === 0 || accountId === holder)).toBe(true);
      }
      if (holder !== null) await accounts.erase(holder, NOW);
      expect(await d1()).toEqual([]);
    }
  });
});

describe("an export", () => {
  it("has every field that is held", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const object = await accounts.objectOf(ann.accountId);
    await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW);
    await object.changeProfile(sessionOf(ann), { name: "Ann", email: "ann@quellbrook.example" }, NOW);
    await object.recordConsent(sessionOf(ann), {
      purpose: "promotional",
      granted: true,
      noticeVersion: "1",
      day: 20_000,
    });
    const today = new Date(NOW).toISOString().slice(0, 10);
    expect(await accounts.exportOf(ann.accountId)).toEqual({
      accountId: ann.accountId,
      number: NUMBER,
      since: today,
      noticeVersion: "1",
      profile: {
        name: "Ann",
        email: "ann@quellbrook.example",
        dateOfBirth: null,
        address: null,
        socialLinks: [],
        visibility: "nobody",
        photo: { mediaType: "image/webp", base64: expect.stringMatching(/^UklGR/) },
      },
      consents: [{ purpose: "promotional", granted: true, noticeVersion: "1", day: "2024-10-04" }],
      sessions: [
        {
          id: sessionOf(ann),
          device: { id: "d", platform: "ios", language: "fr-CA" },
          startedAt: today,
          usedAt: today,
          limitedUntil: null,
        },
      ],
      promotions: [],
      usedAt: today,
      knownDevices: 1,
      pin: false,
      handOver: null,
      handOverStopped: false,
      burstTokens: { day: null, handedOut: 0 },
    });
    expect(await accounts.exportOf("nobody")).toBeNull();
  });
});
