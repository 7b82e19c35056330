import { randomInt } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { consent, consenting } from "../support/consenting.ts";
import { untilPublished } from "../support/import.ts";
import { Service } from "../support/service.ts";

const NAME = "Lakeside Bicycle Repair";
const SHARED = "/v1/contacts/shared";
/** Accounts of today weigh an eighth each. */
const ENOUGH = 12;

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const number = (): string => `+1312555${randomInt(2000, 9999)}`;
const sharing = async (): Promise<string> => (await consenting(service, ["contact-sharing"])).accessToken;
const post = (token: string, contacts: unknown, query = ""): Promise<Answer> =>
  service.call("POST", SHARED + query, { as: { token }, json: { contacts } });
const takeBack = (token: string, json?: unknown): Promise<Answer> =>
  service.call("DELETE", SHARED, { as: { token }, ...(json === undefined ? {} : { json }) });
const voters = async (of: string): Promise<number> => {
  const { names } = jsonOf<{ names: { name: string; voters: number }[] }>(
    await service.call("GET", `/v1/numbers/${encodeURIComponent(of)}/explanation`),
  );
  return names.find(({ name }) => name === NAME)?.voters ?? 0;
};

describe("POST /v1/contacts/shared", () => {
  it("takes names in, and tells what it does not take and why", async () => {
    const { accessToken: token, number: own } = await consenting(service, ["contact-sharing"]);
    const shared = await post(
      token,
      [
        { name: NAME, numbers: [number(), "(312) 555-0142"] },
        { name: "Mom", numbers: [number()] },
        { name: NAME, numbers: ["12", own] },
        { name: "ann@example.com", numbers: [number()] },
      ],
      "?country=us",
    );
    expect(shared.status).toBe(202);
    expect(jsonOf(shared)).toEqual({
      accepted: 2,
      refused: [
        { index: 1, reason: "private-label" },
        { index: 2, reason: "too-short" },
        { index: 2, reason: "own-number" },
        { index: 3, reason: "contact-details" },
      ],
    });
    expect(jsonOf(await post(token, []))).toEqual({ accepted: 0, refused: [] });
  });

  it("refuses more numbers than a day has room for as what no repeat can mend", async () => {
    const numbers = Array.from({ length: 20 }, number);
    const many = Array.from({ length: 101 }, () => ({ name: NAME, numbers }));
    problemOf(await post(await sharing(), many), 400, "invalid-request");
  });

  it("takes nothing that was not asked for", async () => {
    const token = await sharing();
    const good = { name: NAME, numbers: [number()] };
    for (const extra of [{ email: "ann@example.com" }, { address: "1 Road" }, { photo: "AAAA" }, { note: "" }]) {
      problemOf(await post(token, [good, { ...good, ...extra }]), 400, "unknown-field");
    }
    for (const wrong of [[{ name: NAME }], [{ ...good, numbers: [] }], [{ ...good, name: null }], "all", [[]]]) {
      problemOf(await post(token, wrong), 400, "invalid-request");
    }
    problemOf(
      await post(
        token,
        Array.from({ length: 501 }, () => good),
      ),
      400,
      "invalid-request",
    );
  });

  it("takes 2,000 numbers a day, and of a call beyond that nothing", async () => {
    const token = await sharing();
    // Always the same number: what is counted is what is sent.
    const some = (size: number) => Array.from({ length: size }, () => ({ name: NAME, numbers: ["+16145550142"] }));
    for (const size of [500, 500, 500, 499]) expect((await post(token, some(size))).status).toBe(202);
    const { retryAfter } = problemOf(await post(token, some(2)), 429, "quota-exceeded");
    expect(retryAfter).toBeLessThanOrEqual(86_400);
    expect(jsonOf(await post(token, some(1)))).toMatchObject({ accepted: 1 });
  });

  it("needs the consent contact-sharing; taking back does not", async () => {
    const { accessToken: token } = await consenting(service, []);
    const contacts = [{ name: NAME, numbers: [number()] }];
    expect(problemOf(await post(token, contacts), 403, "consent-missing").reason).toBe("contact-sharing");
    await consent(service, token, "contact-sharing");
    expect((await post(token, contacts)).status).toBe(202);
    await consent(service, token, "contact-sharing", false);
    problemOf(await post(token, contacts), 403, "consent-missing");
    expect((await takeBack(token)).status).toBe(202);
  });
});

describe("names from contacts", () => {
  it("are known to others when enough have shared them, and gone when taken back", async () => {
    const [shop, other] = [number(), number()];
    const tokens = await Promise.all(Array.from({ length: ENOUGH }, sharing));
    for (const [at, token] of tokens.entries()) {
      const answer = await service.call("POST", SHARED, {
        as: { token },
        headers: { "x-dev-network": String(64_512 + at) },
        json: { contacts: [{ name: NAME, numbers: [shop, other] }] },
      });
      expect(answer.status).toBe(202);
    }
    // Counts are told in steps. Whoever asks about the shop before it is published is told of its absence for a while.
    await expect.poll(() => voters(other), { timeout: 180_000 }).toBe(10);
    await untilPublished(service);
    const shown = async (of: string) => (await service.lookup(of))["name"];
    await expect.poll(() => shown(shop), { timeout: 180_000, interval: 1000 }).toBe(NAME);
    expect(await voters(shop)).toBe(10);

    for (const token of tokens.slice(2)) {
      expect((await takeBack(token, { numbers: [shop, "no number"] })).status).toBe(202);
    }
    expect(await voters(shop)).toBe(0);
    expect(await voters(other)).toBe(10);
    await untilPublished(service);
    await expect.poll(() => shown(shop), { timeout: 180_000, interval: 1000 }).toBeNull();
  });

  it("give way to what the same person says", async () => {
    const token = await sharing();
    const shop = number();
    await service.call("PUT", `/v1/numbers/${shop}/vote`, { as: { token }, json: { spam: true } });
    await post(token, [{ name: NAME, numbers: [shop] }]);
    const asked = await service.call("GET", `/v1/numbers/${shop}/vote`, { as: { token } });
    expect(jsonOf(asked)).toEqual({ vote: { name: null, spam: true, category: null } });
  });
});

describe("DELETE /v1/contacts/shared", () => {
  it("takes numbers, or no body at all, and nothing in between", async () => {
    const token = await sharing();
    expect((await takeBack(token, { numbers: [number()] })).status).toBe(202);
    expect((await takeBack(token)).status).toBe(202);
    for (const wrong of [{}, { numbers: [] }, [], null])
      problemOf(await takeBack(token, wrong), 400, "invalid-request");
    problemOf(await takeBack(token, { numbers: [number()], all: true }), 400, "unknown-field");
    const empty = await service.call("DELETE", SHARED, {
      as: { token },
      headers: { "content-type": "application/json" },
      body: "",
    });
    expect(empty.status).toBe(202);
    problemOf(
      await service.call("DELETE", SHARED, { as: { token }, body: "everything" }),
      415,
      "unsupported-media-type",
    );
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
