import { env } from "cloudflare:workers";
import {
  applyD1Migrations,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { Challenge } from "../../src/accounts/challenge-object.ts";
import type { CodeAnswer, CodePurpose } from "../../src/accounts/codes.ts";
import type { Outbox } from "../../src/messaging/outbox-object.ts";
import { challengeOf, phone, testCodes, testMessages } from "../support/accounts.ts";
import { testVault } from "../support/directory.ts";
import { freshNetwork } from "../support/messages.ts";

/** Far ahead: alarms of these tests' objects wait, and the outbox keeps what it was given. */
const NOW = Date.UTC(2100, 0, 4, 12);
const NUMBER = phone("+13125550123");
const how = () => ({ channel: "sms", language: "en", network: freshNetwork() }) as const;

const request = (now: number, purpose: CodePurpose = "sign-in", number = NUMBER): Promise<CodeAnswer> =>
  testCodes().request({ purpose, number, ...how() }, now);
async function good(answer: Promise<CodeAnswer>): Promise<Extract<CodeAnswer, { ok: true }>> {
  const answered = await answer;
  if (!answered.ok) throw new Error(answered.reason);
  return answered;
}
const messages = async (number = NUMBER): Promise<number> => (await testMessages().held(number.e164)).messages.length;
const rows = async (number = NUMBER): Promise<Record<string, unknown>[]> =>
  runInDurableObject(await challengeOf(number.e164), (_, { storage: { sql } }) =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'challenge'").toArray().length === 0
      ? []
      : sql.exec("SELECT * FROM challenge").toArray(),
  );

/** The code in the development outbox, sent by the clock. */
async function codeTo(number = NUMBER, nth = 0): Promise<string> {
  for (let waited = 0; waited < 100; waited += 1) {
    const logged = await testMessages().logged(number.e164);
    const code = /\b\d{6}\b/.exec(logged[nth]?.body ?? "")?.[0];
    if (code !== undefined) return code;
    await scheduler.wait(50);
  }
  throw new Error("no code came");
}

beforeEach(async () => {
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe("codes", () => {
  it("go out five times a day and purpose, each time later, then not before tomorrow", async () => {
    let now = NOW;
    for (const wait of [30, 60, 300, 300, 300]) {
      expect(await good(request(now))).toMatchObject({ expiresIn: 600, resendAfter: wait });
      expect(await good(request(now + 1000))).toMatchObject({ expiresIn: 599, resendAfter: wait - 1 });
      now += wait * 1000;
    }
    expect(await messages()).toBe(5);
    const refused = await request(now);
    expect(refused).toMatchObject({
      ok: false,
      reason: "too-many",
      quota: { name: "codes", allows: 5, window: 86_400 },
    });
    // Another purpose has a budget of its own.
    expect((await request(now, "ownership")).ok).toBe(true);
    expect((await request(Date.UTC(2100, 0, 5))).ok).toBe(true);
  });

  it("asked for at once, by fifty networks, are one", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => good(request(NOW))));
    expect(new Set(answers.map(({ resendAfter }) => resendAfter))).toEqual(new Set([30]));
    expect(await messages()).toBe(1);
  });

  it("asked for at once when another one is due are one more", async () => {
    await request(NOW);
    await Promise.all(Array.from({ length: 50 }, () => good(request(NOW + 30_000))));
    expect(await messages()).toBe(2);
  });

  it("prove their number for their purpose, once, until they expire", async () => {
    const now = Date.now();
    const { challengeId } = await good(request(now));
    const code = await codeTo();
    expect(await testCodes().prove("ownership", challengeId, code, now)).toEqual({ ok: false, reason: "expired" });
    expect(await testCodes().prove("sign-in", challengeId, code, now + 600_000)).toEqual({
      ok: false,
      reason: "expired",
    });
    expect(await testCodes().prove("sign-in", challengeId, code, now + 599_000)).toEqual({
      ok: true,
      number: NUMBER.e164,
    });
    expect(await testCodes().prove("sign-in", challengeId, code, now)).toEqual({ ok: false, reason: "used-up" });
  });

  it("go out all the same while as many links as may wait are waiting", async () => {
    for (let n = 0; n < 12; n += 1) {
      const text = { kind: "picture-link", link: "https://id.example/i/x" } as const;
      const to = { to: NUMBER, reserved: false, ...how() } as const;
      const sent = await testMessages().send({ id: `link ${n}`, ...to, text, expiresAt: NOW + 600_000 }, NOW);
      expect(sent.ok).toBe(n < 10);
    }
    expect((await request(NOW)).ok).toBe(true);
    expect(await messages()).toBe(11);
  });

  it("say what they are for", async () => {
    await good(request(Date.now(), "ownership"));
    await codeTo();
    const [logged] = await testMessages().logged(NUMBER.e164);
    expect(logged?.kind).toBe("ownership-code");
  });

  it("are six digits, any of them", async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 12; n += 1) {
      const number = phone(`+1312555${1000 + n}`);
      await good(request(Date.now(), "sign-in", number));
      seen.add(await codeTo(number));
    }
    for (const code of seen) expect(code).toMatch(/^\d{6}$/);
    expect(seen.size).toBeGreaterThan(10);
  });

  it("guessed over as many challenges as a day gives bear 25 tries, and the right one afterwards is too late", async () => {
    let now = NOW;
    let wrong = 0;
    let challengeId = "";
    for (let ask = 0; ask < 8; ask += 1) {
      const answer = await request(now);
      if (answer.ok) ({ challengeId } = answer);
      for (let guess = 0; guess < 8; guess += 1) {
        const proof = await testCodes().prove("sign-in", challengeId, `99999${guess}`, now);
        if (!proof.ok && proof.reason === "wrong") wrong += 1;
      }
      now += 300_000;
    }
    // One of them may have been right: in 25 of a million runs.
    expect(wrong).toBe(25);
  });

  it("of an earlier challenge are good no more once another one went out", async () => {
    const now = Date.now();
    const { challengeId } = await good(request(now));
    const code = await codeTo();
    await good(request(now + 30_000));
    expect(await testCodes().prove("sign-in", challengeId, code, now + 30_000)).toEqual({
      ok: false,
      reason: "expired",
    });
  });

  it("are not sent where the operator does not send, nor to what earns by it", async () => {
    const ask = (codes: ReturnType<typeof testCodes>, number: string) =>
      codes.request({ purpose: "sign-in", number: phone(number), ...how() }, NOW);
    const served = testCodes({ smsCountries: new Set(["GB"]) });
    expect(await ask(served, "+13125550123")).toEqual({ ok: false, reason: "not-served", why: "country" });
    expect((await ask(served, "+447400123456")).ok).toBe(true);
    expect(await ask(testCodes(), "+19002345678")).toEqual({ ok: false, reason: "not-served", why: "kind" });
    expect(await ask(testCodes(), "+80012345678")).toEqual({ ok: false, reason: "not-served", why: "kind" });
    expect(await rows()).toEqual([]);
  });

  it("are braked by the range of numbers, and what is refused counts nowhere else", async () => {
    for (let n = 0; n < 60; n += 1) expect((await request(NOW, "sign-in", phone(`+1312555${2000 + n}`))).ok).toBe(true);
    const refused = phone("+13125552999");
    expect(await request(NOW, "sign-in", refused)).toMatchObject({
      ok: false,
      reason: "too-many",
      quota: { name: "range", allows: 60, window: 3600 },
      retryAfter: 3600,
    });
    expect(await rows(refused)).toEqual([]);
    expect(await messages(refused)).toBe(0);
    // The next hour lets it through, with its budget of the day whole.
    expect((await request(NOW + 3_600_000, "sign-in", refused)).ok).toBe(true);
  });

  it("that the outbox does not take cost neither the day's budget nor the brakes'", async () => {
    // Ten waiting codes of others fill a recipient's outbox.
    for (let n = 0; n < 12; n += 1) {
      const text = { kind: "ownership-code", code: "123456" } as const;
      const to = { to: NUMBER, reserved: false, ...how() } as const;
      await testMessages().send({ id: `filler ${n}`, ...to, text, expiresAt: NOW + 600_000 }, NOW);
    }
    for (let n = 0; n < 20; n += 1) {
      expect(await request(NOW)).toEqual({ ok: false, reason: "not-sent", retryAfter: 60 });
    }
    // Nobody who asks while the outbox is being asked is told of a code that does not go out.
    await runInDurableObject(await challengeOf(NUMBER.e164), async (_, state) => {
      const { promise: open, resolve: letGo } = Promise.withResolvers<void>();
      const { promise: asking, resolve: begun } = Promise.withResolvers<void>();
      /** The outboxes, which take their time. */
      const slow = {
        getByName: (name: string) => ({
          accept: async (...letter: Parameters<Outbox["accept"]>) => {
            begun();
            await open;
            return env.OUTBOXES.getByName(name).accept(...letter);
          },
        }),
      };
      const challenge = new Challenge(state, { ...env, OUTBOXES: slow as unknown as Env["OUTBOXES"] });
      const asked = { to: NUMBER, purpose: "sign-in", reserved: false, ...how() } as const;
      const first = challenge.request(asked, NOW);
      await asking;
      const second = challenge.request(asked, NOW);
      letGo();
      const refused = { ok: false, reason: "not-sent", refusal: { ok: false, reason: "full" } };
      expect(await Promise.all([first, second])).toEqual([refused, refused]);
    });
    expect(await rows()).toMatchObject([{ codes: 0, id: null, number: null, unsent: null }]);
  });
});

describe("a challenge's object", () => {
  it("sends by its alarm what it could not send before it died, once", async () => {
    const now = Date.now();
    await good(request(now));
    await codeTo();
    const stub = await challengeOf(NUMBER.e164);
    const name = await testVault().keyedHash("challenge", `sign-in\u0000${NUMBER.e164}`);
    // As it stands when it dies between its row and the outbox: another message is due, and nobody has it.
    const [row] = await rows();
    const letter = {
      id: "00000000-0000-4000-8000-00000000000a",
      to: NUMBER,
      purpose: "sign-in",
      reserved: false,
      ...how(),
      code: "123456",
      expiresAt: now + 600_000,
    };
    const sealed = await testVault().sealText(
      { table: "challenges", id: `${name}/${String(row?.["id"])}` },
      JSON.stringify(letter),
    );
    await runInDurableObject(stub, async (_, { storage }) => {
      storage.sql.exec("UPDATE challenge SET unsent = ?", sealed);
      await storage.setAlarm(Date.now() + 60_000);
    });
    await evictDurableObject(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await codeTo(NUMBER, 1)).toBe("123456");
    await runDurableObjectAlarm(stub);
    expect((await testMessages().logged(NUMBER.e164)).length).toBe(2);
  });

  it("keeps nothing in clear, and forgets a code after ten minutes, everything after the day", async () => {
    await good(request(NOW));
    const [row] = await rows();
    const text = JSON.stringify(row);
    expect(text).not.toContain("3125550123");
    expect(row).toMatchObject({ codes: 1, unsent: null, hash: expect.stringMatching(/^[\w-]{22}$/) });

    const later = phone("+13125550188");
    await good(request(Date.now() - 11 * 60_000, "sign-in", later));
    await runDurableObjectAlarm(await challengeOf(later.e164));
    expect(await rows(later)).toMatchObject([{ codes: 1, id: null, hash: null, number: null, unsent: null }]);

    const old = phone("+13125550199");
    await good(request(Date.now() - 2 * 86_400_000, "sign-in", old));
    await runDurableObjectAlarm(await challengeOf(old.e164));
    expect(await rows(old)).toEqual([]);
  });

  it("that fails is an outage", async () => {
    await runInDurableObject(await challengeOf(NUMBER.e164), (_, { storage }) =>
      storage.sql.exec("CREATE TABLE challenge (x)"),
    );
    await expect(request(NOW)).rejects.toThrow("objects failed");
  });

  it("leaves nothing behind when it is only asked", async () => {
    expect(await testCodes().prove("sign-in", "nonsense", "123456", NOW)).toEqual({ ok: false, reason: "expired" });
    expect(await rows()).toEqual([]);
  });
});
