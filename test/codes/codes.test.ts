import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CodeAnswer, CodePurpose, CodeRequest, Codes } from "../../src/codes/codes.ts";
import type { PhoneNumber } from "../../src/numbers/number.ts";
import { isOutage } from "../../src/telemetry/store-failure.ts";
import { begin, challengeOf, phone, testAccounts, testCodes, testMessages } from "../support/accounts.ts";
import { testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { freshNetwork } from "../support/messages.ts";
import { solve } from "../support/proof.ts";

/**
 * The time of these tests: it stands still but for `pass`. Alarms, which go by the machine's clock, are far ahead of it, so
 * that each runs when a test runs it and never by itself.
 */
const NOW = Date.UTC(2100, 0, 4, 12);
const NUMBER = phone("+13125550123");

type Asked = Partial<CodeRequest> & { readonly now?: number; readonly codes?: Codes };

function request({ now = Date.now(), codes = testCodes(), ...asked }: Asked = {}): Promise<CodeAnswer> {
  const usual = { purpose: "sign-in", number: NUMBER, language: "en", channel: "sms" } as const;
  return codes.request({ ...usual, network: freshNetwork(), pay: { proof: null }, ...asked }, now);
}

async function good(asked: Asked = {}): Promise<Extract<CodeAnswer, { ok: true }>> {
  const answer = await request(asked);
  if (!answer.ok) throw new Error(answer.reason);
  return answer;
}

/** A proof for what a request owes. */
async function proofFor({ now = Date.now(), ...asked }: Asked = {}): Promise<string> {
  const owed = await request({ ...asked, now });
  if (owed.ok || owed.reason !== "price") throw new Error("nothing is owed");
  const { number = NUMBER, purpose = "sign-in" } = asked;
  return solve(await testCodes().work({ purpose, number: number.e164 }, owed.bits, now));
}

/** Asks with a ticket that was waited out: it is worth as much as a proof, and costs a test no work. */
async function paid(asked: Asked = {}): Promise<CodeAnswer> {
  const { now = Date.now(), number = NUMBER, purpose = "sign-in" } = asked;
  const { ticket } = await testCodes().wait({ purpose, number: number.e164 }, 21, now - 60_000);
  expect(await request(asked)).toMatchObject({ reason: "price" });
  return request({ ...asked, pay: { ticket } });
}

const prove = (challengeId: string, code: string, purpose: CodePurpose = "sign-in", now = Date.now()) =>
  testCodes().prove(purpose, challengeId, code, now);

const rows = async (number = NUMBER, table = "counts"): Promise<Record<string, unknown>[]> =>
  runInDurableObject(await challengeOf(number.e164), (_, { storage: { sql } }) =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'counts'").toArray().length === 0
      ? []
      : sql.exec(`SELECT * FROM ${table}`).toArray(),
  );

/** Time passes, and objects notice when they are asked or their alarms run. */
const pass = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

/** Runs the alarms that send what was asked for a number. */
async function deliver({ e164 }: PhoneNumber): Promise<void> {
  for (const purpose of ["sign-in", "ownership"] as const)
    await runDurableObjectAlarm(await challengeOf(e164, purpose));
  await runDurableObjectAlarm(env.OUTBOXES.getByName(await testVault().keyedHash("recipient", e164)));
  // What is sent later is logged later.
  pass(1);
}

/** Codes that were sent to a number by now, oldest first. */
async function codesTo(number = NUMBER): Promise<string[]> {
  await deliver(number);
  const logged = await testMessages().logged(number.e164);
  return logged.flatMap(({ body }) => /\b\d{6,9}\b/.exec(body)?.[0] ?? []);
}
const codeTo = async (number?: PhoneNumber): Promise<string> => (await codesTo(number)).at(-1) ?? "";
const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

/** Counts so many messages to a range as somebody else's, without a number of this file's getting any. */
async function fill(range: string, messages: number, now: number): Promise<void> {
  for (let n = 0; n < messages; n += 1) {
    const to = phone(`${range}${4000 + n}`);
    const about = { to, language: "en", channel: "sms", network: freshNetwork(), reserved: null } as const;
    const text = { kind: "sign-in-code", code: "000000" } as const;
    const sent = await testMessages().send({ ...about, id: crypto.randomUUID(), text, expiresAt: now + 600_000 }, now);
    expect(sent.ok).toBe(true);
  }
}

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  await emptyStores();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("codes", () => {
  it("asked for at once by one network are one message and one challenge", async () => {
    const network = freshNetwork();
    const answers = await Promise.all(Array.from({ length: 50 }, () => good({ network })));
    expect(await codesTo()).toHaveLength(1);
    expect(await codesTo()).toHaveLength(1);
    expect(await rows(NUMBER, "challenge")).toHaveLength(1);
    expect((await prove(answers[37]?.challengeId ?? "", await codeTo())).ok).toBe(true);
  });

  it("asked for at once by fifty networks are one message; more than are free are paid for", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => request()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(8);
    expect(answers.filter((answer) => !answer.ok && answer.reason === "price")).toHaveLength(42);
    expect(await codesTo()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ asked: 8, codes: 1 }]);
  });

  it("prove their number for their purpose, once, until they expire", async () => {
    const now = Date.now();
    const { challengeId } = await good();
    const code = await codeTo();
    expect(await prove(challengeId, code, "ownership")).toEqual({ ok: false, reason: "expired" });
    expect(await prove(challengeId, code, "sign-in", now + 700_000)).toEqual({ ok: false, reason: "expired" });
    expect(await prove(challengeId, code, "sign-in", now + 599_000)).toEqual({ ok: true, number: NUMBER.e164 });
    expect(await prove(challengeId, code)).toEqual({ ok: false, reason: "used-up" });
  });

  it("leave the victim's challenge its own five tries, whatever a stranger does with his", async () => {
    const stranger = await good();
    const victim = await good();
    const code = await codeTo();
    expect(await codesTo()).toHaveLength(1);
    for (let n = 0; n < 5; n += 1)
      expect(await prove(stranger.challengeId, otherThan(code))).toMatchObject({ reason: "wrong" });
    expect(await prove(stranger.challengeId, code)).toEqual({ ok: false, reason: "used-up" });
    expect(await prove(victim.challengeId, code)).toEqual({ ok: true, number: NUMBER.e164 });
  });

  it("count parallel tries one by one", async () => {
    const { challengeId } = await good();
    const code = await codeTo();
    const tries = await Promise.all(Array.from({ length: 20 }, () => prove(challengeId, otherThan(code))));
    expect(tries.filter((tried) => !tried.ok && tried.reason === "wrong")).toHaveLength(5);
  });

  it("say what they are for, and go out for each purpose", async () => {
    await good({ purpose: "ownership" });
    await codeTo();
    const [logged] = await testMessages().logged(NUMBER.e164);
    expect(logged?.kind).toBe("ownership-code");
    await good();
    expect(await codesTo()).toHaveLength(2);
  });

  it("are six digits, any of them, and nine where they were paid for", async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 12; n += 1) {
      const number = phone(`+1312${600 + n}1000`);
      await good({ number });
      seen.add(await codeTo(number));
    }
    for (const code of seen) expect(code).toMatch(/^\d{6}$/);
    expect(seen.size).toBeGreaterThan(10);
    await fill("+1415555", 15, Date.now());
    const dear = phone("+14155551000");
    const answer = await paid({ number: dear });
    const code = await codeTo(dear);
    expect(code).toMatch(/^\d{9}$/);
    expect(answer.ok && (await prove(answer.challengeId, code)).ok).toBe(true);
  });

  it("are not sent where the operator does not send, nor to what earns by it", async () => {
    const ask = (number: string, codes = testCodes()) => request({ now: NOW, number: phone(number), codes });
    const served = testCodes({ smsCountries: new Set(["GB"]) });
    expect(await ask("+13125550123", served)).toEqual({ ok: false, reason: "not-served", why: "country" });
    expect((await ask("+447400123456", served)).ok).toBe(true);
    expect(await ask("+19002345678")).toEqual({ ok: false, reason: "not-served", why: "kind" });
    expect(await ask("+80012345678")).toEqual({ ok: false, reason: "not-served", why: "kind" });
    expect(await rows()).toEqual([]);
  });
});

describe("what has to be paid", () => {
  it("is the same for every asker and number of a range that strangers asked codes for, and stores nothing", async () => {
    await fill("+1312555", 15, NOW);
    const [known, unknown] = [phone("+13125550123"), phone("+13125550124")];
    await begin(known.e164, "phone", Date.now());
    for (const number of [known, unknown]) {
      expect(await request({ number, now: NOW })).toEqual({
        ok: false,
        reason: "price",
        bits: 17,
        quota: { name: "codes", allows: 5, window: 86_400 },
        retryAfter: 3600,
      });
      expect(await rows(number)).toEqual([]);
      expect((await paid({ number, now: NOW })).ok).toBe(true);
    }
  });

  it("is paid once, for this number and purpose, in time, and in full", async () => {
    await fill("+1312555", 15, NOW);
    const asked = { now: NOW };
    const reasonOf = async (more: Asked): Promise<string> => {
      const answer = await request({ ...asked, ...more });
      return answer.ok ? "ok" : answer.reason;
    };
    const proof = await proofFor(asked);
    // Of another number, another purpose, too late, with a nonce that is worth less, and nothing of ours.
    expect(await reasonOf({ pay: { proof }, number: phone("+13125550124") })).toBe("price");
    expect(await reasonOf({ pay: { proof }, purpose: "ownership" })).toBe("price");
    expect(await reasonOf({ pay: { proof }, now: NOW + 300_000 })).toBe("price");
    const work = { purpose: "sign-in", number: NUMBER.e164 } as const;
    const cheap = await testCodes().work(work, 17, NOW);
    for (const less of [`${cheap.challenge}.0`, cheap.challenge, `${proof}x`, `.${proof}`, "", "x.y"]) {
      expect(await reasonOf({ pay: { proof: less } })).toBe("price");
    }
    // A challenge of fewer bits than are asked now.
    expect(await reasonOf({ pay: { proof: solve(await testCodes().work(work, 12, NOW)) } })).toBe("price");
    const both = await Promise.all([reasonOf({ pay: { proof } }), reasonOf({ pay: { proof } })]);
    expect(both.toSorted()).toEqual(["ok", "price"]);
    await evictDurableObject(await challengeOf(NUMBER.e164));
    expect(await reasonOf({ pay: { proof } })).toBe("price");
  });

  it("is waited out by a page's visitor: not before its time, once, and for one number", async () => {
    await fill("+1312555", 15, NOW);
    const bought = { purpose: "sign-in", number: NUMBER.e164 } as const;
    const { ticket, notBefore } = await testCodes().wait(bought, 17, NOW);
    expect(notBefore).toBe(NOW + 15_000);
    expect((await testCodes().wait(bought, 21, NOW)).notBefore).toBe(NOW + 60_000);
    const pay = { ticket };
    const ok = async (more: Asked): Promise<boolean> => (await request({ pay, now: notBefore, ...more })).ok;
    expect(await ok({ now: notBefore - 1 })).toBe(false);
    expect(await ok({ now: notBefore + 600_000 })).toBe(false);
    expect(await ok({ number: phone("+13125550124") })).toBe(false);
    // A ticket is no proof, whatever is put behind it, and what is to be worked on no ticket.
    expect(await ok({ pay: { proof: `${ticket}.0` } })).toBe(false);
    const { challenge } = await testCodes().work(bought, 21, notBefore);
    expect(await ok({ pay: { ticket: challenge } })).toBe(false);
    expect([await ok({}), await ok({})]).toEqual([true, false]);
  });

  it("is owed of a number that gets many, and erasing what it has does not make it free again", async () => {
    for (let n = 0; n < 8; n += 1) await good();
    const { accountId } = await begin(NUMBER.e164, "phone", NOW);
    expect(await testAccounts().accounts.erase(accountId, NOW)).toBe(true);
    await testMessages().erase(NUMBER.e164);
    await evictDurableObject(await challengeOf(NUMBER.e164));
    expect(await request()).toMatchObject({ reason: "price", quota: { name: "codes", allows: 5 } });
  });
});

describe("room that strangers cannot use up", () => {
  /** More than strangers may have: of a range of 10,000 numbers in an hour. */
  const HARD = 60;
  const kindsTo = async ({ e164 }: PhoneNumber): Promise<string[]> =>
    (await testMessages().logged(e164)).map(({ kind }) => kind).toSorted();

  it("is a member's and an owner's; nobody is told: the answers are the same, and others wait", async () => {
    const [member, other] = [phone("+13125550123"), phone("+13125550124")];
    await begin(member.e164, "phone", Date.now());
    await fill("+1312555", HARD, Date.now());
    const challenges = new Map<string, string>();
    const shapes = new Set<string>();
    // In time whoever asks again is answered alike, too: at once, and when another code is due.
    for (const later of [0, 10_000, 40_000]) {
      vi.setSystemTime(NOW + later);
      for (const number of [member, other]) {
        const answer = await paid({ number });
        if (!answer.ok) throw new Error(answer.reason);
        const { challengeId, ...rest } = answer;
        shapes.add(JSON.stringify([later, challengeId.length, rest]));
        challenges.set(number.e164, challengeId);
      }
    }
    expect([...shapes]).toHaveLength(3);
    expect((await paid({ number: other, purpose: "ownership" })).ok).toBe(true);
    expect(await codesTo(member)).toEqual([expect.stringMatching(/^\d{9}$/), expect.stringMatching(/^\d{9}$/)]);
    // The older one has waited, and leaves by the room of what waited; the newer one waits, armed.
    expect(await codesTo(other)).toHaveLength(2);
    expect(await kindsTo(other)).toEqual(["ownership-code", "sign-in-code"]);
    const waiting = (await rows(other, "code")).filter(({ letter }) => letter !== null);
    expect(waiting).toMatchObject([{ leftAt: null, letter: expect.stringMatching(/^[\w-]{100,}$/) }]);
    pass(15_000);
    const codes = await codesTo(other);
    expect(await kindsTo(other)).toEqual(["ownership-code", "sign-in-code", "sign-in-code"]);
    const proved = await Promise.all(codes.map((code) => prove(challenges.get(other.e164) ?? "", code)));
    expect(proved.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it("is not used up for members by whoever asks to prove numbers, and nobody is refused for it", async () => {
    const member = phone("+13125550177");
    await begin(member.e164, "phone", Date.now());
    await fill("+1312555", HARD, Date.now());
    let sent = 0;
    for (let n = 0; n < 14; n += 1) {
      const number = phone(`+1312555${6000 + n}`);
      expect((await paid({ number, purpose: "ownership" })).ok).toBe(true);
      sent += (await codesTo(number)).length;
    }
    // All that owners have; the others wait.
    expect(sent).toBe(10);
    const answer = await paid({ number: member });
    if (!answer.ok) throw new Error(answer.reason);
    expect(await prove(answer.challengeId, await codeTo(member))).toEqual({ ok: true, number: member.e164 });
  });
});

describe("a number's own room", () => {
  it("is six codes a day: what is asked for again and again uses up little of what is all members'", async () => {
    const member = phone("+13125550177");
    await begin(member.e164, "phone", NOW);
    await fill("+1312555", 60, NOW);
    const came: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      vi.setSystemTime(NOW + n * 300_000);
      expect((await paid({ number: member })).ok).toBe(true);
      came.push((await codesTo(member)).length);
    }
    expect(came).toEqual([1, 2, 3, 4, 5, 6, 6, 6]);
    expect(await rows(member)).toMatchObject([{ reserved: 6 }]);
  });
});

describe("a challenge's object", () => {
  it("sends by its alarm what it could not send before it died, once", async () => {
    const { challengeId } = await good();
    const stub = await challengeOf(NUMBER.e164);
    await evictDurableObject(stub);
    expect(await testMessages().logged(NUMBER.e164)).toEqual([]);
    expect(await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())).toBe(NOW);
    const code = await codeTo();
    expect(await codesTo()).toHaveLength(1);
    await evictDurableObject(stub);
    expect(await prove(challengeId, code)).toEqual({ ok: true, number: NUMBER.e164 });
  });

  it("keeps nothing in clear, and forgets a code after ten minutes, everything after the day", async () => {
    await good({ now: NOW });
    const kept = JSON.stringify([await rows(), await rows(NUMBER, "code"), await rows(NUMBER, "challenge")]);
    expect(kept).not.toContain("3125550123");
    expect(kept).not.toMatch(/10\.\d+\.\d+/);
    expect(await rows(NUMBER, "code")).toMatchObject([{ hash: expect.stringMatching(/^[\w-]{22}$/) }]);

    const later = phone("+13125550188");
    await good({ number: later, now: Date.now() - 21 * 60_000 });
    await runDurableObjectAlarm(await challengeOf(later.e164));
    expect([await rows(later, "code"), await rows(later, "challenge")]).toEqual([[], []]);

    const old = phone("+13125550199");
    await good({ number: old, now: Date.now() - 2 * 86_400_000 });
    await runDurableObjectAlarm(await challengeOf(old.e164));
    expect(await rows(old)).toEqual([]);
  });

  it("that has a bug is no outage", async () => {
    await runInDurableObject(await challengeOf(NUMBER.e164), (_, { storage }) =>
      storage.sql.exec("CREATE TABLE counts (x)"),
    );
    const thrown: unknown = await request({ now: NOW }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(isOutage(thrown)).toBe(false);
  });

  it("leaves nothing behind when it is only asked", async () => {
    expect(await prove("nonsense", "123456")).toEqual({ ok: false, reason: "expired" });
    const handle = `${NUMBER.e164} invented invented`;
    const sealed = await testVault().sealText({ table: "challenges", id: "handle/sign-in" }, handle);
    expect(await prove(sealed, "123456")).toEqual({ ok: false, reason: "expired" });
    expect(await rows()).toEqual([]);
  });
});

it("15 codes that a stranger asks for leave the others of a range of 10,000 able to sign in and to prove their number", async () => {
  for (let n = 0; n < 15; n += 1) {
    const number = phone(`+1312555${2000 + n}`);
    await good({ number });
    expect(await codesTo(number)).toHaveLength(1);
  }
  for (const purpose of ["sign-in", "ownership"] as const) {
    const number = phone("+13125559999");
    const before = (await testMessages().logged(number.e164)).length;
    const answer = await paid({ number, purpose });
    if (!answer.ok) throw new Error(answer.reason);
    const codes = await codesTo(number);
    expect(codes).toHaveLength(before + 1);
    const proved = await Promise.all(codes.map((code) => prove(answer.challengeId, code, purpose)));
    expect(proved.some((one) => one.ok && one.number === number.e164)).toBe(true);
  }
});
