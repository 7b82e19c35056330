import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { Account } from "../../src/accounts/account-object.ts";
import { PHOTO_TRIED } from "../../src/accounts/profile/photo-state.ts";
import { PhotoRecords } from "../../src/accounts/profile/photo-records.ts";
import { Photos } from "../../src/accounts/profile/photos.ts";
import { unlist } from "../../src/directory/unlisting.ts";
import type { Call } from "../../src/http/endpoint.ts";
import type { OwnershipObject } from "../../src/ownership/ownership-object.ts";
import { exportRoutes } from "../../src/privacy/export-routes.ts";
import { isOutage, StoreFailure } from "../../src/telemetry/store-failure.ts";
import { begin, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { lookUpIn, publishAll, quiet, testDirectory, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { ownershipOf, testOwners } from "../support/ownership.ts";
import { testQuotas } from "../support/quotas.ts";

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

describe("a visible profile", () => {
  const show = async (ann: Awaited<ReturnType<typeof begin>>, now = NOW): Promise<void> => {
    const object = await accounts.objectOf(ann.accountId);
    await object.changeProfile(sessionOf(ann), { name: "Ann Quellbrook", visibility: "everyone" }, now);
    await settle(ann.accountId);
  };

  it("is the owner's name of its number, with the photo, until it is hidden", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    expect((await lookUp()).name).toBeNull();
    expect((await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW)).ok).toBe(true);
    await settle(ann.accountId);
    expect((await lookUp()).photoUrl).toBeNull();
    await show(ann);
    const shown = await lookUp();
    expect(shown).toMatchObject({ name: "Ann Quellbrook", nameLevel: "owner", kind: "person" });
    const id = shown.photoUrl?.split("/").at(-1) ?? "";
    expect(await photos.shown(id)).not.toBeNull();
    const object = await accounts.objectOf(ann.accountId);
    await object.changeProfile(sessionOf(ann), { visibility: "nobody" }, NOW);
    expect(await photos.shown(id)).toBeNull();
    await settle(ann.accountId);
    expect(await lookUp()).toMatchObject({ name: null, nameLevel: "none", photoUrl: null });
  });

  it("of an unlisted number shows no photo either", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const put = await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW);
    await show(ann);
    const photo = put.ok ? put.photo : "";
    expect(await photos.shown(photo)).not.toBeNull();
    expect(await testOwners().unlist(NUMBER, NOW)).toMatchObject({ ok: true });
    expect(await photos.shown(photo)).toBeNull();
  });

  it("that was taken down shows no photo either, until it is filled in anew", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const put = await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW);
    const photo = put.ok ? put.photo : "";
    // Edited many times within the second before: none of it is newer than what comes after.
    const object = await accounts.objectOf(ann.accountId);
    for (let n = 0; n < 9; n += 1) await object.changeProfile(sessionOf(ann), { name: `Ann ${n}` }, NOW);
    await show(ann);
    // One more is still on its way.
    await object.changeProfile(sessionOf(ann), { name: "Ann Vanishgate" }, NOW + 400);
    expect(await testOwners().takeDown(NUMBER, NOW + 500)).toMatchObject({ ok: true });
    await settle(ann.accountId);
    expect(await photos.shown(photo)).toBeNull();
    expect(await lookUp()).toMatchObject({ name: null, photoUrl: null });
    // The name that was held is gone for good, whoever says it; another one is none of it.
    await show(ann, NOW + 600);
    expect(await lookUp()).toMatchObject({ name: null, photoUrl: null });
    await object.changeProfile(sessionOf(ann), { name: "Quell Annbrook" }, NOW + 700);
    await settle(ann.accountId);
    expect(await lookUp()).toMatchObject({ name: "Quell Annbrook" });
    expect(await photos.shown(photo)).not.toBeNull();
  });

  it("is published again when it is said again, once a minute at most, since that is free", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const object = await accounts.objectOf(ann.accountId);
    const waits = () =>
      runInDurableObject(object, (_, { storage }) =>
        storage.sql.exec("SELECT revision - sent AS n FROM profile").one(),
      );
    const shown = { name: "Ann Quellbrook", visibility: "everyone" } as const;
    await object.changeProfile(sessionOf(ann), shown, NOW);
    for (let n = 1; n < 60; n += 1) {
      await object.changeProfile(sessionOf(ann), shown, NOW + n * 1000);
      await object.setPhoto(sessionOf(ann), null, NOW + n * 1000);
    }
    expect(await waits()).toEqual({ n: 1 });
    await object.changeProfile(sessionOf(ann), shown, NOW + 60_000);
    expect(await waits()).toEqual({ n: 2 });
  });

  it("of an unlisted number is dropped", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    await unlist(testDirectory(), quiet, NUMBER, NOW);
    await show(ann);
    expect((await lookUp()).name).toBeNull();
    const left = await env.DB.prepare("SELECT count(*) AS n FROM callers").first("n");
    expect(left).toBe(0);
    // It is done with, not tried again and again.
    expect(await runDurableObjectAlarm(await accounts.objectOf(ann.accountId))).toBe(true);
    expect((await lookUp()).name).toBeNull();
  });

  it("waits for a directory that does not answer, and goes out when it does", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    await env.DB.exec("ALTER TABLE callers RENAME TO away");
    await show(ann);
    await env.DB.exec("ALTER TABLE away RENAME TO callers");
    // What was stored goes out from the number's own object.
    await runDurableObjectAlarm(await ownershipOf(NUMBER));
    await publishAll(testDirectory());
    expect((await lookUp()).name).toBe("Ann Quellbrook");
  });

  it("of a later account of the number outranks what an earlier one sent", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    await show(ann);
    await accounts.erase(ann.accountId, NOW + 1000);
    await publishAll(testDirectory());
    expect((await lookUp()).name).toBeNull();
    const bob = await begin(NUMBER, "d", NOW + 2000);
    const object = await accounts.objectOf(bob.accountId);
    await object.changeProfile(sessionOf(bob), { name: "Bob Vanishgate", visibility: "everyone" }, NOW + 3000);
    await settle(bob.accountId);
    expect((await lookUp()).name).toBe("Bob Vanishgate");
  });
});

describe("a photo", () => {
  it("leaves the bucket also while the directory takes nothing, and however many go", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const object = await accounts.objectOf(ann.accountId);
    const profile = { name: "Ann Quellbrook", visibility: "everyone" } as const;
    await object.changeProfile(sessionOf(ann), profile, Date.now() + 60_000);
    await env.PHOTOS.put("waste 2499", "x");
    await env.DB.exec("ALTER TABLE callers RENAME TO away");
    await runInDurableObject(object, (_, { storage }) => {
      for (let n = 0; n < 2500; n += 1) storage.sql.exec("INSERT INTO waste VALUES (?, 0)", `waste ${n}`);
    });
    await runDurableObjectAlarm(object);
    await env.DB.exec("ALTER TABLE away RENAME TO callers");
    expect(await bucket()).toEqual([]);
  });

  it("is one of ten a day of its number, whichever account, and an export likewise", async () => {
    const [ann, quotas] = [await begin(NUMBER, "d", NOW), testQuotas()];
    const account = ann.accountId;
    const call = { principal: { account, session: sessionOf(ann) }, now: NOW } as unknown as Call;
    const [route] = exportRoutes([], quotas, async () => NUMBER);
    for (let n = 0; n < 10; n += 1) {
      // As accounts of before did.
      expect(await quotas.spend({ account: `before ${n}`, number: NUMBER }, PHOTO_TRIED, NOW)).toBeNull();
      expect(await route?.handle(call, {}, {})).toBeInstanceOf(Response);
    }
    expect(await photos.put(account, sessionOf(ann), PICTURE, NOW)).toMatchObject({ reason: "quota-exceeded" });
    expect(await route?.handle(call, {}, {})).toMatchObject({ code: "quota-exceeded" });
    expect(await photos.put(account, sessionOf(ann), PICTURE, NOW + DAY_MS)).toMatchObject({ ok: true });
  });

  it("that a store does not take is none of the day's, and neither is such an export", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const [quotas, holder] = [testQuotas(), { account: ann.accountId, number: NUMBER }];
    const failed = (): Promise<never> => Promise.reject(new StoreFailure("r2", "away"));
    const records = Object.assign(new PhotoRecords(env.PHOTOS), { put: failed });
    const failing = new Photos({ vault: testVault(), records, quotas, objects: env.ACCOUNTS, images: env.IMAGES });
    await expect(failing.put(ann.accountId, sessionOf(ann), PICTURE, NOW)).rejects.toThrow("r2 failed");
    expect(await quotas.held(holder, NOW)).toEqual({ "photo-tries": 1 });
    const [route] = exportRoutes([{ name: "photos", whole: failed }], quotas, async () => NUMBER);
    const call = { principal: { account: ann.accountId, session: sessionOf(ann) }, now: NOW } as unknown as Call;
    await expect(route?.handle(call, {}, {})).rejects.toThrow("r2 failed");
    expect(await quotas.held(holder, NOW)).toEqual({ "photo-tries": 1 });
  });

  it("leaves the bucket when it is replaced, and when it was never set", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    const object = await accounts.objectOf(ann.accountId);
    await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW);
    const [first] = await bucket();
    await photos.put(ann.accountId, sessionOf(ann), PICTURE, NOW);
    await settle(ann.accountId);
    expect(await bucket()).toHaveLength(1);
    expect(await bucket()).not.toContain(first);
    // As if the Worker had died between the bucket and the account.
    await object.expectPhoto(sessionOf(ann), "orphan", NOW - 11 * 60_000);
    await env.PHOTOS.put("orphan", "x");
    await settle(ann.accountId);
    expect(await bucket()).toHaveLength(1);
    await object.setPhoto(sessionOf(ann), null, NOW);
    await settle(ann.accountId);
    expect(await bucket()).toEqual([]);
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
