/**
 * Promise: contact sharing, phonebook sync, promotion and personalised ads happen only with the account's consent on
 * record, given under the notice in force, and withdrawing it works at once. (Privacy notice, sections 1 and 2.)
 *
 * Every call that a purpose stands behind is made without the consent, with every other consent but it, with it, and
 * right after it was withdrawn, by the same access token. Of promotion and ads there is no call at all: whoever agreed
 * to everything still gets nothing but the codes they asked for.
 *
 * Seen to fail on a copy of the sources with each of these changes: `isGranted` taking any purpose's entry; `isGranted`
 * reading the first entry instead of the last; consents granted under any notice; `consented` of the phonebook true.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { consent, consenting, type Purpose } from "../support/consenting.ts";
import { Service, type Sent } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

const PURPOSES: readonly Purpose[] = ["contact-sharing", "phonebook-sync", "promotional", "personalised-ads"];

/** Calls that need a consent, and what they send. Taking back needs none. */
const GUARDED: readonly (readonly [purpose: Purpose, method: string, path: string, sent: Sent])[] = [
  [
    "contact-sharing",
    "POST",
    "/v1/contacts/shared",
    { json: { contacts: [{ name: "Chicago Dental Care", numbers: ["+13125550177"] }] } },
  ],
  ["phonebook-sync", "GET", "/v1/phonebook", {}],
  ["phonebook-sync", "PUT", "/v1/phonebook", { json: { entries: [{ id: "a", base: 0, sealed: "AAAA" }] } }],
];

describe.each(GUARDED)("%s stands before %s %s", (purpose, method, path, sent) => {
  const call = (token: string): Promise<Answer> => service.call(method, path, { ...sent, as: { token } });
  const refused = async (token: string): Promise<void> => {
    expect(problemOf(await call(token), 403, "consent-missing").reason).toBe(purpose);
  };

  it("without any, and with every other", async () => {
    const { accessToken } = await consenting(service, []);
    await refused(accessToken);
    for (const other of PURPOSES) if (other !== purpose) await consent(service, accessToken, other);
    await refused(accessToken);
  });

  it("lets through from the consent to its withdrawal, each time at once", async () => {
    const { accessToken } = await consenting(service, []);
    for (let round = 0; round < 3; round += 1) {
      await consent(service, accessToken, purpose);
      expect((await call(accessToken)).status).toBeLessThan(300);
      await consent(service, accessToken, purpose, false);
      await refused(accessToken);
    }
  });

  it("is not opened by a consent to another text, nor by somebody else's", async () => {
    const { accessToken } = await consenting(service, []);
    await consenting(service, PURPOSES);
    const json = { granted: true, noticeVersion: "a-notice-of-mine" };
    const answer = await service.call("PUT", `/v1/me/consents/${purpose}`, { as: { token: accessToken }, json });
    problemOf(answer, 409, "notice-not-in-force");
    await refused(accessToken);
  });

  it("stands before tokens of accounts that never signed in here, too", () => refused(service.app()));
});

describe("promotion and personalised ads", () => {
  it("have no call: every one of the document that speaks of them is about the consent itself", () => {
    for (const { method, path, operation } of service.document.operations) {
      const about = JSON.stringify(operation).match(/promotion|advert|personalised/i) !== null;
      // /u/{token} ends it.
      const allowed = /^\/(?:v1\/(?:me|notice|operators|webhooks)|dev|privacy|u)\//.test(`${path}/`);
      expect(about && !allowed, `${method} ${path}`).toBe(false);
    }
  });

  it("reach nobody: who agreed to everything is sent the code they asked for, and nothing else", async () => {
    const { number, accessToken } = await consenting(service, PURPOSES);
    await service.call("POST", "/v1/lookup", { as: { token: accessToken }, json: { number: "+13125550123" } });
    const answer = await service.call("GET", `/dev/outbox?to=${encodeURIComponent(number)}`, { as: null });
    expect(jsonOf<{ kind: string }[]>(answer).map(({ kind }) => kind)).toEqual(["sign-in-code"]);
  });
});
