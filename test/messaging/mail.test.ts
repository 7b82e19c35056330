import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { CloudflareMail } from "../../src/messaging/cloudflare-mail.ts";
import { DeliveryRecords } from "../../src/messaging/delivery-records.ts";
import type { DeliveryId, Mailed } from "../../src/messaging/message.ts";
import { Messages, type Message } from "../../src/messaging/messages.ts";
import { Outbox } from "../../src/messaging/outbox-object.ts";
import type { Letter } from "../../src/messaging/outbox-store.ts";
import type { Parcel } from "../../src/messaging/provider.ts";
import { dayOf } from "../../src/time/days.ts";
import { testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { freshNetwork, testMessages } from "../support/messages.ts";
import { resendAccount } from "../support/resend-account.ts";

const API = "https://api.mail.example";
const config = readConfig({ ...env, ...resendAccount, RESEND_API: API, PUBLIC_ORIGIN: "https://k.example" });
const messages = testMessages(config);
const ANN = { address: "Ann@id.example", domain: "id.example" };

const mail = (changes: Partial<Extract<Message, Mailed>> = {}): Extract<Message, Mailed> => ({
  id: crypto.randomUUID(),
  to: ANN,
  channel: "email",
  network: null,
  reserved: null,
  language: "en",
  text: { kind: "promotional", subject: "News", text: "Hello.", origin: "https://k.example" },
  expiresAt: Date.now() + 3_600_000,
  ...changes,
});
const service = { kind: "service", subject: "Notice", text: "A new notice.", origin: "https://k.example" } as const;
const outboxOf = async (address = "ann@id.example") =>
  env.OUTBOXES.getByName(await testVault().keyedHash("recipient", address));
const status = () => new DeliveryRecords(env.DB).readStatus(dayOf(Date.now()));

beforeEach(async () => {
  await emptyStores();
});
afterEach(() => vi.restoreAllMocks());

/** What Resend was asked for, and answers: the last reply again where there are no more. */
function resend(...replies: (() => Response | Promise<Response>)[]) {
  const asked: { url: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const last = replies.at(-1) ?? (() => Response.json({ id: "x" }));
  vi.spyOn(globalThis, "fetch").mockImplementation(async (to, init) => {
    if (init?.method === "HEAD") return new Response(null, { status: 404 });
    const text = typeof init?.body === "string" ? init.body : "{}";
    const url = typeof to === "string" ? to : "";
    asked.push({ url, headers: new Headers(init?.headers), body: JSON.parse(text) });
    return (replies.shift() ?? last)();
  });
  return asked;
}

/** Sends, and runs the outbox with Resend as often as said. */
async function deliver(message: Extract<Message, Mailed>, times = 1): Promise<Record<string, unknown>[]> {
  const stub = await outboxOf(message.to.address.toLowerCase());
  const outboxes = {
    getByName: () => ({
      // Its own alarm, with the log of development, never comes: here the test says when.
      accept: (letter: Letter, now: number) =>
        runInDurableObject(stub, async (_, state) => {
          const accepted = new Outbox(state, env, config).accept(letter, now);
          await state.storage.deleteAlarm();
          return accepted;
        }),
    }),
  } as unknown as typeof env.OUTBOXES;
  const carried = new Messages({ vault: testVault(), outboxes, counters: env.MESSAGE_COUNTERS, config });
  expect(await carried.send(message, Date.now())).toEqual({ ok: true });
  return runInDurableObject(stub, async (_, state) => {
    const outbox = new Outbox(state, env, config);
    for (let time = 0; time < times; time += 1) {
      state.storage.sql.exec("UPDATE message SET due = 0 WHERE state = 'waiting'");
      await outbox.alarm();
    }
    await state.storage.deleteAlarm();
    return state.storage.sql.exec("SELECT * FROM message").toArray();
  });
}

describe("an e-mail", () => {
  it("goes to Resend as text and HTML with what ends it, under an id that repeats are known by", async () => {
    const asked = resend();
    const [row] = await deliver(mail(), 3);
    expect(row).toMatchObject({ state: "accepted", sealed: null, channel: "email", country: "" });
    expect(JSON.stringify(row)).not.toMatch(/ann@|id\.example|Hello/i);
    expect(asked).toHaveLength(1);
    const [{ url, headers, body } = { url: "", headers: new Headers(), body: {} }] = asked;
    expect(url).toBe(`${API}/emails`);
    expect(headers.get("authorization")).toBe(`Bearer ${resendAccount.RESEND_API_KEY}`);
    const delivery = await testVault().keyedHash("delivery", String(row?.["id"]));
    expect(headers.get("idempotency-key")).toBe(delivery);
    expect(headers.get("user-agent")).toBeTruthy();
    expect(body).toMatchObject({
      from: "Konnections <hello@k.example>",
      to: ["Ann@id.example"],
      subject: "News",
      text: expect.stringContaining("Hello."),
      html: expect.stringContaining("<p>Hello.</p>"),
      headers: {
        "List-Unsubscribe": expect.stringMatching(/^<https:\/\/k\.example\/u\/[A-Za-z0-9_-]{44}>$/),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      },
      tags: [
        { name: "message", value: delivery },
        { name: "kind", value: "promotional" },
        { name: "day", value: String(dayOf(Date.now())) },
      ],
    });
    expect((await status()).counts).toMatchObject([{ channel: "email", outcome: "accepted", count: 1 }]);
  });

  it.each<[string, () => Response | Promise<Response>, object, number]>([
    ["a rate limit", () => new Response("{}", { status: 429 }), { state: "accepted" }, 2],
    ["a wrong key", () => new Response("{}", { status: 401 }), { state: "accepted" }, 2],
    ["a domain that is not verified yet", () => new Response("{}", { status: 403 }), { state: "accepted" }, 2],
    ["its twin under way", () => new Response("{}", { status: 409 }), { state: "accepted" }, 2],
    // Tried again: Resend knows a repeat by its key.
    ["a 500", () => new Response("{}", { status: 500 }), { state: "accepted" }, 2],
    ["a cut connection", () => Promise.reject(new TypeError("cut")), { state: "accepted" }, 2],
    ["a redirect", () => new Response(null, { status: 307 }), { state: "accepted" }, 2],
    ["a refusal", () => new Response("{}", { status: 422 }), { state: "refused", error: 422 }, 1],
  ])("survives or ends after %s", async (_, reply, expected, requests) => {
    const asked = resend(reply, () => Response.json({ id: "x" }));
    const [row] = await deliver(mail(), 3);
    expect(row).toMatchObject(expected);
    expect(asked).toHaveLength(requests);
    expect(new Set(asked.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  });

  it("to a mailbox is counted by its domain and the budget of announcements, and by nobody's network", async () => {
    resend();
    const window = { soft: 1, hard: 2, reserve: 0 };
    const limits = { ...config.messageLimits, domain: { hour: window, day: window } };
    const limited = testMessages({ ...config, messageLimits: limits });
    const to = (n: number, domain: string) => ({ address: `${n}@${domain}`, domain });
    const send = (n: number, domain = "one.example") => limited.send(mail({ to: to(n, domain) }), Date.now());
    expect([await send(1), await send(2)]).toEqual([{ ok: true }, { ok: true }]);
    expect(await send(3)).toMatchObject({ ok: false, reason: "over", by: "domain", allows: 2 });
    expect(await send(4, "two.example")).toEqual({ ok: true });
    const spent = await limited.spending(Date.now());
    expect(spent).toMatchObject({ spent: 0, campaigns: { spent: 3000 } });
    const poor = { hour: null, day: { soft: 4000, hard: 4000, reserve: 0 } };
    const budgeted = testMessages({ ...config, messageLimits: { ...config.messageLimits, campaigns: poor } });
    const again = (n: number) => budgeted.send(mail({ to: to(n, "three.example") }), Date.now());
    expect(await again(1)).toEqual({ ok: true });
    expect(await again(2)).toMatchObject({ ok: false, reason: "over", by: "campaigns" });
  });

  it("of promotion ends where its recipient said so, in whatever case the address is written; of the service it goes on", async () => {
    resend();
    await messages.end({ address: "ANN@ID.EXAMPLE", domain: "id.example" }, "said");
    expect(await messages.send(mail(), Date.now())).toEqual({ ok: false, reason: "opted-out" });
    expect(await messages.send(mail({ text: service }), Date.now())).toEqual({ ok: true });
    await messages.end(ANN, "gone");
    await messages.end(ANN, "said");
    expect(await messages.send(mail({ text: service }), Date.now())).toEqual({ ok: false, reason: "opted-out" });
  });

  it("that waits is withdrawn with the consent, and with the end", async () => {
    const asked = resend(() => new Response("{}", { status: 429 }));
    await deliver(mail());
    await messages.withdrawAll(ANN, "promotional");
    await runInDurableObject(await outboxOf(), (_, { storage }) => storage.setAlarm(Date.now() + 600_000));
    const rows = await runInDurableObject(await outboxOf(), (_, { storage }) =>
      storage.sql.exec("SELECT state, sealed FROM message").toArray(),
    );
    expect(rows).toEqual([{ state: "expired", sealed: null }]);
    expect(asked).toHaveLength(1);
  });

  it("is ended by its link, and by nothing that looks like one", async () => {
    const asked = resend();
    await deliver(mail());
    const link = /<(.*)>/.exec(JSON.stringify(asked[0]?.body["headers"]))?.[1] ?? "";
    const token = link.slice(link.lastIndexOf("/") + 1);
    const forged = [token.slice(1), `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, "A".repeat(44), ""];
    for (const text of forged) {
      expect([await messages.isStopLink(text), await messages.endByLink(text)]).toEqual([false, false]);
    }
    expect(await messages.isStopLink(token)).toBe(true);
    expect((await messages.held(ANN)).ended).toBeNull();
    expect([await messages.endByLink(token), await messages.endByLink(token)]).toEqual([true, true]);
    expect((await messages.held(ANN)).ended).toBe("said");
  });

  it("of promotion is not carried by Cloudflare's binding; of the service it is", async () => {
    const sender = { name: null, address: "hello@k.example" };
    const cloudflare = testMessages({ ...config, mail: { provider: "cloudflare", sender } });
    expect([cloudflare.carriesMail("promotional"), cloudflare.carriesMail("service")]).toEqual([false, true]);
    expect(await cloudflare.send(mail(), Date.now())).toEqual({ ok: false, reason: "not-configured" });
    expect(await cloudflare.send(mail({ text: service }), Date.now())).toEqual({ ok: true });
    const none = testMessages({ ...config, mail: { provider: "none" } });
    expect(await none.send(mail({ text: service }), Date.now())).toEqual({ ok: false, reason: "not-configured" });
  });
});

describe("Cloudflare's binding", () => {
  const parcel: Parcel = {
    id: "d".repeat(22) as DeliveryId,
    to: "ann@id.example",
    body: "Hello.",
    mail: { subject: "Notice", html: "<p>Hello.</p>", headers: {} },
    language: "en",
    kind: "service",
    channel: "email",
    country: "",
    day: 1,
    expiresAt: 1,
  };
  const account = { provider: "cloudflare", sender: { name: "Konnections", address: "hello@k.example" } } as const;

  it("takes a message of the platform's own form", async () => {
    expect(await new CloudflareMail(env.EMAIL, account).send(parcel)).toEqual({ outcome: "accepted" });
  });

  it.each([
    ["E_RATE_LIMIT_EXCEEDED", { outcome: "not-sent", waitMs: 0, error: 0 }],
    ["E_DAILY_LIMIT_EXCEEDED", { outcome: "not-sent", waitMs: 0, error: 0 }],
    ["E_SENDER_NOT_VERIFIED", { outcome: "not-sent", waitMs: 60_000, error: 0 }],
    ["E_RECIPIENT_SUPPRESSED", { outcome: "refused", error: 0, ended: "gone" }],
    ["E_VALIDATION_ERROR", { outcome: "refused", error: 0 }],
    ["E_HEADER_VALUE_INVALID", { outcome: "refused", error: 0 }],
    ["E_DELIVERY_FAILED", { outcome: "unknown" }],
    ["E_INTERNAL_SERVER_ERROR", { outcome: "unknown" }],
    [undefined, { outcome: "unknown" }],
  ])("that throws %s is understood", async (code, expected) => {
    const binding = { send: () => Promise.reject(Object.assign(new Error("told"), { code })) } as unknown as SendEmail;
    expect(await new CloudflareMail(binding, account).send(parcel)).toEqual(expected);
  });
});

it("what somebody asks for by telephone is still counted by their network", async () => {
  const window = { soft: 0, hard: 1, reserve: 0 };
  const limits = { ...config.messageLimits, network: { hour: window, day: window } };
  const limited = testMessages({ ...config, sms: { provider: "log" }, messageLimits: limits });
  const { network, channel, reserved } = { network: freshNetwork(), channel: "sms", reserved: null } as const;
  const to = { e164: "+13125550177", country: "US", type: "fixed-line-or-mobile", nationalFormat: "" } as never;
  const code = () => ({
    ...mail(),
    to,
    channel,
    network,
    reserved,
    text: { kind: "sign-in-code", code: "123456" } as const,
    id: crypto.randomUUID(),
  });
  expect(await limited.send(code(), Date.now())).toEqual({ ok: true });
  expect(await limited.send(code(), Date.now())).toMatchObject({ reason: "over", by: "network" });
});
