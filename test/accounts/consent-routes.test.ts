import { beforeEach, describe, expect, it } from "vitest";
import { consentRoutes } from "../../src/accounts/consents/consent-routes.ts";
import type { Call } from "../../src/http/endpoint.ts";
import { begin, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { emptyStores } from "../support/empty-stores.ts";

const NOW = Date.now();
const NUMBER = phone("+13125550123").e164;
const { accounts } = testAccounts();

beforeEach(async () => {
  await emptyStores();
});

describe("a withdrawal", () => {
  it("is on record although what it takes back cannot be reached, and its caller is told to ask again", async () => {
    const ann = await begin(NUMBER, "d", NOW);
    let away = true;
    let taken = 0;
    const routes = consentRoutes(
      accounts,
      async () => "1",
      async () => {
        if (away) throw new Error("away");
        taken += 1;
      },
    );
    const put = routes.find(({ spec }) => spec.method === "put");
    const say = (body: object) =>
      put?.handle(
        {
          request: new Request("https://id.example/", {
            method: "PUT",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          }),
          requestId: "r",
          principal: { account: ann.accountId, session: sessionOf(ann) },
          now: NOW,
        } as unknown as Call,
        { purpose: "contact-sharing" },
        {},
      );
    const consented = () => accounts.consented(ann.accountId, "contact-sharing");
    await say({ granted: true, noticeVersion: "1" });
    expect(await consented()).toBe(true);
    await expect(say({ granted: false })).rejects.toThrow("away");
    expect(await consented()).toBe(false);
    away = false;
    expect(await say({ granted: false })).toBeInstanceOf(Response);
    expect(taken).toBeGreaterThan(0);
  });
});
