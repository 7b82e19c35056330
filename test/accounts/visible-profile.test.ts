import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { PHOTO_TRIED } from "../../src/accounts/profile/photo-state.ts";
import { PhotoRecords } from "../../src/accounts/profile/photo-records.ts";
import { Photos } from "../../src/accounts/profile/photos.ts";
import { unlist } from "../../src/directory/unlisting.ts";
import type { Call } from "../../src/http/endpoint.ts";
import { exportRoutes } from "../../src/privacy/export-routes.ts";
import { StoreFailure } from "../../src/telemetry/store-failure.ts";
import { begin, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { lookUpIn, publishAll, quiet, testDirectory, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { ownershipOf, testOwners } from "../support/ownership.ts";
import { testQuotas } from "../support/quotas.ts";

const NOW = Date.now();
const DAY_MS = 86_400_000;
const NUMBER = phone("+13125550123").e164;
const { accounts, photos } = testAccounts();

const bucket = async (): Promise<string[]> => (await env.PHOTOS.list()).objects.map(({ key }) => key);

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
