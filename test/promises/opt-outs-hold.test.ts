/**
 * Promise: opt-outs hold. STOP ends promotion and links to pictures, never service messages. (Privacy notice, section 9.)
 *
 * The built Worker sends through a stand-in for Twilio, which is all that a recipient would see. Numbers say STOP, in
 * several ways, by Twilio's signed callback; then pictures are shared with them and codes are asked for. No feature sends
 * promotion: the sources are read for one that would, so that it cannot come without standing here.
 *
 * Seen to fail on a copy of the sources with each of these changes: links sent whatever was said; STOP forgotten when the
 * outbox empties; codes stopped too; STOP taken without a signature; START ignored.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf, type Answer } from "../support/answer.ts";
import { FakeTwilio } from "../support/fake-twilio.ts";
import { turned } from "../support/pictures.ts";
import { ROOT, Service } from "../support/service.ts";
import { device, freshAddress, freshNumber, signIn } from "../support/sign-in.ts";
import { signed, twilioAccount } from "../support/twilio-account.ts";
import { until } from "../support/until.ts";

let twilio: FakeTwilio;
let service: Service;
let picture: Uint8Array;
beforeAll(async () => {
  twilio = await FakeTwilio.start();
  service = await Service.start({ ...twilioAccount, TWILIO_API: twilio.origin });
  picture = await turned(1, 60, 40);
});
afterAll(async () => {
  await service.stop();
  await twilio.stop();
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

/** Shares a picture, each time by an account of its own that has proved its number. */
async function share(number: string): Promise<void> {
  const { accessToken: token } = await signIn(service, freshNumber(), device(), async (to) => {
    await until("the code", () => codes(to) === 1);
    return twilio.bodiesTo(to).flatMap((body) => /\b\d{6}\b/.exec(body)?.[0] ?? []);
  });
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

it("no feature sends promotion", () => {
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.startsWith("messaging/"),
  );
  const sending = sources.filter((name) => /kind:\s*"promotional"/.test(readFileSync(join(ROOT, "src", name), "utf8")));
  expect(sending).toEqual([]);
});
