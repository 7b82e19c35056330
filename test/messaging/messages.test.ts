import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { MessageLimits } from "../../src/message-limits.ts";
import type { Telephoned } from "../../src/messaging/message.ts";
import type { Message, SendAnswer } from "../../src/messaging/messages.ts";
import { priceOf } from "../../src/messaging/prices.ts";
import { phone } from "../support/accounts.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { codeMessage as code, MESSAGE_NOW as NOW } from "../support/code-message.ts";
import { freshNetwork, testMessages } from "../support/messages.ts";

const usual = readConfig({ ...env }).messageLimits;
const bounds = (soft: number, hard: number, reserve: number) => {
  const window = { soft, hard, reserve };
  return { hour: window, day: window };
};
const limited = (limits: Partial<MessageLimits>) => testMessages({ messageLimits: { ...usual, ...limits } });

const link = (changes: Partial<Message & Telephoned> = {}): Message =>
  code({ text: { kind: "picture-link", link: "https://k.example/i/x" }, ...changes });
const sent = (answers: readonly SendAnswer[]): number => answers.filter(({ ok }) => ok).length;
const times = (n: number): number[] => Array.from({ length: n }, (_, at) => at);

beforeEach(async () => {
  await emptyStores();
});

describe("messages", () => {
  it("sent at once stop at the day's budget, to the message", async () => {
    const price = priceOf("US", "sms");
    const money = { hour: null, day: { soft: 0, hard: 7 * price + price - 1, reserve: 6 * price } };
    const messages = limited({ money });
    const answers = await Promise.all(times(40).map(() => messages.send(code(), NOW)));
    expect(sent(answers)).toBe(7);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ reason: "over", by: "money", retryAfter: 43_200 });
    // What was refused was counted nowhere: the range has room, as before.
    const reserved = await Promise.all(times(10).map(() => messages.send(code({ reserved: "owners" }), NOW)));
    expect(sent(reserved)).toBe(2);
    const held = await Promise.all(times(51).map((n) => messages.held(phone(`+1312555${1000 + n}`).e164)));
    expect(held.flatMap((one) => one.messages)).toHaveLength(9);
    expect(sent([await messages.send(code(), NOW + 43_200_000)])).toBe(1);
  });

  it.each(["network", "operator", "range", "country"] as const)(
    "sent at once stop at the bound of a %s",
    async (by) => {
      const messages = limited({ [by]: bounds(1, 5, 6) });
      const network = freshNetwork();
      const where = () => (by === "network" || by === "operator" ? { network } : {});
      expect(sent(await Promise.all(times(20).map(() => messages.send(code(where()), NOW))))).toBe(5);
      expect(await messages.weigh({ ...code(where()), kind: "sign-in-code" }, NOW)).toMatchObject({ ok: false, by });
      for (const reserved of ["owners", "late", "members"] as const) {
        const own = () => code({ ...where(), reserved });
        expect(sent(await Promise.all(times(20).map(() => messages.send(own(), NOW))))).toBe(2);
      }
    },
  );

  it("that find room of their own are counted by it in every counter, and show where none is weighed", async () => {
    const messages = limited({ range: bounds(15, 15, 30) });
    for (let n = 0; n < 15; n += 1) expect((await messages.send(code(), NOW)).ok).toBe(true);
    // Of the asker's own network one more is free: a member's code must not use it, or it would tell who has an account.
    const network = freshNetwork();
    let numbers = 1000;
    const elsewhere = () => code({ network, to: phone(`+1415555${(numbers += 1)}`) });
    for (let n = 0; n < 9; n += 1) expect((await messages.send(elsewhere(), NOW)).ok).toBe(true);
    expect(sent([await messages.send(code({ network }), NOW)])).toBe(0);
    expect(sent([await messages.send(code({ network, reserved: "members" }), NOW)])).toBe(1);
    expect(await messages.weigh({ ...elsewhere(), kind: "sign-in-code" }, NOW)).toEqual({ ok: true, fullness: 0 });
  });

  it("weighed are told of the price above the soft bound, and counted nowhere", async () => {
    const messages = limited({ range: bounds(1, 3, 0) });
    const asked = { ...code(), kind: "sign-in-code" } as const;
    for (let n = 0; n < 5; n += 1) expect(await messages.weigh(asked, NOW)).toEqual({ ok: true, fullness: 0 });
    await messages.send(code(), NOW);
    expect(await messages.weigh(asked, NOW)).toEqual({ ok: true, fullness: 0.5 });
  });

  it("with links do not go into a range that codes have locked, and do not lock it for codes", async () => {
    const messages = limited({ range: bounds(15, 15, 0) });
    for (let n = 0; n < 15; n += 1) expect((await messages.send(code(), NOW)).ok).toBe(true);
    const links = await Promise.all(times(40).map(() => messages.send(link(), NOW)));
    expect(sent(links)).toBe(0);
    await emptyStores();
    const others = await Promise.all(times(40).map(() => messages.send(link(), NOW)));
    expect(sent(others)).toBe(15);
    expect(await messages.weigh({ ...code(), kind: "sign-in-code" }, NOW)).toEqual({ ok: true, fullness: 0 });
  });

  it("that are repeated, or refused by their outbox, cost nothing", async () => {
    const messages = limited({ range: bounds(12, 12, 0) });
    const one = code();
    for (let n = 0; n < 30; n += 1) expect(await messages.send(one, NOW)).toEqual({ ok: true });
    const to = phone("+13125550123");
    for (let n = 0; n < 30; n += 1) {
      expect(await messages.send(code({ to }), NOW)).toEqual(n < 10 ? { ok: true } : { ok: false, reason: "full" });
    }
    expect((await messages.send(code(), NOW)).ok).toBe(true);
    expect(await messages.send(code(), NOW)).toMatchObject({ reason: "over", by: "range" });
  });

  it("go to no country that is not named, and to no number that cannot have them", async () => {
    const nowhere = testMessages({ smsCountries: new Set() });
    expect(await nowhere.send(code(), NOW)).toEqual({ ok: false, reason: "not-served", why: "country" });
    const silent = testMessages({ sms: { provider: "none" } });
    expect(await silent.send(code(), NOW)).toEqual({ ok: false, reason: "not-configured" });
    const everywhere = testMessages({ smsCountries: null });
    const answers = async (to: string, channel: "sms" | "voice") =>
      (await everywhere.send(code({ to: phone(to), channel }), NOW)).ok;
    // Toll-free, premium, shared cost, a telephone on a wall, a mobile, and where a plan does not tell the last two.
    expect(await Promise.all(["+18002345678", "+19002345678"].map((to) => answers(to, "sms")))).toEqual([false, false]);
    expect(await Promise.all(["+18002345678", "+448431234567"].map((to) => answers(to, "voice")))).toEqual([
      false,
      false,
    ]);
    expect([await answers("+442079460123", "sms"), await answers("+442079460123", "voice")]).toEqual([false, true]);
    expect([await answers("+447400123456", "sms"), await answers("+447400123456", "voice")]).toEqual([true, true]);
    expect([await answers("+13125550123", "sms"), await answers("+13125550123", "voice")]).toEqual([true, true]);
  });
});
