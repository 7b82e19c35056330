import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf } from "../support/answer.ts";
import { Service } from "../support/service.ts";
import { until } from "../support/until.ts";

// Nothing is imported here: what a lookup answers of a number that nobody knows is the form of every answer.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

/** The keys of API.md's example, in its order. */
const KEYS = [
  ..."number valid country type nationalFormat".split(" "),
  ..."name nameLevel nameConfidence kind verified nameWithheld photoUrl".split(" "),
  ..."spam spamScore category reports advice degraded ttl updatedAt".split(" "),
];

const UNKNOWN = {
  number: "+13125550123",
  valid: true,
  country: "US",
  type: "fixed-line-or-mobile",
  nationalFormat: "(312) 555-0123",
  name: null,
  nameLevel: "none",
  nameConfidence: 0,
  kind: null,
  verified: false,
  nameWithheld: null,
  photoUrl: null,
  spam: "none",
  spamScore: 0,
  category: null,
  reports: 0,
  advice: "allow",
  degraded: false,
  ttl: 3600,
  updatedAt: null,
};

describe("the answer", () => {
  it("of an unknown number has the contract's keys in their order, null and zero for what is not known", async () => {
    const answer = await service.call("GET", "/v1/lookup/+13125550123");
    expect(answer.status).toBe(200);
    expect(Object.keys(jsonOf(answer))).toEqual(KEYS);
    expect(jsonOf(answer)).toEqual(UNKNOWN);
    expect(answer.text, "compact").toBe(JSON.stringify(UNKNOWN));
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  it("is the same by POST as by GET", async () => {
    const posted = await service.call("POST", "/v1/lookup", { json: { number: "+13125550123" } });
    expect(posted.status).toBe(200);
    expect(posted.text).toBe(JSON.stringify(UNKNOWN));
  });

  it("may be kept for ttl seconds by the client alone", async () => {
    for (const number of ["+13125550123", "+442079460018", "nonsense"]) {
      const answer = await service.call("GET", `/v1/lookup/${number}`);
      const { ttl } = jsonOf<{ ttl: number }>(answer);
      expect(ttl).toBeGreaterThan(0);
      expect(answer.headers.get("cache-control")).toBe(`private, max-age=${ttl}`);
      expect(answer.headers.get("vary"), "private: nothing to vary on").toBeUndefined();
    }
  });

  it("has the same keys for an invalid number, and a reason", async () => {
    for (const number of ["nonsense", "+1312", "+999123456789", "+13125550123456789"]) {
      const body = await service.lookup(number);
      expect(body["valid"], number).toBe(false);
      const withReason = [...KEYS.slice(0, 2), "invalidReason", ...KEYS.slice(2)];
      expect(Object.keys(body), number).toEqual(withReason);
      expect(body, number).toMatchObject({
        name: null,
        nameLevel: "none",
        spam: "none",
        advice: "allow",
        degraded: false,
      });
    }
  });
});

describe("the number", () => {
  it.each([
    ["+13125550123", undefined],
    ["13125550123", "US"],
    ["0013125550123", undefined],
    ["00 1 312 555 0123", undefined],
    ["3125550123", "US"],
    ["3125550123", "us"],
    ["(312) 555-0123", "US"],
    ["312.555.0123", "US"],
    ["[312] 555 0123", "US"],
    ["+1 (312) 555-0123", undefined],
    ["+1.312.555.0123", undefined],
    ["  +1 312 555 0123  ", undefined],
    ["tel:+1-312-555-0123", undefined],
    ["＋１３１２５５５０１２３", undefined],
    ["+١٣١٢٥٥٥٠١٢٣", undefined],
  ])("is understood as %j with country %s", async (number, country) => {
    const query = country === undefined ? "" : `?country=${country}`;
    const got = await service.call("GET", `/v1/lookup/${encodeURIComponent(number)}${query}`);
    expect(jsonOf(got)).toMatchObject({ number: "+13125550123", valid: true });
    const posted = await service.call("POST", "/v1/lookup", { json: { number, ...(country && { country }) } });
    expect(posted.text).toBe(got.text);
    // What is left out is written as null by many clients.
    const withNulls = { number, country: country ?? null, verification: null };
    expect((await service.call("POST", "/v1/lookup", { json: withNulls })).text).toBe(got.text);
  });

  it("comes in a path with its plus as it is or percent-encoded", async () => {
    for (const path of ["+13125550123", "%2B13125550123", "%2b13125550123", "%2B1%20312%20555%200123"]) {
      const answer = await service.call("GET", `/v1/lookup/${path}`);
      expect(jsonOf(answer)["number"], path).toBe("+13125550123");
    }
  });

  it.each([
    ["hello", undefined, "not-a-number"],
    ["+", undefined, "not-a-number"],
    ["*#06#", "US", "not-a-number"],
    ["+1 312 555 0123 ext. 5", undefined, "not-a-number"],
    ["+1 312 555 0123;ext=5", undefined, "not-a-number"],
    ["312-555-CALL", "US", "not-a-number"],
    ["+1 312 555 0123, +1 312 555 0124", undefined, "not-a-number"],
    ["+131255", undefined, "too-short"],
    ["31255", "US", "too-short"],
    ["911", "US", "too-short"],
    ["+13125550123456", undefined, "too-long"],
    ["+1312555012345678901234", undefined, "too-long"],
    ["3125550123", undefined, "invalid-country-code"],
    ["3125550123", "ZZ", "invalid-country-code"],
    ["+9991234567", undefined, "invalid-country-code"],
    ["+01234567890", undefined, "invalid-country-code"],
    ["+15555550123", undefined, "not-assigned"],
    ["+12005550123", undefined, "not-assigned"],
  ])("%j with country %s is invalid: %s", async (number, country, reason) => {
    const posted = await service.call("POST", "/v1/lookup", { json: { number, ...(country && { country }) } });
    expect(posted.status).toBe(200);
    expect(jsonOf(posted)).toMatchObject({ valid: false, invalidReason: reason });
  });

  it("that is empty is no number, not an error", async () => {
    for (const number of ["", " ", "\u200b"]) {
      const answer = await service.call("POST", "/v1/lookup", { json: { number } });
      expect(jsonOf(answer), JSON.stringify(number)).toMatchObject({ valid: false, invalidReason: "not-a-number" });
    }
  });

  it("keeps Italy's zero, and knows numbers of no country", async () => {
    expect(await service.lookup("+390612345678")).toMatchObject({
      number: "+390612345678",
      valid: true,
      country: "IT",
    });
    expect(await service.lookup("+80012345678")).toMatchObject({ valid: true, country: null, type: "toll-free" });
    expect(await service.lookup("+870773111632")).toMatchObject({ valid: true, country: null });
  });
});

describe("a call", () => {
  it("from a number that nobody is assigned is warned of", async () => {
    const answer = await service.lookup("+12005550123");
    expect(answer).toMatchObject({ number: "+12005550123", valid: false, invalidReason: "not-assigned" });
    expect(answer).toMatchObject({ spam: "none", advice: "warn", name: null, degraded: false });
  });

  it("whose number the network's check found false is warned of, whoever holds the number", async () => {
    for (const [verification, advice] of [
      ["failed", "warn"],
      ["passed", "allow"],
      ["none", "allow"],
    ]) {
      const answer = await service.call("POST", "/v1/lookup", { json: { number: "+13125550123", verification } });
      expect(jsonOf(answer)).toEqual({ ...UNKNOWN, advice });
    }
    const unread = await service.call("POST", "/v1/lookup", { json: { number: "+13125550123", verification: "ok" } });
    expect(problemOf(unread, 400, "invalid-request").errors?.map(({ field }) => field)).toEqual(["verification"]);
  });
});

describe("the country", () => {
  it.each(["USA", "1", "U", "", "U$", "ÅA"])("%j is refused by both calls alike", async (country) => {
    const got = await service.call("GET", `/v1/lookup/3125550123?country=${encodeURIComponent(country)}`);
    const posted = await service.call("POST", "/v1/lookup", { json: { number: "3125550123", country } });
    for (const answer of [got, posted]) {
      expect(problemOf(answer, 400, "invalid-request").errors?.map((error) => error.field)).toEqual(["country"]);
    }
  });

  it("does not change a number that names its own", async () => {
    const answer = await service.call("GET", "/v1/lookup/+13125550123?country=DE");
    expect(answer.text).toBe(JSON.stringify(UNKNOWN));
  });
});

describe("one number a call", () => {
  it.each([
    [{ number: ["+13125550123", "+13125550124"] }, "invalid-request"],
    [{ number: { e164: "+13125550123" } }, "invalid-request"],
    [{ number: 13125550123 }, "invalid-request"],
    [{ number: null }, "invalid-request"],
    [{ number: true }, "invalid-request"],
    [{}, "invalid-request"],
    [[], "invalid-request"],
    [[{ number: "+13125550123" }], "invalid-request"],
    ["+13125550123", "invalid-request"],
    [null, "invalid-request"],
    [{ number: "+13125550123", numbers: [] }, "unknown-field"],
    [{ number: "+13125550123", country: "US", Country: "US" }, "unknown-field"],
    [{ numbers: ["+13125550123"] }, "unknown-field"],
  ])("%j is refused: %s", async (json, code) => {
    const answer = await service.call("POST", "/v1/lookup", { json });
    const problem = problemOf(answer, 400, code);
    expect(problem.errors?.length).toBeGreaterThan(0);
  });
});

describe("X-Lookup-Budget-Ms", () => {
  it.each(["50", "4500", "1000", "0", "49", "-1", "99999999999999999999", "1e3", "50.5", "abc", "", "50, 60", "٥٠"])(
    "%j is answered",
    async (budget) => {
      const headers = { "x-lookup-budget-ms": encodeURI(budget) };
      const answer = await service.call("GET", "/v1/lookup/+13125550123", { headers });
      expect(answer.status).toBe(200);
      expect(jsonOf(answer)["number"]).toBe("+13125550123");
    },
  );
});

describe("diagnostics", () => {
  it("say in development where an answer came from: RFC 9211 and Server-Timing", async () => {
    const ask = (): Promise<string | undefined> =>
      service
        .call("GET", "/v1/lookup/+16305550142")
        .then(
          ({ headers }) => (
            expect(headers.get("server-timing")).toMatch(/^lookup;dur=\d+$/),
            headers.get("cache-status")
          ),
        );
    // Which of them depends on whether KV is known to be complete.
    expect(await ask()).toMatch(/^konnections; (?:hit; detail=kv|fwd=miss; detail=d1)$/);
    await until("absence is remembered", async () => (await ask()) === "konnections; hit; detail=memory");
    const invalid = await service.call("GET", "/v1/lookup/nonsense");
    expect(invalid.headers.has("cache-status"), "no store was asked").toBe(false);
  });
});

describe("the service's own", () => {
  it("health", async () => {
    const answer = await service.call("GET", "/healthz", { as: null });
    expect(Object.keys(jsonOf(answer))).toEqual(["status", "version"]);
    expect(jsonOf(answer)).toMatchObject({ status: "ok" });
  });

  it("deep health, for operators, names every store", async () => {
    const deep = await service.call("GET", "/healthz?deep=1", { as: "operator" });
    expect(jsonOf(deep)).toMatchObject({ status: "ok", stores: { d1: "ok", kv: "ok", objects: "ok" } });
    problemOf(await service.call("GET", "/healthz?deep=1", { as: null }), 401, "missing-token");
    problemOf(await service.call("GET", "/healthz?deep=1", { as: "app" }), 403, "forbidden");
  });

  it("deep health tells a bad token from none", async () => {
    problemOf(await service.call("GET", "/healthz?deep=1", { as: { token: "a.b.c" } }), 401, "invalid-token");
    const expired = service.mint.token({ scope: "operator", exp: 1_700_000_000 });
    problemOf(await service.call("GET", "/healthz?deep=1", { as: { token: expired } }), 401, "invalid-token");
  });

  it("public keys, and nothing private with them", async () => {
    const answer = await service.call("GET", "/.well-known/jwks.json", { as: null });
    const { keys } = jsonOf<{ keys: Record<string, string>[] }>(answer);
    const [next, ...others] = keys;
    expect(Object.keys(next ?? {}).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expect(others).toEqual([{ ...service.mint.jwk, kid: service.mint.kid, alg: "ES256", use: "sig" }]);
  });

  it("HEAD is GET without the body", async () => {
    for (const path of ["/healthz", "/openapi.json", "/.well-known/jwks.json", "/v1/lookup/+13125550123"]) {
      const head = await service.call("HEAD", path);
      expect(head.status, path).toBe(200);
      expect(head.text, path).toBe("");
    }
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
