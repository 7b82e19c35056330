import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { LIMITED_MS, NOTICE_MS } from "../../src/accounts/sessions/access-state.ts";
import { WRONG_A_DAY } from "../../src/accounts/sessions/pin-state.ts";
import type { SignedIn } from "../../src/accounts/sessions/sessions.ts";
import { begin, device, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { failing } from "../support/failing.ts";
import { ownershipOf, testOwners } from "../support/ownership.ts";

const NOW = Date.now();
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NUMBER = phone("+13125550123").e164;
const PIN = "493817";
const told: string[] = [];
const { accounts, sessions, newHolders } = testAccounts(undefined, async (account) => void told.push(account));

beforeEach(async () => {
  await emptyStores();
  told.length = 0;
});

const signIn = (id: string, now: number, pin?: string) =>
  sessions.begin(NUMBER, { device: device(id), noticeVersion: "1", pin }, now);
async function signedIn(id: string, now: number, pin?: string): Promise<SignedIn> {
  const begun = await signIn(id, now, pin);
  if (!begun.ok) throw new Error(begun.reason);
  return begun.signedIn;
}
const standing = ({ accountId, ...rest }: SignedIn, now: number) => accounts.standing(accountId, sessionOf(rest), now);
const setPin = (ann: SignedIn, pin: string | null, current: string | null = null, now = NOW) =>
  accounts.ask(ann.accountId, (its) => its.setPin(pin, current, now));
const tryPin = (ann: SignedIn, pin: string, by: "own" | "other" = "own", now = NOW) =>
  accounts.ask(ann.accountId, (its) => its.tryPin(pin, by, now));
const stop = (ann: SignedIn, pin: string, now: number) =>
  accounts.ask(ann.accountId, (its) => its.stopHandOver(pin, now));

describe("a device", () => {
  it("that the account does not know waits, and its devices are told", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    expect(ann).toMatchObject({ newAccount: true, access: "full" });
    expect(told).toEqual([]);
    const tablet = await signedIn("tablet", NOW);
    expect(tablet).toMatchObject({ accountId: ann.accountId, newAccount: false, access: "limited", pace: "calm" });
    expect(told).toEqual([ann.accountId]);
    expect([await standing(ann, NOW), await standing(tablet, NOW)]).toEqual(["full", "limited"]);
    const list = await sessions.list(ann.accountId, NOW);
    expect(list?.sessions.map(({ device: { id }, access }) => `${id} ${access}`).sort()).toEqual([
      "phone full",
      "tablet limited",
    ]);
  });

  it("is one of the account's when one of them approves it: at once, and at its next sign-in", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    const tablet = await signedIn("tablet", NOW);
    expect(await sessions.approve(ann.accountId, sessionOf(tablet), NOW)).toBe(true);
    expect(await standing(tablet, NOW)).toBe("full");
    expect((await signedIn("tablet", NOW)).access).toBe("full");
    expect(await sessions.approve(ann.accountId, "no session", NOW)).toBe(false);
  });

  it("is one of the account's with its PIN, and when seven days have passed", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    expect(await setPin(ann, PIN)).toBe("done");
    expect((await signedIn("tablet", NOW, PIN)).access).toBe("full");
    const laptop = await signedIn("laptop", NOW);
    const later = NOW + LIMITED_MS + HOUR_MS;
    expect(await standing(laptop, NOW + LIMITED_MS - HOUR_MS)).toBe("limited");
    expect(await standing(laptop, later)).toBe("full");
    expect(await sessions.refresh(laptop.refreshToken, {}, later)).not.toBeNull();
    expect((await signedIn("laptop", later)).access).toBe("full");
  });

  it("that is ended by another one waits again; one that signs out by itself does not", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    const tablet = await signedIn("tablet", NOW);
    await sessions.approve(ann.accountId, sessionOf(tablet), NOW);
    await sessions.end(ann.accountId, sessionOf(tablet), sessionOf(tablet));
    expect(await standing(tablet, NOW)).toBe("ended");
    const again = await signedIn("tablet", NOW);
    expect(again.access).toBe("full");
    await sessions.end(ann.accountId, sessionOf(ann), sessionOf(again));
    expect((await signedIn("tablet", NOW)).access).toBe("limited");
    // Also where nobody else is signed in.
    await sessions.end(ann.accountId, sessionOf(ann), sessionOf(ann));
    expect((await signedIn("stranger", NOW)).access).toBe("limited");
    expect((await signedIn("phone", NOW)).access).toBe("full");
  });

  it("that waits ends no session of the account's own, however often it signs in", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    for (let n = 0; n < 12; n += 1) await signedIn(`stranger ${n}`, NOW);
    expect(await standing(ann, NOW)).toBe("full");
    expect((await sessions.list(ann.accountId, NOW))?.sessions).toHaveLength(4);
  });

  it("does not keep the account by its own use", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    const stranger = await signedIn("stranger", NOW + 44 * DAY_MS);
    expect(stranger).toMatchObject({ accountId: ann.accountId, access: "limited" });
    expect(await sessions.refresh(stranger.refreshToken, {}, NOW + 46 * DAY_MS)).toMatchObject({ pace: "calm" });
    const then = NOW + 52 * DAY_MS;
    expect(await standing(stranger, then)).toBe("ended");
    expect((await signedIn("stranger", then)).newAccount).toBe(true);
  });
});

describe("a PIN", () => {
  it("is changed and taken away by who knows it", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    expect(await setPin(ann, null)).toBe("done");
    expect(await tryPin(ann, PIN)).toBe("none-set");
    expect(await setPin(ann, PIN)).toBe("done");
    expect(await setPin(ann, "1234")).toBe("wrong");
    expect(await setPin(ann, "1234", "0000")).toBe("wrong");
    expect(await setPin(ann, "1234", PIN)).toBe("done");
    expect([await tryPin(ann, PIN), await tryPin(ann, "1234")]).toEqual(["wrong", "right"]);
    expect(await setPin(ann, null, PIN)).toBe("wrong");
    expect(await setPin(ann, null, "1234")).toBe("done");
    expect(await tryPin(ann, "1234")).toBe("none-set");
  });

  it("bears five wrong tries a day, counted before they are answered, whoever dies in between", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await setPin(ann, PIN);
    const many = await Promise.all(Array.from({ length: 20 }, (_, n) => tryPin(ann, String(1000 + n))));
    expect(many.filter((one) => one === "wrong")).toHaveLength(WRONG_A_DAY);
    expect(many.filter((one) => one === "used-up")).toHaveLength(20 - WRONG_A_DAY);
    await evictDurableObject(await accounts.objectOf(ann.accountId));
    expect(await tryPin(ann, PIN)).toBe("used-up");
    expect(await tryPin(ann, PIN, "own", NOW + DAY_MS)).toBe("right");
  });

  it("is not used up for its devices by who signs in with the number, nor the other way round", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await setPin(ann, PIN);
    for (let n = 0; n < WRONG_A_DAY; n += 1) {
      expect(await signIn("stranger", NOW, `000${n}`)).toEqual({ ok: false, reason: "pin", why: "wrong" });
    }
    expect(await signIn("stranger", NOW, PIN)).toEqual({ ok: false, reason: "pin", why: "used-up" });
    expect(await tryPin(ann, PIN)).toBe("right");
    expect((await signedIn("stranger", NOW)).access).toBe("limited");
  });

  it("that is wrong at a sign-in, or of an account without one, begins no session and ends no account", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    expect(await signIn("phone", NOW, PIN)).toEqual({ ok: false, reason: "pin", why: "none-set" });
    await setPin(ann, PIN);
    const idle = NOW + 60 * DAY_MS;
    expect(await signIn("phone", idle, "0000")).toEqual({ ok: false, reason: "pin", why: "wrong" });
    const back = await signedIn("phone", idle, PIN);
    expect(back).toMatchObject({ accountId: ann.accountId, newAccount: false, access: "full" });
    // It is in use again.
    expect(await signedIn("phone", idle + 44 * DAY_MS)).toMatchObject({ newAccount: false, access: "full" });
  });

  it("stands nowhere: not in clear, not under a hash that its digits could be tried on", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await setPin(ann, PIN);
    const rows = await runInDurableObject(await accounts.objectOf(ann.accountId), (_, { storage: { sql } }) =>
      sql.exec("SELECT * FROM pin").toArray(),
    );
    const { salt, hash } = rows[0] as { salt: string; hash: string };
    expect(JSON.stringify(rows)).not.toContain(PIN);
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(PIN), "PBKDF2", false, ["deriveBits"]);
    const slow = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(salt), iterations: 100_000 };
    const bits = new Uint8Array(await crypto.subtle.deriveBits(slow, key, 256));
    expect(bits.toBase64({ alphabet: "base64url" })).not.toContain(hash.slice(0, 12));
  });
});

describe("a change of hands", () => {
  const due = NOW + NOTICE_MS + HOUR_MS;

  it("ends the account after seven days: its devices are told, then out, and the number gets a new one", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await newHolders.announce(NUMBER, NOW, NOW);
    expect(told).toEqual([ann.accountId]);
    expect(await standing(ann, NOW + NOTICE_MS - HOUR_MS)).toBe("full");
    expect((await sessions.list(ann.accountId, NOW))?.belonging.handOver).toBeGreaterThanOrEqual(NOW + NOTICE_MS);
    expect(await standing(ann, due)).toBe("ended");
    expect(await sessions.refresh(ann.refreshToken, {}, due)).toBeNull();
    const next = await signedIn("phone", due);
    expect(next).toMatchObject({ newAccount: true, access: "full" });
    expect(next.accountId).not.toBe(ann.accountId);
    expect(await accounts.numberOf(ann.accountId)).toBeNull();
  });

  it("ends it also where nobody signs in: the alarm leaves it, the round erases it", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await newHolders.announce(NUMBER, NOW, NOW - 8 * DAY_MS);
    await runDurableObjectAlarm(await accounts.objectOf(ann.accountId));
    expect(await accounts.leaving(10)).toEqual([ann.accountId]);
    expect(await accounts.holderOf(NUMBER)).toBeNull();
    expect(await newHolders.sweep(NOW)).toBe(1);
    expect(await accounts.leaving(10)).toEqual([]);
    expect((await env.DB.prepare("SELECT * FROM accounts").all()).results).toEqual([]);
    expect((await begin(NUMBER, "other", NOW)).newAccount).toBe(true);
  });

  it("that its alarm has left is a new account at the next sign-in, before the round comes", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await newHolders.announce(NUMBER, NOW, NOW - 8 * DAY_MS);
    await runDurableObjectAlarm(await accounts.objectOf(ann.accountId));
    expect(await signedIn("other", NOW)).toMatchObject({ newAccount: true, access: "full" });
    expect(await newHolders.sweep(NOW)).toBe(0);
  });

  it("is stopped once, with a PIN that was there before, and who waits is out", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await newHolders.announce(NUMBER, NOW, NOW);
    expect(await setPin(ann, PIN)).toBe("hand-over");
    expect(await stop(ann, PIN, NOW)).toBe("none-set");
    expect((await signedIn("phone", due)).newAccount).toBe(true);

    const bob = await signedIn("phone", due);
    expect(await setPin(bob, PIN, null, due)).toBe("done");
    const stranger = await signedIn("stranger", due);
    expect(await stop(bob, PIN, due)).toBe("none");
    await newHolders.announce(NUMBER, due, due);
    expect(await stop(bob, "0000", due)).toBe("wrong");
    expect(await stop(bob, PIN, due)).toBe("done");
    expect([await standing(bob, due), await standing(stranger, due)]).toEqual(["full", "ended"]);
    expect(await standing(bob, due + 30 * DAY_MS)).toBe("full");

    await newHolders.announce(NUMBER, due, due);
    expect(await stop(bob, PIN, due)).toBe("stopped-before");
    expect(await standing(bob, due + NOTICE_MS + HOUR_MS)).toBe("ended");
  });

  it("reaches the account also when its object fails at the time it is stated, and is told once", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    const handOver = async () => (await sessions.list(ann.accountId, NOW))?.belonging.handOver;
    const store = failing(env.ACCOUNTS);
    store.set("refuses");
    const says = { handOver: true };
    expect(await testOwners(async () => new Map()).say(NUMBER, says, NOW)).toMatchObject({ ok: true });
    expect(store.failed).toBeGreaterThan(0);
    store.set(null);
    expect(await handOver()).toBeNull();
    expect(await runDurableObjectAlarm(await ownershipOf(NUMBER))).toBe(true);
    expect(await handOver()).toBeGreaterThan(Date.now() + NOTICE_MS - HOUR_MS);
    const row = await runInDurableObject(await ownershipOf(NUMBER), (_, { storage }) =>
      storage.sql.exec("SELECT telling FROM owned").one(),
    );
    expect(row).toEqual({ telling: null });
    expect(await runDurableObjectAlarm(await ownershipOf(NUMBER))).toBe(false);
  });

  it("that is told late leaves the account that the new owner has made since", async () => {
    const ann = await begin(NUMBER, "phone", NOW);
    await newHolders.announce(NUMBER, NOW - DAY_MS, NOW);
    expect((await sessions.list(ann.accountId, NOW))?.belonging.handOver).toBeNull();
    expect(told).toEqual([]);
  });

  it("of a number without an account, or with one that is being erased, is nobody's", async () => {
    await newHolders.announce(NUMBER, NOW, NOW);
    const ann = await begin(NUMBER, "phone", NOW);
    expect((await sessions.list(ann.accountId, NOW))?.belonging.handOver).toBeNull();
    await accounts.hold(ann.accountId, "hold");
    await newHolders.announce(NUMBER, NOW, NOW - 8 * DAY_MS);
    await runDurableObjectAlarm(await accounts.objectOf(ann.accountId));
    expect(await signIn("phone", NOW)).toEqual({ ok: false, reason: "erasing" });
  });
});
