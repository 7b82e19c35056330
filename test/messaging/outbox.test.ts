import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { DeliveryRecords } from "../../src/messaging/delivery-records.ts";
import type { Telephoned } from "../../src/messaging/message.ts";
import type { Message } from "../../src/messaging/messages.ts";
import { phone } from "../support/accounts.ts";
import { e164, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { freshNetwork, testMessages } from "../support/messages.ts";
import { dayOf } from "../../src/time/days.ts";

const NUMBER = e164("+13125550123");
const messages = testMessages();
const link = { kind: "picture-link", link: "https://k.example/i/x" } as const;
const message = (changes: Partial<Message & Telephoned> = {}): Message => ({
  id: crypto.randomUUID(),
  to: phone(NUMBER),
  channel: "sms",
  network: freshNetwork(),
  reserved: null,
  language: "en",
  text: { kind: "sign-in-code", code: "123456" },
  expiresAt: Date.now() + 600_000,
  ...changes,
});

const outboxOf = async (to = NUMBER) => env.OUTBOXES.getByName(await testVault().keyedHash("recipient", to));
/** Runs the alarm at once; false when there is none. */
const run = async (to = NUMBER): Promise<boolean> => runDurableObjectAlarm(await outboxOf(to));
const rows = async (): Promise<Record<string, unknown>[]> =>
  runInDurableObject(await outboxOf(), (_, { storage }) => {
    const made = storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'message'").toArray();
    return made.length === 0 ? [] : storage.sql.exec("SELECT * FROM message").toArray();
  });
const status = () => new DeliveryRecords(env.DB).readStatus(dayOf(Date.now()));
const send = (changes: Partial<Message & Telephoned> = {}) => messages.send(message(changes), Date.now());

beforeEach(async () => {
  await emptyStores();
});

describe("an outbox", () => {
  it("sends a message once, whatever repeats it", async () => {
    const one = message();
    for (let time = 0; time < 3; time += 1) {
      expect(await messages.send(one, Date.now())).toEqual({ ok: true });
      await run();
    }
    await evictDurableObject(await outboxOf());
    expect(await messages.send(one, Date.now())).toEqual({ ok: true });
    await run();
    expect(await messages.logged(NUMBER)).toMatchObject([{ kind: "sign-in-code", body: /123456/ }]);
    expect((await status()).counts).toMatchObject([
      { country: "US", kind: "sign-in-code", outcome: "accepted", count: 1 },
    ]);
  });

  it("sends fifty at once no more than it has room for", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send()));
    const taken = answers.filter((answer) => answer.ok).length;
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(answers.filter((answer) => !answer.ok)).toEqual(
      Array.from({ length: 50 - taken }, () => ({ ok: false, reason: "full" })),
    );
    await run();
    expect(await messages.logged(NUMBER)).toHaveLength(taken);
  });

  it("keeps no number and no text in clear, and no text at all once it was sent", async () => {
    await runInDurableObject(await outboxOf(), (_, { storage }) => storage.setAlarm(Date.now() + 600_000));
    await send();
    await run();
    const [row] = await rows();
    expect(row).toMatchObject({ state: "accepted", sealed: null, attempts: 1 });
    expect(JSON.stringify(row)).not.toMatch(/5550123|123456/);
  });

  it("never sends what has expired, and says so to operators", async () => {
    expect(await send({ expiresAt: Date.now() - 1 })).toEqual({ ok: true });
    await run();
    expect(await messages.logged(NUMBER)).toEqual([]);
    expect((await status()).deadLetters).toMatchObject([{ outcome: "expired", country: "US", error: 0 }]);
  });

  it("takes links and promotion no more after a STOP, codes always; and again after a START", async () => {
    await messages.setOptedOut(NUMBER, true);
    await messages.setOptedOut(NUMBER, true);
    expect(await messages.optedOut(NUMBER)).toBe(true);
    expect(await send({ text: link })).toEqual({ ok: false, reason: "opted-out" });
    expect(
      await send({ text: { kind: "promotional", subject: "", text: "Buy", origin: "https://k.example" } }),
    ).toEqual({ ok: false, reason: "opted-out" });
    expect(await send({ text: { kind: "ownership-code", code: "654321" } })).toEqual({ ok: true });
    await run();
    expect(await messages.logged(NUMBER)).toMatchObject([{ kind: "ownership-code" }]);
    await messages.setOptedOut(NUMBER, false);
    expect(await messages.optedOut(NUMBER)).toBe(false);
    expect(await send({ text: link })).toEqual({ ok: true });
  });

  it("forgets its messages on erasure, and keeps the STOP", async () => {
    await send();
    await messages.setOptedOut(NUMBER, true);
    expect(await messages.held(NUMBER)).toMatchObject({ ended: "said", messages: [{ kind: "sign-in-code" }] });
    expect(await messages.erase(NUMBER)).toBe(1);
    expect(await messages.erase(NUMBER)).toBe(0);
    expect(await messages.held(NUMBER)).toEqual({ ended: "said", messages: [] });
    await messages.setOptedOut(NUMBER, false);
    await run();
    expect(await messages.held(NUMBER)).toEqual({ ended: null, messages: [] });
  });

  it("leaves nothing behind when asked about a number without messages", async () => {
    await messages.optedOut(NUMBER);
    await messages.held(NUMBER);
    await messages.logged(NUMBER);
    await messages.erase(NUMBER);
    await messages.setOptedOut(NUMBER, false);
    const tables = await runInDurableObject(await outboxOf(), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("forgets ended messages a day after they expired, and is then gone", async () => {
    await send();
    await run();
    await runInDurableObject(await outboxOf(), (_, { storage }) => {
      storage.sql.exec("UPDATE message SET expires = ?", Date.now() - 86_400_001);
      storage.sql.exec("UPDATE logged SET at = ?", Date.now() - 86_400_001);
    });
    await run();
    const tables = await runInDurableObject(await outboxOf(), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('message', 'ended', 'logged')").toArray(),
    );
    expect(tables).toEqual([]);
    expect(await send()).toEqual({ ok: true });
  });

  it("waits before it reports again, also what it should have forgotten by then", async () => {
    await env.DB.exec("ALTER TABLE deliveries RENAME TO away");
    await send();
    await run();
    await runInDurableObject(await outboxOf(), async (outbox, { storage }) => {
      storage.sql.exec("UPDATE message SET expires = ?", Date.now() - 2 * 86_400_000);
      await outbox.alarm();
      expect(await storage.getAlarm()).toBeGreaterThan(Date.now());
    });
  });

  it("reports again when D1 did not take it, and still sends", async () => {
    await env.DB.exec("ALTER TABLE deliveries RENAME TO away");
    await send();
    await run();
    expect(await messages.logged(NUMBER)).toHaveLength(1);
    await env.DB.exec("ALTER TABLE away RENAME TO deliveries");
    expect(await run()).toBe(true);
    expect((await status()).counts).toMatchObject([{ outcome: "accepted", count: 1 }]);
  });
});
