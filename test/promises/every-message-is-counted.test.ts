/**
 * Promise: every message is counted. No SMS, call or e-mail leaves without passing the one place that counts, and its
 * budget. (Privacy notice, section 9.)
 *
 * The built Worker sends through a stand-in for Twilio, which is all that a recipient would see. Every way in that makes a
 * message is driven at once, first with a budget that is used up by a few messages, then with a range that is: what came
 * out is counted at the stand-in. The sources are read for a second way out, and the document for a way in that stands
 * not here: so that a new one cannot come without passing the counters.
 *
 * Seen to fail on a copy of the sources with each of these changes: links sent without counting; calls at no price; the
 * budget looked at and not counted; SMS_COUNTRIES read as "all" when it is empty; codes sent to toll-free numbers.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { priceOf } from "../../src/messaging/prices.ts";
import { problemOf, type Answer } from "../support/answer.ts";
import { roomInHour } from "../support/clock.ts";
import { FakeTwilio } from "../support/fake-twilio.ts";
import { turned } from "../support/pictures.ts";
import { ROOT, Service } from "../support/service.ts";
import { device, freshAddress, signIn } from "../support/sign-in.ts";
import { twilioAccount } from "../support/twilio-account.ts";
import { until } from "../support/until.ts";

let twilio: FakeTwilio;
let picture: Uint8Array;
beforeAll(async () => {
  twilio = await FakeTwilio.start();
  picture = await turned(1, 60, 40);
});
afterAll(() => twilio.stop());

/** Limits that nobody reaches, unless a test says otherwise. */
const WIDE = "9999/9999 9999/9999 0/0";
const vars = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  ...twilioAccount,
  TWILIO_API: twilio.origin,
  MESSAGE_LIMIT_NETWORK: WIDE,
  MESSAGE_LIMIT_OPERATOR: WIDE,
  MESSAGE_LIMIT_RANGE: WIDE,
  MESSAGE_LIMIT_COUNTRY: WIDE,
  ...more,
});

let service: Service;
async function started(more: Readonly<Record<string, string>>, test: () => Promise<void>): Promise<void> {
  await roomInHour(120_000);
  twilio.sent.length = 0;
  service = await Service.start(vars(more));
  try {
    await test();
    expect([...service.deviations]).toEqual([]);
  } finally {
    await service.stop();
  }
}

let numbers = 0;
/** A number of one range of 10,000 that nobody else has. */
const inRange = (range: string): string => `${range}${String((numbers += 1)).padStart(4, "0")}`;
const headers = (): Record<string, string> => ({ "cf-connecting-ip": freshAddress() });

type WayIn = (number: string, token: string) => Promise<Answer>;
const codeBy =
  (path: string, channel: "sms" | "voice"): WayIn =>
  (number) =>
    service.call("POST", path, { as: null, json: { number, channel }, headers: headers() });
const WAYS: Readonly<Record<string, WayIn>> = {
  "POST /v1/sessions/codes": codeBy("/v1/sessions/codes", "sms"),
  "POST /v1/sessions/codes, voice": codeBy("/v1/sessions/codes", "voice"),
  "POST /v1/ownership/codes": codeBy("/v1/ownership/codes", "sms"),
  "POST /v1/ownership/codes, voice": codeBy("/v1/ownership/codes", "voice"),
  "POST /v1/images": (number, token) =>
    service.call("POST", "/v1/images", {
      as: { token },
      body: picture,
      headers: { ...headers(), "x-recipient": number },
    }),
  "POST /unlist": (number) => unlist(number, "sms"),
  "POST /unlist, voice": (number) => unlist(number, "voice"),
};

/** The first step of the page that asks for a code. */
async function unlist(number: string, by: "sms" | "voice"): Promise<Answer> {
  const page = await service.callUnchecked("GET", "/unlist?lang=en", { as: null });
  const state = /name="state" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  return service.callUnchecked("POST", "/unlist?lang=en", {
    as: null,
    headers: { ...headers(), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ state, number, by }).toString(),
  });
}

const member = async (): Promise<string> => {
  const { accessToken } = await signIn(service, inRange("+1415555"), device(), async (to) => {
    await until("a message", () => twilio.bodiesTo(to).length > 0);
    return twilio.bodiesTo(to).flatMap((body) => /\b\d{6}\b/.exec(body)?.[0] ?? []);
  });
  return accessToken;
};

/** Waits until nothing more comes out for two seconds. */
async function quiet(): Promise<void> {
  for (let before = -1; before !== twilio.sent.length;) {
    before = twilio.sent.length;
    await sleep(2000);
  }
}
const cost = (): number =>
  twilio.sent.reduce((sum, { resource }) => sum + priceOf("US", resource === "Calls" ? "voice" : "sms"), 0);

describe("what leaves", () => {
  it("by every way in is counted, and stops at the day's budget", async () => {
    const budget = 0.5;
    await started({ MESSAGE_BUDGET_USD: String(budget), MESSAGE_BUDGET_HOURS: "1" }, async () => {
      const tokens = [await member(), await member(), await member()];
      // Each way alone makes messages.
      for (const [name, way] of Object.entries(WAYS)) {
        const before = twilio.sent.length;
        await way(inRange("+1312555"), tokens[0] ?? "");
        await until(`a message by ${name}`, () => twilio.sent.length > before);
        expect(twilio.sent.length, name).toBe(before + 1);
      }
      // All of them at once make no more than the budget allows, and nearly all of it.
      for (let round = 0; round < 6; round += 1) {
        await Promise.all(
          Object.values(WAYS).flatMap((way, n) =>
            [0, 1].map(() => way(inRange(`+1${312 + n}555`), tokens[(round + n) % tokens.length] ?? "")),
          ),
        );
      }
      await quiet();
      expect(cost()).toBeLessThanOrEqual(budget * 1_000_000);
      expect(twilio.sent.length).toBeLessThan(200);
    });
  });

  it("of pictures into a range that codes have locked is nothing, and of calls what their price allows", async () => {
    // A quarter of the budget is for codes that nobody pays for.
    const quarter = 100_000;
    const vars = { MESSAGE_LIMIT_RANGE: "3/3 3/3 0/0", MESSAGE_BUDGET_USD: "0.4", MESSAGE_BUDGET_HOURS: "1" };
    await started(vars, async () => {
      const ann = await member();
      for (let n = 0; n < 3; n += 1) await codeBy("/v1/sessions/codes", "sms")(inRange("+1312555"), "");
      await quiet();
      const before = twilio.sent.length;
      // The answers do not tell.
      for (let n = 0; n < 4; n += 1) {
        expect((await WAYS["POST /v1/images"]?.(inRange("+1312555"), ann))?.status).toBe(201);
      }
      await quiet();
      expect(twilio.sent.length).toBe(before);

      for (let n = 0; n < 7; n += 1) await codeBy("/v1/sessions/codes", "voice")(inRange(`+1${313 + n}555`), "");
      await quiet();
      expect(twilio.sent.length).toBeGreaterThan(before);
      expect(cost()).toBeLessThanOrEqual(quarter);
      expect(quarter - cost()).toBeLessThan(priceOf("US", "voice"));
    });
  });

  it("is nothing where no country is named, and nothing ever goes to numbers that somebody else pays for", async () => {
    await started({ SMS_COUNTRIES: "" }, async () => {
      for (const [name, way] of Object.entries(WAYS)) {
        const answer = await way(inRange("+1312555"), service.app());
        if (!name.startsWith("POST /unlist")) problemOf(answer, 422, "number-not-served");
      }
      await quiet();
      expect(twilio.sent).toEqual([]);
    });
    await started({}, async () => {
      for (const number of ["+18002345678", "+19002345678", "+448431234567", "+80012345678"]) {
        for (const [name, way] of Object.entries(WAYS)) {
          const answer = await way(number, service.app());
          if (!name.startsWith("POST /unlist")) problemOf(answer, 422, "number-not-served");
        }
      }
      problemOf(await codeBy("/v1/sessions/codes", "sms")("+442079460123", ""), 422, "number-not-served");
      await quiet();
      expect(twilio.sent).toEqual([]);
      const called = await codeBy("/v1/sessions/codes", "voice")("+442079460123", "");
      expect(called.status, called.text).toBe(202);
      await quiet();
      expect(twilio.sent.map(({ resource }) => resource)).toEqual(["Calls"]);

      // Every call that answers with the limits on messages is driven here.
      const making = service.document.operations.filter(({ operation }) =>
        JSON.stringify(operation).includes("messages-not-configured"),
      );
      expect(making.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
        [...new Set(Object.keys(WAYS).map((name) => name.replace(", voice", "")))]
          // Whom operators announce something to is counted in test/campaigns, with the budget of its own.
          .concat("POST /v1/operators/campaigns")
          .filter((name) => name !== "POST /unlist")
          .sort(),
      );
    });
  });
});

describe("there is no other way out", () => {
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("commands/"))
    .map((name) => [name, readFileSync(join(ROOT, "src", name), "utf8")] as const);
  const naming = (what: RegExp): string[] => sources.filter(([, text]) => what.test(text)).map(([name]) => name);

  it("outboxes take messages from the place that counts alone", () => {
    expect(naming(/\.accept\(/)).toEqual(["messaging/messages.ts"]);
    expect(naming(/new Twilio\(/)).toEqual(["messaging/outbox-object.ts"]);
    expect(naming(/\/2010-04-01\//)).toEqual(["messaging/twilio.ts"]);
    expect(naming(/mailProviderOf\(mail, /)).toEqual(["messaging/outbox-object.ts"]);
    expect(naming(/new (?:Resend|CloudflareMail)\(/)).toEqual(["messaging/mail-providers.ts"]);
    expect(naming(/\/emails`/)).toEqual(["messaging/resend.ts"]);
    expect(naming(/\bbinding\.send\(/)).toEqual(["messaging/cloudflare-mail.ts"]);
    const [, messages = ""] = sources.find(([name]) => name === "messaging/messages.ts") ?? [];
    expect(messages.match(/#accept\(/g), "one call, and what it calls").toHaveLength(2);
    expect(messages.indexOf("#counters.count(")).toBeLessThan(messages.indexOf("this.#accept("));
  });

  it("and what sends are codes and pictures, whose ways in are driven above, and campaigns", () => {
    expect(
      naming(/\.send\(\{|[mM]essages\.send\(/)
        .filter((name) => !name.startsWith("messaging/"))
        .sort(),
    ).toEqual(["campaigns/reach.ts", "codes/sending.ts", "images/upload.ts"]);
  });
});
