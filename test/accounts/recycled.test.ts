/**
 * An attack: somebody gets a number that was somebody else's, and signs in with it. What the former holder left is
 * everything that an account can hold. The attacker calls every endpoint of the app on the real Worker, with whatever the
 * sign-in gave, and must find nothing of it, however long the former holder has been away.
 */
import { env, exports } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { SignedIn } from "../../src/accounts/sessions/sessions.ts";
import { begin, device, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { FOR_EVERYBODY } from "../support/for-everybody.ts";
import { testOwners } from "../support/ownership.ts";
import { testPhonebooks } from "../support/phonebook.ts";
import { DOT, sendDot, testPictures } from "../support/picture-service.ts";

const NOW = Date.now();
const DAY_MS = 86_400_000;
const NUMBER = phone("+13125550123").e164;
const SENDER = phone("+13125550144").e164;
const VOTED = "+13125550177";
const PIN = "493817";
const { accounts, sessions, photos } = testAccounts();

beforeEach(async () => {
  await emptyStores();
});

/** What the former holder said: in no dictionary. */
const SAID = {
  name: "Zyntharova Quellbrook",
  email: "zyntharova@quellbrook.example",
  dateOfBirth: "1987-03-19",
  address: "7 Umbrellamenders Row",
  socialLinks: ["https://social.example/zyntharova"],
  visibility: "everyone",
} as const;
const SEALED = btoa("sealed by the former holder's device").replaceAll(/[=+/]/g, "A");
const VOTE = "Thistlewyck Menders";
const NEEDLES = [...Object.values(SAID).flat(), "Zyntharova", SEALED, "phone-of-the-former", "wroxtelby", VOTE];

const call = async (token: string, method: string, path: string, body?: unknown): Promise<Response> =>
  exports.default.fetch(`https://test.example${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Everything that an account can hold, of somebody who signed in so long ago and not since. @returns the picture she got */
async function former(daysAgo: number, pin: boolean): Promise<{ ann: SignedIn; picture: string }> {
  const then = NOW - daysAgo * DAY_MS;
  const ann = await begin(NUMBER, "phone-of-the-former", then);
  const [account, session] = [ann.accountId, sessionOf(ann)];
  const object = await accounts.objectOf(account);
  if (pin) expect(await object.setPin(PIN, null, then)).toBe("done");
  await object.changeProfile(session, SAID, then);
  expect((await photos.put(account, session, DOT, then)).ok).toBe(true);
  for (const purpose of ["contact-sharing", "phonebook-sync", "promotional"] as const) {
    await object.recordConsent(session, { purpose, granted: true, noticeVersion: "wroxtelby", day: 20_000 });
  }
  const entries = [{ id: "entry", base: 0, sealed: SEALED }];
  expect((await testPhonebooks().write({ account, session }, entries, NOW)).ok).toBe(true);
  const bob = await begin(SENDER, "phone-of-bob", NOW);
  const parts = testPictures({ [NUMBER]: account, [SENDER]: bob.accountId });
  const sent = await sendDot(parts, { account: bob.accountId, recipient: phone(NUMBER) }, NOW);
  if (!sent.ok) throw new Error(sent.code);
  // Her own last vote, while her token was good.
  if (daysAgo === 0) await call(ann.accessToken, "PUT", `/v1/numbers/${VOTED}/vote`, { name: VOTE });
  const owners = testOwners(async () => new Map());
  expect((await owners.say(NUMBER, { name: "Zyntharova Quellbrook", handOver: false }, then)).ok).toBe(true);
  return { ann, picture: sent.uploaded.id };
}

interface Described {
  readonly paths: Record<string, Record<string, { security?: { bearer?: string[] }[] }>>;
}

/** Calls every endpoint that an app may call, but for the one that ends the account, and says what came back. */
async function everything(token: string, picture: string): Promise<Record<string, { status: number; text: string }>> {
  const document: Described = await (await exports.default.fetch("https://test.example/openapi.json")).json();
  const found: Record<string, { status: number; text: string }> = {};
  const fields: Record<string, string> = { number: VOTED, purpose: "promotional", id: picture };
  for (const [template, methods] of Object.entries(document.paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${template}`;
      if (!security?.some(({ bearer }) => bearer?.includes("app")) || name === "DELETE /v1/me") continue;
      const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => fields[field] ?? "x");
      const query = template === "/v1/images" ? "?box=inbox" : "";
      const response = await call(token, method.toUpperCase(), path + query, method === "put" ? {} : undefined);
      found[name] = { status: response.status, text: await response.text() };
    }
  }
  return found;
}

const needlesIn = (found: Record<string, { text: string }>): string[] =>
  Object.entries(found).flatMap(([name, { text }]) =>
    NEEDLES.filter((needle) => text.includes(needle)).map((needle) => `${needle} in ${name}`),
  );

const signIn = (id: string, pin?: string) =>
  sessions.begin(NUMBER, { device: device(id), noticeVersion: "1", pin }, NOW);
async function signedIn(id: string, pin?: string): Promise<SignedIn> {
  const begun = await signIn(id, pin);
  if (!begun.ok) throw new Error(begun.reason);
  return begun.signedIn;
}

describe.each([0, 10, 44])("whoever gets a number whose account was used %i days ago", (days) => {
  it.each([false, true])("is let into nothing of it (with a PIN set: %s)", async (pin) => {
    const { ann, picture } = await former(days, pin);
    const thief = await signedIn("phone-of-the-thief");
    expect(thief).toMatchObject({ accountId: ann.accountId, newAccount: false, access: "limited" });
    const found = await everything(thief.accessToken, picture);
    expect(Object.keys(found).length).toBeGreaterThan(20);
    for (const [name, { status, text }] of Object.entries(found)) {
      // The list has nothing but the device that waits itself.
      if (FOR_EVERYBODY.has(name) || name === "GET /v1/sessions") continue;
      expect(`${name} ${status} ${text}`).toContain(`${name} 403`);
      expect(text, name).toContain("device-not-approved");
    }
    expect(needlesIn(found)).toEqual([]);
    // Nor by guessing the PIN, with which it begins no session at all.
    for (let n = 0; n < 7; n += 1) expect((await signIn("phone-of-the-thief", `000${n}`)).ok).toBe(false);
    if (pin) expect(await signIn("phone-of-the-thief", PIN)).toMatchObject({ ok: false, why: "used-up" });
    // The former holder is still in, where she was.
    expect(await accounts.standing(ann.accountId, sessionOf(ann), NOW)).toBe("full");
  });

  it("is let in by no device id that it knows of elsewhere", async () => {
    const { ann } = await former(days, false);
    // Of another account's device, of one that was ended from another device, and in another spelling.
    await begin(phone("+13125550155").e164, "phone-of-the-thief", NOW);
    const lost = await signedIn("lost-phone");
    await sessions.approve(ann.accountId, sessionOf(lost), NOW);
    await sessions.end(ann.accountId, sessionOf(ann), sessionOf(lost));
    for (const id of ["phone-of-the-thief", "lost-phone", "Phone-of-the-former", "phone-of-the-forme"]) {
      expect((await signedIn(id)).access, id).toBe("limited");
    }
  });
});

describe("whoever gets a number whose account was used 46 days ago", () => {
  /** Ends an erasure of an account as far as it goes at once. */
  const erasureRuns = async (account: string): Promise<void> => {
    await runDurableObjectAlarm(env.ERASURES.getByName(await testVault().keyedHash("erasure", account)));
  };

  it.each([
    ["another device", "phone-of-the-thief", false],
    ["a copied device id", "phone-of-the-former", false],
    ["a copied device id, and a PIN that they do not know", "phone-of-the-former", true],
  ])("on %s gets a new account, at once and empty", async (_, id, pin) => {
    const { ann, picture } = await former(46, pin);
    const bob = await signedIn(id);
    expect(bob).toMatchObject({ newAccount: true, access: "full" });
    expect(bob.accountId).not.toBe(ann.accountId);
    const found = await everything(bob.accessToken, picture);
    for (const [name, { status }] of Object.entries(found)) expect(status, name).toBeLessThan(500);
    const needles = needlesIn(found).filter((one) => !one.startsWith(id));
    expect(needles).toEqual([]);
    expect(JSON.parse(found["GET /v1/images"]?.text ?? "")).toEqual({ images: [] });
    expect(JSON.parse(found["GET /v1/me"]?.text ?? "")).toMatchObject({ name: null, email: null, photoUrl: null });
    expect(JSON.parse(found["GET /v1/me/export"]?.text ?? "")).toMatchObject({
      account: { consents: [], pin: false },
      messages: { number: { messages: [] } },
      phonebook: [],
    });
    // Nor does the number still say what she had it say.
    expect((await testOwners().holdings(NUMBER, NOW)).owned.name).toBeNull();
    // She is out, with her tokens.
    expect(await sessions.refresh(ann.refreshToken, {}, NOW)).toBeNull();
    await erasureRuns(ann.accountId);
    expect(await accounts.numberOf(ann.accountId)).toBeNull();
  });

  it("keeps all of the new account while the erasure of the former one goes on and is repeated", async () => {
    const { ann } = await former(46, false);
    const bob = await signedIn("phone-of-bob");
    const token = bob.accessToken;
    const said = { name: "Bob Vanishgate", email: "bob@vanishgate.example", visibility: "everyone" };
    expect((await call(token, "PATCH", "/v1/me", said)).status).toBe(200);
    const object = await accounts.objectOf(bob.accountId);
    await object.recordConsent(sessionOf(bob), {
      purpose: "phonebook-sync",
      granted: true,
      noticeVersion: "1",
      day: 20_000,
    });
    expect(
      (await call(token, "PUT", "/v1/phonebook", { entries: [{ id: "mine", base: 0, sealed: "AAAA" }] })).status,
    ).toBe(200);
    expect((await call(token, "PUT", `/v1/numbers/${VOTED}/vote`, { spam: true })).status).toBe(200);
    const parts = testPictures({ [NUMBER]: bob.accountId, [SENDER]: "carol" });
    expect((await sendDot(parts, { account: "carol", recipient: phone(NUMBER) }, NOW)).ok).toBe(true);
    const owners = testOwners(async () => new Map());
    const renamed = await owners.say(NUMBER, { name: "Bob Vanishgate", handOver: false }, NOW);
    // How often a number is named is of the number: the former holder's day stands.
    expect(renamed.ok || renamed.code).toBe(true);
    await runDurableObjectAlarm(object);

    for (let pass = 0; pass < 3; pass += 1) await erasureRuns(ann.accountId);
    await accounts.erase(ann.accountId, NOW);
    await accounts.letGo(ann.accountId);

    expect(await accounts.holderOf(NUMBER)).toBe(bob.accountId);
    expect(await (await call(token, "GET", "/v1/me")).json()).toMatchObject({ ...said, accountId: bob.accountId });
    const book: { entries: unknown[] } = await (await call(token, "GET", "/v1/phonebook")).json();
    expect(book.entries).toHaveLength(1);
    const inbox: { images: unknown[] } = await (await call(token, "GET", "/v1/images?box=inbox")).json();
    expect(inbox.images).toHaveLength(1);
    expect(await (await call(token, "GET", `/v1/numbers/${VOTED}/vote`)).json()).toMatchObject({
      vote: { spam: true },
    });
    expect((await owners.holdings(NUMBER, NOW)).owned.name).toBe("Bob Vanishgate");
    const part = await env.DB.prepare("SELECT ownership FROM callers WHERE ownership IS NOT NULL").all();
    expect(part.results).toHaveLength(1);
  });

  it("gets one new account, however many sign in at that moment", async () => {
    const { ann } = await former(46, false);
    const all = await Promise.all(Array.from({ length: 6 }, (_, n) => signedIn(`phone ${n}`)));
    expect(new Set(all.map(({ accountId }) => accountId)).size).toBe(1);
    expect(all.filter(({ access }) => access === "full")).toHaveLength(1);
    expect(all[0]?.accountId).not.toBe(ann.accountId);
  });

  it("is let into it by the PIN alone", async () => {
    const { ann } = await former(46, true);
    expect(await signedIn("new-phone-of-hers", PIN)).toMatchObject({ accountId: ann.accountId, access: "full" });
  });

  it("finds what they said of the number themselves, before they signed in", async () => {
    await former(46, false);
    const owners = testOwners(async () => new Map());
    expect((await owners.say(NUMBER, { name: "Bob Vanishgate", handOver: true }, NOW)).ok).toBe(true);
    await signedIn("phone-of-bob");
    expect((await owners.holdings(NUMBER, NOW)).owned.name).toBe("Bob Vanishgate");
  });
});
