import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { erase, exportOf, held } from "../../src/images/account-pictures.ts";
import { pictureData } from "../../src/images/lifecycle.ts";
import { senderHash } from "../../src/images/deps.ts";
import { PAIR_QUOTA, RECIPIENT_QUOTA, spendingOf } from "../../src/images/sender-state.ts";
import { Pictures } from "../../src/images/pictures.ts";
import { PictureRecords, type PictureRow } from "../../src/images/records.ts";
import { PictureReports } from "../../src/images/reports.ts";
import { StoreFailure } from "../../src/telemetry/store-failure.ts";
import { emptyStores } from "../support/empty-stores.ts";
import {
  DAY_MS,
  NOTHING,
  NOW,
  phone,
  RECIPIENT,
  sendDot,
  sent,
  stored,
  testPictures,
  used,
} from "../support/picture-service.ts";

const BOB = { [RECIPIENT.e164]: "bob", "+13125550124": "ann" };

beforeEach(async () => {
  await emptyStores();
});

const read = async (webp: ReadableStream<Uint8Array> | undefined): Promise<number> =>
  webp === undefined ? 0 : (await new Response(webp).arrayBuffer()).byteLength;

/** Messages that a number's outbox has taken. */
const messagesTo = async (): Promise<number> => (await testPictures().messages.held(RECIPIENT.e164)).messages.length;

describe("delivery", () => {
  it("goes to the inbox of who has an account, with the sender's number, and to no phone", async () => {
    const parts = testPictures(BOB);
    const pictures = new Pictures(parts);
    const { id, expiresAt } = await sent(parts, { once: true });
    expect(parts.told).toEqual([{ account: "bob", id }]);
    expect(await messagesTo()).toBe(0);
    expect(await pictures.inbox("bob", NOW)).toEqual([
      { id, expiresAt, once: true, opened: false, from: "+13125550124" },
    ]);
    expect(await pictures.inbox("ann", NOW)).toEqual([]);
    expect(await pictures.show({ account: "ann", id }, NOW)).toBeNull();
    const shown = await pictures.show({ account: "bob", id }, NOW);
    expect(shown).toMatchObject({ width: 1, height: 1, once: true });
    expect(await read(shown?.webp)).toBeGreaterThan(20);
    expect(await pictures.inbox("bob", NOW)).toEqual([]);
    expect(await pictures.sent("ann", NOW)).toEqual([{ id, expiresAt, once: true, opened: true }]);
  });

  it("goes by SMS to everybody else, and the answer does not tell", async () => {
    const [toPhone, toInbox] = [await sendDot(testPictures()), await sendDot(testPictures(BOB))];
    expect(await messagesTo()).toBe(1);
    const shape = (answer: object): string => JSON.stringify(answer).replaceAll(/[A-Za-z0-9_-]{22}/g, "…");
    expect(shape(toPhone)).toBe(shape(toInbox));
  });

  it.each(["its sender", "its sender's erasure", "operators", "its expiry"])(
    "does not go by SMS any more when the picture was taken out by %s before the message left",
    async (by) => {
      const parts = testPictures();
      const kept = await sent(parts);
      const { id, token } = await sent(parts);
      expect(await messagesTo()).toBe(2);
      const picture = env.PICTURES.getByName(id);
      if (by === "its sender") await new Pictures(parts).remove({ account: "ann", id }, NOW);
      if (by === "its expiry") await picture.sweep(NOW + 7 * DAY_MS);
      if (by === "operators") {
        await new Pictures(parts).report({ token }, NOW);
        await picture.decide("remove", NOW);
      }
      if (by === "its sender's erasure") await erase(parts, "ann", NOW);
      const outbox = env.OUTBOXES.getByName(await parts.vault.keyedHash("recipient", RECIPIENT.e164));
      await runDurableObjectAlarm(outbox);
      const went = (await parts.messages.logged(RECIPIENT.e164)).map(({ body }) => body).join();
      expect(went).not.toContain(token);
      expect(went.includes(kept.token)).toBe(by !== "its sender's erasure");
    },
  );

  it("goes in nobody's name by SMS: who has proved no number passes the link on by other ways", async () => {
    const { token } = await sent(testPictures(), { account: "numberless" });
    expect(await messagesTo()).toBe(0);
    expect(await read((await new Pictures(testPictures()).show({ token }, NOW))?.webp)).toBeGreaterThan(20);
  });

  it("of what is not for a phone keeps no key that the service could open", async () => {
    const { id } = await sent(testPictures());
    const row = await runInDurableObject(env.PICTURES.getByName(id), (_, { storage }) =>
      storage.sql.exec("SELECT account_key, report_key FROM picture").one(),
    );
    expect(row).toEqual({ account_key: null, report_key: null });
  });

  it.each(["an account", "a phone"])("to %s that said STOP sends nothing, and the sender cannot tell", async (what) => {
    const parts = testPictures(what === "an account" ? BOB : {});
    await parts.messages.setOptedOut(RECIPIENT.e164, true);
    const pictures = new Pictures(parts);
    const { id, token, expiresAt } = await sent(parts);
    expect(await messagesTo()).toBe(0);
    expect(parts.told).toEqual([]);
    expect(await pictures.inbox("bob", NOW)).toEqual([]);
    expect(await pictures.sent("ann", NOW)).toEqual([{ id, expiresAt, once: false, opened: false }]);
    expect(await read((await pictures.show({ token }, NOW))?.webp)).toBeGreaterThan(20);
  });

  it("that devices are told of in vain is delivered all the same", async () => {
    const parts = { ...testPictures(BOB), notify: () => Promise.reject(new Error("nobody listens")) };
    await sent(parts);
    expect(await new Pictures(parts).inbox("bob", NOW)).toHaveLength(1);
  });
});

describe("an upload", () => {
  it("that is refused leaves nothing in any store, and its number's and its sender's counts as they were", async () => {
    const parts = testPictures();
    const wrong = new TextEncoder().encode("no picture at all") as Uint8Array<ArrayBuffer>;
    for (let at = 0; at < 25; at += 1) {
      expect(await sendDot(parts, { bytes: wrong })).toMatchObject({ ok: false, code: "not-a-picture" });
    }
    expect(await stored([])).toEqual(NOTHING);
    expect(await used()).toEqual({ tries: 25, recipients: 1 });
    expect(await sendDot(parts)).toMatchObject({ ok: true });
  });

  it("that fails at a store may be tried again under its key", async () => {
    const parts = testPictures();
    await env.DB.prepare("ALTER TABLE pictures RENAME TO away").run();
    await expect(sendDot(parts, { idempotencyKey: "k" })).rejects.toThrow("d1 failed");
    await env.DB.prepare("ALTER TABLE away RENAME TO pictures").run();
    expect(await stored([])).toEqual(NOTHING);
    expect(await sendDot(parts, { idempotencyKey: "k" })).toMatchObject({ ok: true, replayed: false });
    expect(await sendDot(parts, { idempotencyKey: "k" })).toMatchObject({ ok: true, replayed: true });
  });

  it.each(["what its sender used", "what its recipient got"])(
    "for which %s cannot be counted may be tried again at once, and nothing of it is counted twice",
    async (what) => {
      const parts = testPictures();
      const failed = (): Promise<never> => Promise.reject(new StoreFailure("objects", "away"));
      const quotas = Object.assign(Object.create(parts.quotas) as typeof parts.quotas, { spend: failed });
      const recipients = { getByName: () => ({ spend: failed }) } as unknown as typeof parts.recipients;
      const broken = what === "what its sender used" ? { ...parts, quotas } : { ...parts, recipients };
      await expect(sendDot(broken, { idempotencyKey: "k" })).rejects.toThrow("objects failed");
      expect(await used()).toEqual(what === "what its sender used" ? {} : { tries: 1, recipients: 1 });
      expect(await sendDot(parts, { idempotencyKey: "k" })).toMatchObject({ ok: true, replayed: false });
      expect(await used()).toMatchObject({ pictures: 1, recipients: 1 });
    },
  );

  it("whose answer cannot be kept is answered all the same, and counted: it has gone", async () => {
    const parts = testPictures();
    const senders = {
      getByName: (name: string) =>
        new Proxy(parts.senders.getByName(name), {
          get: (stub, call) =>
            call === "finish"
              ? () => Promise.reject(new StoreFailure("objects", "away"))
              : (...sent: unknown[]) => Reflect.apply(Reflect.get(stub, call) as () => unknown, stub, sent),
        }),
    } as unknown as typeof parts.senders;
    expect(await sendDot({ ...parts, senders }, { idempotencyKey: "k" })).toMatchObject({ ok: true, replayed: false });
    expect(await messagesTo()).toBe(1);
    expect(await used()).toMatchObject({ pictures: 1 });
  });

  it("is answered again for a day, then it is another one", async () => {
    const parts = testPictures();
    const first = await sendDot(parts, { idempotencyKey: "k" });
    expect(await sendDot(parts, { idempotencyKey: "k" }, NOW + DAY_MS - 1)).toEqual({ ...first, replayed: true });
    expect(await sendDot(parts, { idempotencyKey: "k", once: true }, NOW + 1)).toMatchObject({
      code: "idempotency-key-reused",
    });
    expect(await sendDot(parts, { idempotencyKey: "k" }, NOW + DAY_MS)).toMatchObject({ ok: true, replayed: false });
  });

  it("counts tries that come to nothing, up to 120 a day", async () => {
    const parts = testPictures();
    const ann = { account: "ann", number: "+13125550100" };
    const tries = spendingOf(false).filter(({ quota }) => quota.name === "tries");
    for (let at = 0; at < 120; at += 1) expect(await parts.quotas.spend(ann, tries, NOW)).toBeNull();
    expect(await sendDot(parts)).toMatchObject({ code: "quota-exceeded", quota: { name: "tries" } });
    expect(await sendDot(parts, {}, NOW + DAY_MS)).toMatchObject({ ok: true });
  });

  it("leaves counts that are gone a day later", async () => {
    const parts = testPictures();
    // Counted in the past, so that the alarm finds the day over.
    const past = Date.now() - 3 * DAY_MS;
    const sender = parts.senders.getByName(await senderHash(parts.vault, "ann"));
    await sender.begin({ key: "k", digest: "d", recipient: "r" }, past);
    await runDurableObjectAlarm(sender);
    const left = await runInDurableObject(sender, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('sender', 'upload')").toArray(),
    );
    expect(left).toEqual([]);
  });
});

describe("a day's pictures", () => {
  const to = (n: number) => phone(`+1312555${String(4000 + n)}`);

  it("are counted for the sender's number: who erases the account and signs up anew sends no more", async () => {
    const parts = testPictures();
    for (let at = 0; at < 30; at += 1) {
      expect(await sendDot(parts, { recipient: to(at) }, NOW + Math.floor(at / 10) * 3_600_000)).toMatchObject({
        ok: true,
      });
    }
    const noon = NOW + 2 * 3_600_000;
    const full = { code: "quota-exceeded", quota: { name: "pictures" } };
    expect(await sendDot(parts, { recipient: to(31) }, noon)).toMatchObject(full);
    await erase(parts, "ann", noon);
    // Everybody in this world has the same number: hers.
    expect(await sendDot(parts, { account: "ann again", recipient: to(31) }, noon)).toMatchObject(full);
    expect(await sendDot(parts, { account: "numberless", recipient: to(31) }, noon)).toMatchObject({ ok: true });
    expect(await sendDot(parts, { account: "ann again", recipient: to(31) }, noon + DAY_MS)).toMatchObject({
      ok: true,
    });
  });

  it("go to ten numbers an hour, an erasure or not, and what is refused is not remembered as sent to", async () => {
    const parts = testPictures();
    for (let at = 0; at < 10; at += 1) expect(await sendDot(parts, { recipient: to(at) })).toMatchObject({ ok: true });
    const full = { code: "quota-exceeded", quota: { name: "recipients" } };
    for (let twice = 0; twice < 2; twice += 1) expect(await sendDot(parts, { recipient: to(10) })).toMatchObject(full);
    expect(await sendDot(parts, { recipient: to(9) })).toMatchObject({ ok: true });
    await erase(parts, "ann", NOW);
    expect(await sendDot(parts, { account: "ann again", recipient: to(10) })).toMatchObject(full);
  });

  it("come to one number twenty at most, five of a sender: no one uses up another's", async () => {
    const parts = testPictures(Object.fromEntries(Array.from({ length: 5 }, (_, n) => [to(n).e164, `sender ${n}`])));
    const send = (n: number) => sendDot(parts, { account: `sender ${n}` });
    for (let at = 0; at < 5; at += 1) expect(await send(0)).toMatchObject({ ok: true });
    expect(await send(0)).toMatchObject({ code: "quota-exceeded", quota: PAIR_QUOTA });
    // Refused, it is not counted among the sender's own.
    expect(await parts.quotas.held({ account: "", number: to(0).e164 }, NOW)).toMatchObject({ pictures: 5, tries: 6 });
    for (const n of [1, 2, 3]) for (let at = 0; at < 5; at += 1) expect(await send(n)).toMatchObject({ ok: true });
    expect(await send(4)).toMatchObject({ code: "quota-exceeded", quota: RECIPIENT_QUOTA });
    // Whether the number has an account, or had one a minute ago, does not show.
    await pictureData(parts).erasure.run({ account: "bob", number: RECIPIENT.e164 }, NOW);
    expect(await send(0)).toMatchObject({ code: "quota-exceeded", quota: PAIR_QUOTA });
    const wrong = new TextEncoder().encode("no picture") as Uint8Array<ArrayBuffer>;
    expect(await sendDot(parts, { account: "sender 4", bytes: wrong }, NOW + DAY_MS)).toMatchObject({
      code: "not-a-picture",
    });
    for (let at = 0; at < 5; at += 1) {
      expect(await sendDot(parts, { account: "sender 4" }, NOW + DAY_MS)).toMatchObject({ ok: true });
    }
  });
});

describe("a list", () => {
  it("has 250 pictures at most, of a sender, an inbox and operators, whatever stands", async () => {
    const { records } = testPictures();
    const rows = JSON.stringify(Array.from({ length: 300 }, (_, n) => ({ id: `row ${n}`, expires: NOW + n })));
    await env.DB.prepare(
      "INSERT INTO pictures (id, sender, recipient, expires, reported) SELECT value ->> 'id', 'ann', 'bob', value ->> 'expires', 1 FROM json_each(?)",
    )
      .bind(rows)
      .run();
    expect(await records.list("sender", "ann", NOW)).toHaveLength(250);
    expect(await records.list("recipient", "bob", NOW)).toHaveLength(250);
    expect(await records.listReported(NOW)).toHaveLength(250);
  });
});

describe("a report from the inbox", () => {
  it("hides the picture, is decided once, and seals a key for operators meanwhile", async () => {
    const parts = testPictures(BOB);
    const [pictures, reports] = [new Pictures(parts), new PictureReports(parts)];
    const { id, token } = await sent(parts);
    const bob = { account: "bob", id };
    expect(await pictures.report({ account: "ann", id }, NOW)).toBe(false);
    expect(await reports.list(NOW)).toEqual([]);
    expect(await pictures.report(bob, NOW)).toBe(true);
    expect(await pictures.report(bob, NOW)).toBe(false);
    expect(await pictures.show({ token }, NOW)).toBeNull();
    expect(await read((await reports.content(id, NOW)) ?? undefined)).toBeGreaterThan(20);
    const both = [reports.decide(id, "keep", NOW), reports.decide(id, "remove", NOW)];
    expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1);
    expect(await reports.list(NOW)).toEqual([]);
    expect(await reports.content(id, NOW)).toBeNull();
  });
});

describe("an account", () => {
  it("is told everything that is held, and after its erasure nothing is", async () => {
    const parts = testPictures(BOB);
    const toBob = await sent(parts);
    const toAnn = await sent(parts, { account: "bob", recipient: phone("+13125550124") });
    const toPhone = await sent(parts, { recipient: phone("+13125550125") });
    const exported = await exportOf(parts, "ann", NOW);
    expect(exported.sent.map(({ id }) => id).sort()).toEqual([toBob.id, toPhone.id].sort());
    expect(exported.inbox).toMatchObject([{ id: toAnn.id, from: RECIPIENT.e164 }]);
    expect(await used("+13125550124")).toEqual({ pictures: 2, tries: 2, recipients: 2 });
    expect(await held(parts, "ann")).toEqual({ pictures: 3 });

    await erase(parts, "ann", NOW);
    expect(await stored([toBob.id, toAnn.id, toPhone.id])).toEqual(NOTHING);
    expect(await exportOf(parts, "ann", NOW)).toEqual({
      sent: [],
      inbox: [],
    });
    expect(await held(parts, "ann")).toEqual({ pictures: 0 });
    await erase(parts, "ann", NOW);
    expect(await stored([toBob.id, toAnn.id, toPhone.id])).toEqual(NOTHING);
  });

  it.each(["its row", "its bytes"])("erased while it uploads, when the stores have %s, keeps nothing", async (what) => {
    const parts = testPictures();
    const forget = (): Promise<void> => erase(parts, "ann", NOW);
    const ids: string[] = [];
    /** The records, with somebody who erases the account in between. */
    class Meanwhile extends PictureRecords {
      override async insert(row: PictureRow): Promise<void> {
        ids.push(row.id);
        await super.insert(row);
        if (what === "its row") await forget();
      }
      override async putBytes(id: string, encrypted: Uint8Array<ArrayBuffer>): Promise<void> {
        await super.putBytes(id, encrypted);
        if (what === "its bytes") await forget();
      }
    }
    const uploading = sent({ ...parts, records: new Meanwhile(env.DB, env.PICTURE_BYTES) });
    await expect(uploading).rejects.toThrow("objects failed");
    expect(await stored(ids)).toEqual(NOTHING);
  });
});
