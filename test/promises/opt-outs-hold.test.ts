/**
 * Promise: opt-outs hold. STOP, one click, a complaint and a bounce end promotion and links to pictures, never service
 * messages. (Privacy notice, section 9.)
 *
 * The built Worker sends through stand-ins for Twilio and Resend, which are all that a recipient would see. Numbers say
 * STOP, in several ways, by Twilio's signed callback; then pictures are shared with them and codes are asked for. Mailboxes
 * end promotion by a plain POST, by Resend's signed events, and by withdrawing the consent, while a scanner follows every
 * link; then campaigns of both kinds go to all accounts by e-mail and SMS. The sources are read for another feature that
 * would send promotion, so that it cannot come without standing here.
 *
 * Seen to fail on a copy of the sources with each of these changes: links sent whatever was said; STOP forgotten when the
 * outbox empties; codes stopped too; STOP taken without a signature; START ignored; GET ends promotion; a complaint or a
 * bounce only counted; what concerns the service ended too; promotion without asking for the consent.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf, type Answer } from "../support/answer.ts";
import { campaign, daytimeNumber } from "../support/campaigns.ts";
import { consent } from "../support/consenting.ts";
import { FakeResend } from "../support/fake-resend.ts";
import { FakeTwilio } from "../support/fake-twilio.ts";
import { turned } from "../support/pictures.ts";
import { resendAccount, resendEvent, svixSigned } from "../support/resend-account.ts";
import { ROOT, Service } from "../support/service.ts";
import { device, freshAddress, freshNumber, signIn } from "../support/sign-in.ts";
import { signed, twilioAccount } from "../support/twilio-account.ts";
import { until } from "../support/until.ts";

let twilio: FakeTwilio;
let resend: FakeResend;
let service: Service;
let picture: Uint8Array;
beforeAll(async () => {
  twilio = await FakeTwilio.start();
  resend = await FakeResend.start();
  const apis = { TWILIO_API: twilio.origin, RESEND_API: resend.origin };
  service = await Service.start({ ...twilioAccount, ...resendAccount, ...apis });
  picture = await turned(1, 60, 40);
});
afterAll(async () => {
  await service.stop();
  await twilio.stop();
  await resend.stop();
});

const INBOUND = "/v1/webhooks/twilio/inbound";

function say(
  number: string,
  Body: string,
  more: Readonly<Record<string, string>> = {},
  signature?: string,
): Promise<Answer> {
  const form = { From: number, To: "+13125550100", Body, MessageSid: "SM1", ...more };
  return service.call("POST", INBOUND, {
    as: null,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature ?? signed(twilioAccount.PUBLIC_ORIGIN + INBOUND, form),
    },
    body: new URLSearchParams(form).toString(),
  });
}

/** Signs in; the token. */
async function member(number = freshNumber()): Promise<string> {
  const { accessToken } = await signIn(service, number, device(), async (to) => {
    await until("the code", () => codes(to) === 1);
    return twilio.bodiesTo(to).flatMap((body) => /\b\d{6}\b/.exec(body)?.[0] ?? []);
  });
  return accessToken;
}

/** Shares a picture, each time by an account of its own that has proved its number. */
async function share(number: string): Promise<void> {
  const token = await member();
  const headers = { "cf-connecting-ip": freshAddress(), "x-recipient": number };
  const answer = await service.call("POST", "/v1/images", { as: { token }, body: picture, headers });
  expect(answer.status, answer.text).toBe(201);
}

async function askForCode(number: string, path = "/v1/sessions/codes"): Promise<void> {
  const headers = { "cf-connecting-ip": freshAddress() };
  const answer = await service.call("POST", path, { as: null, json: { number }, headers });
  expect(answer.status, answer.text).toBe(202);
}

const links = (number: string): number => twilio.bodiesTo(number).filter((body) => body.includes("/i/")).length;
const codes = (number: string): number => twilio.bodiesTo(number).filter((body) => /\b\d{6}\b/.test(body)).length;

/** Waits until whatever was to go to a number has gone: a code that is asked for now goes after it. */
async function settled(number: string): Promise<void> {
  const before = codes(number);
  await askForCode(number);
  await until("the code", () => codes(number) === before + 1);
}

describe("a number that says STOP", () => {
  it("gets no more links, and every code that it asks for", async () => {
    const number = freshNumber();
    await share(number);
    await until("the link", () => links(number) === 1);
    expect((await say(number, "STOP")).status).toBe(200);
    expect((await say(number, "STOP")).status, "delivered again").toBe(200);
    for (let times = 0; times < 3; times += 1) await share(number);
    await settled(number);
    await askForCode(number, "/v1/ownership/codes");
    await until("both codes", () => codes(number) === 2);
    expect(links(number)).toBe(1);
  });

  it.each<[string, Readonly<Record<string, string>>?]>([
    ["unsubscribe"],
    [" Stop. "],
    ["CANCEL"],
    ["arrêt"],
    ["बंद"],
    ["إيقاف"],
    ["fuera de aquí", { OptOutType: "STOP" }],
  ])("or %j gets none from the first on", async (word, more = {}) => {
    const number = freshNumber();
    await say(number, word, more);
    await share(number);
    await settled(number);
    expect(links(number)).toBe(0);
  });

  it("gets links again after a START, and not after anything else that it says", async () => {
    const number = freshNumber();
    await say(number, "STOP");
    for (const words of ["HELP", "hello", "please start", ""]) await say(number, words);
    await share(number);
    await settled(number);
    expect(links(number)).toBe(0);
    await say(number, "START");
    await share(number);
    await until("the link", () => links(number) === 1);
  });

  it("is believed by Twilio's signature alone: nobody stops or starts another's messages", async () => {
    const number = freshNumber();
    problemOf(await say(number, "STOP", {}, "A".repeat(27).concat("=")), 403, "signature-not-valid");
    await share(number);
    await until("the link", () => links(number) === 1);
    await say(number, "STOP");
    problemOf(await say(number, "START", {}, "A".repeat(27).concat("=")), 403, "signature-not-valid");
    await share(number);
    await settled(number);
    expect(links(number)).toBe(1);
  });
});

describe("a mailbox", () => {
  let people = 0;
  /** An account with an address, and with the consent to promotion. */
  async function mailbox(name: string): Promise<{ readonly email: string; readonly token: string }> {
    const token = await member(daytimeNumber());
    await consent(service, token, "promotional");
    const email = `${name}-${(people += 1)}@id.example`;
    const answer = await service.call("PATCH", "/v1/me", { as: { token }, json: { email } });
    expect(answer.status, answer.text).toBe(200);
    return { email, token };
  }
  const event = (type: string, to: string, more: object = {}): Promise<Answer> => {
    const body = resendEvent(type, to, more);
    const headers = { "content-type": "application/json", ...svixSigned(body) };
    return service.call("POST", "/v1/webhooks/resend", { as: null, headers, body });
  };
  const said = (email: string, words: string): number =>
    resend.to(email).filter(({ text }) => text.includes(words)).length;
  const linkIn = (email: string): string =>
    /<(.*)>/.exec(resend.to(email)[0]?.headers["List-Unsubscribe"] ?? "")?.[1] ?? "";

  it("that ends promotion in whatever way gets none, and all that concerns the service; a scanner ends nothing", async () => {
    const [clicked, scanned, complained, bounced, full, withdrew, silent] = await Promise.all(
      ["clicked", "scanned", "complained", "bounced", "full", "withdrew", "silent"].map(mailbox),
    );
    if (!clicked || !scanned || !complained || !bounced || !full || !withdrew || !silent)
      throw new Error("one is missing");
    const all = [clicked, scanned, complained, bounced, full, withdrew, silent];
    const number = daytimeNumber();
    const token = await member(number);
    await consent(service, token, "promotional");
    // Somebody without an e-mail address says STOP; and somebody never agreed to anything.
    await say(number, "STOP");
    const unasked = await member(daytimeNumber());
    const unaskedEmail = "unasked@id.example";
    await service.call("PATCH", "/v1/me", { as: { token: unasked }, json: { email: unaskedEmail } });

    const promotion = (title: string, channel = "email"): Promise<unknown> =>
      campaign(service, { title, kind: "promotion", channel, texts: { en: `${title}, and more.` } });
    await promotion("First news");
    for (const { email } of all) await until(`news for ${email}`, () => said(email, "First news") === 1);

    // As a mail provider does it for its user (RFC 8058): no cookie, no token, no origin.
    const link = new URL(linkIn(clicked.email));
    const oneClick = { "content-type": "application/x-www-form-urlencoded" };
    const ended = await service.call("POST", link.pathname, {
      as: null,
      headers: oneClick,
      body: "List-Unsubscribe=One-Click",
    });
    expect([ended.status, ended.headers.has("set-cookie")]).toEqual([200, false]);
    // A scanner follows whatever it finds, and shows what it got to nobody.
    const mail = resend.to(scanned.email)[0];
    const links = [...`${mail?.html} ${mail?.text} ${mail?.headers["List-Unsubscribe"]}`.matchAll(/https?:[^\s"<>]+/g)];
    expect(links.length).toBeGreaterThan(2);
    for (const [address] of links) {
      for (const method of ["GET", "HEAD"]) {
        const seen = await service.callUnchecked(method, new URL(address).pathname, { as: null });
        expect(seen.status, `${method} ${address}`).toBe(200);
      }
    }
    expect((await event("email.complained", complained.email.toUpperCase())).status).toBe(204);
    expect((await event("email.bounced", bounced.email, { bounce: { type: "Permanent" } })).status).toBe(204);
    expect((await event("email.bounced", full.email, { bounce: { type: "Transient" } })).status).toBe(204);
    await consent(service, withdrew.token, "promotional", false);

    await promotion("Second news");
    await promotion("News by SMS", "sms");
    const notice = { title: "A new notice", kind: "service", texts: { en: "The privacy notice changes." } };
    await campaign(service, { ...notice, channel: "email" });
    await campaign(service, { ...notice, channel: "sms" });
    const reached = [scanned, full, silent];
    for (const { email } of reached) await until(`news for ${email}`, () => said(email, "Second news") === 1);
    for (const { email } of all) {
      if (email === bounced.email) continue;
      await until(`the notice for ${email}`, () => said(email, "notice changes") === 1);
      expect(resend.to(email).at(-1)?.text).toContain("because you have an account");
    }
    await until("the notice by SMS", () => twilio.bodiesTo(number).some((body) => body.includes("notice changes")));
    for (const { email } of all) {
      expect(said(email, "Second news"), email).toBe(reached.some((one) => one.email === email) ? 1 : 0);
    }
    expect(said(bounced.email, "notice changes"), "nobody is there").toBe(0);
    expect(said(unaskedEmail, "news"), "never agreed").toBe(0);
    await until("the notice for whoever never agreed", () => said(unaskedEmail, "notice changes") === 1);
    expect(twilio.bodiesTo(number).filter((body) => body.includes("News by SMS"))).toEqual([]);
    await askForCode(number);
    await until("the code", () => codes(number) === 2);
  });
});

it("no other feature sends promotion", () => {
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.startsWith("messaging/"),
  );
  const sending = sources.filter((name) =>
    /"promotional" :|kind:\s*"promotional"/.test(readFileSync(join(ROOT, "src", name), "utf8")),
  );
  expect(sending).toEqual(["campaigns/reach.ts"]);
});
