import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Outside } from "../support/outbound.ts";
import { Service } from "../support/service.ts";
import { type Claims, compact, ecdsa, Issuer, seconds } from "../support/tokens.ts";
import { until } from "../support/until.ts";

// As in production: operators come through Cloudflare Access alone, and nobody else sees diagnostics.

const outside = new Outside();
const partner = new Issuer();
const access = new Issuer();
const TEAM = "https://team.cloudflareaccess.com";
const CERTS = `${TEAM}/cdn-cgi/access/certs`;

const jwksOf = (name: string): string => `https://${name}.example/keys`;
const issuer = (name: string, scope = "app") => ({
  issuer: `https://${name}.example`,
  jwks: jwksOf(name),
  algorithms: ["RS256", "ES256"],
  audience: "konnections-app",
  scope,
});
const NAMES = ["partner", "crowd", "forger", "down", "broken", "moved", "large", "silent", "odd", "lost"];

let service: Service;
beforeAll(async () => {
  for (const name of NAMES) outside.json(jwksOf(name), partner.jwks());
  outside.json(jwksOf("owners"), partner.jwks());
  outside.json(CERTS, access.jwks());
  service = await Service.start({
    ENVIRONMENT: "production",
    PRIVACY_CONTACT: "privacy@id.example",
    EXTERNAL_ISSUERS: JSON.stringify([...NAMES.map((name) => issuer(name)), issuer("owners", "owner")]),
    ACCESS_TEAM_DOMAIN: TEAM,
    ACCESS_AUDIENCE: "access-audience",
  });
});
afterAll(async () => {
  await service.stop();
  outside.restore();
});

const claims = (name: string, changes: Claims = {}): Claims => ({
  iss: `https://${name}.example`,
  aud: "konnections-app",
  sub: "user-1",
  iat: seconds(),
  exp: seconds() + 600,
  ...changes,
});
const accessClaims = (changes: Claims = {}): Claims => ({
  iss: TEAM,
  aud: ["access-audience"],
  sub: "operator-1",
  email: "operator@example.com",
  iat: seconds(),
  exp: seconds() + 600,
  ...changes,
});
const ask = (token: string, path = "/v1/lookup/+13125550123"): Promise<Answer> =>
  service.call("GET", path, { as: { token } });
const asOperator = (assertion: string, path = "/v1/operators/status"): Promise<Answer> =>
  service.call("GET", path, { as: null, headers: { "cf-access-jwt-assertion": assertion } });

describe("a configured issuer's token", () => {
  it("is accepted for the scope that the configuration gives, by RS256 or ES256", async () => {
    expect((await ask(partner.rs256(claims("partner")))).status).toBe(200);
    expect((await ask(partner.es256(claims("partner")))).status).toBe(200);
  });

  it("that claims another scope gets only the configured one", async () => {
    for (const scope of ["operator", "owner", "app operator", ["operator"], "admin", "", null]) {
      const token = partner.rs256(claims("partner", { scope, scp: scope, roles: ["operator"], permissions: scope }));
      expect((await ask(token)).status, JSON.stringify(scope)).toBe(200);
      problemOf(await ask(token, "/v1/operators/status"), 403, "forbidden");
      problemOf(await ask(token, "/healthz?deep=1"), 403, "forbidden");
    }
    const owner = partner.rs256(claims("owners", { scope: "app" }));
    problemOf(await ask(owner), 403, "forbidden");
  });

  it.each([
    ["aud", "konnections"],
    ["aud", undefined],
    ["aud", "konnections-app2"],
    ["exp", undefined],
    ["sub", undefined],
    ["nbf", 4_000_000_000],
    ["iss", "https://partner.example/"],
    ["iss", "https://PARTNER.example"],
    ["iss", "https://nobody.example"],
    ["iss", TEAM],
    ["iss", "konnections"],
  ])("with %s %j is refused", async (claim, value) => {
    problemOf(await ask(partner.rs256(claims("partner", { [claim]: value }))), 401, "invalid-token");
    problemOf(await ask(partner.es256(claims("partner", { [claim]: value }))), 401, "invalid-token");
  });

  it("expired is refused for that", async () => {
    const { reason } = problemOf(await ask(partner.rs256(claims("partner", { exp: seconds() - 60 }))), 401);
    expect(reason).toBe("expired");
  });

  it("by an algorithm that is not configured is refused, HS256 with its public key first", async () => {
    const pem = partner.rsa.publicKey.export({ format: "pem", type: "spki" });
    const hs = (input: string): Uint8Array => createHmac("sha256", pem).update(input).digest();
    problemOf(await ask(compact({ alg: "HS256", kid: "rsa-1" }, claims("partner"), hs)), 401, "invalid-token");
    for (const alg of ["RS384", "RS512", "PS256", "none", "ES384"]) {
      problemOf(await ask(partner.rs256(claims("partner"), { alg })), 401, "invalid-token");
    }
    problemOf(await ask(partner.rs256(claims("partner"), { kid: "ec-1" })), 401, "invalid-token");
  });

  it("signed by another's key is refused: ours for theirs, theirs for ours, one's for another's", async () => {
    const other = new Issuer();
    problemOf(await ask(other.rs256(claims("forger"))), 401, "invalid-token");
    const ours = compact({ alg: "ES256", kid: "ec-1" }, claims("partner"), ecdsa(service.mint.key));
    problemOf(await ask(ours), 401, "invalid-token");
    const theirs = service.mint.token({}, { kid: service.mint.kid }, ecdsa(partner.ec.privateKey));
    problemOf(await ask(theirs), 401, "invalid-token");
    problemOf(await ask(access.rs256(claims("partner"))), 401, "invalid-token");
    problemOf(await ask(partner.rs256(accessClaims())), 401, "invalid-token");
  });

  it("cannot bring its own keys", async () => {
    const other = new Issuer();
    const [jwk] = other.jwks().keys;
    for (const header of [{ jwk }, { jku: "https://evil.example/keys" }, { jwk, kid: undefined }]) {
      problemOf(await ask(other.rs256(claims("partner"), header)), 401, "invalid-token");
    }
    expect(outside.requests.filter(({ url }) => url.includes("evil"))).toEqual([]);
  });
});

describe("the issuer's keys", () => {
  it("are fetched once for many tokens, however many come at once", async () => {
    const tokens = Array.from({ length: 40 }, (_, n) => partner.es256(claims("crowd", { sub: `user-${n}` })));
    const answers = await Promise.all(tokens.map((token) => ask(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(outside.count(jwksOf("crowd")), "requests that arrive while the first fetch is under way").toBeLessThan(10);
  });

  it("are not fetched for invented kids: at most once a minute", async () => {
    expect((await ask(partner.es256(claims("forger")))).status).toBe(200);
    for (let n = 0; n < 40; n += 1) {
      problemOf(await ask(partner.es256(claims("forger"), { kid: `invented-${n}` })), 401, "invalid-token");
    }
    expect(outside.count(jwksOf("forger"))).toBeLessThanOrEqual(2);
  });

  it("go on serving when the issuer is gone", async () => {
    expect((await ask(partner.es256(claims("lost")))).status).toBe(200);
    outside.gone(jwksOf("lost"));
    expect((await ask(partner.es256(claims("lost", { sub: "another" })))).status).toBe(200);
  });

  it("are asked for over HTTPS, at the configured address, with nothing of the client's", async () => {
    await ask(partner.es256(claims("partner", { sub: "private-subject" })), "/v1/lookup/+13125550177");
    expect(outside.requests.length).toBeGreaterThan(0);
    const configured = new Set([...NAMES.map(jwksOf), jwksOf("owners"), CERTS]);
    for (const { url, method, headers } of outside.requests) {
      expect(configured, url).toContain(url);
      expect(method).toBe("GET");
      const sent = [...headers].map((pair) => pair.join(": ")).join("\n");
      expect(sent).not.toMatch(/authorization|cookie|3125550|Bearer|eyJ|user-|forwarded|connecting|assertion/i);
    }
  });
});

describe.concurrent("an issuer that does not answer as it should", () => {
  const unavailable = async (name: string): Promise<void> => {
    const answer = await ask(partner.es256(claims(name)));
    problemOf(answer, 503, "unavailable");
  };

  it.each([
    ["down", () => Promise.reject(new TypeError("connection refused"))],
    ["broken", () => new Response("<html>oops</html>", { status: 200 })],
    ["moved", () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/keys" } })],
    ["large", () => Response.json({ keys: Array.from({ length: 2000 }, () => partner.jwks().keys[0]) })],
    ["odd", () => Response.json({ keys: [1, null, "key"] })],
  ])("%s: 503 with Retry-After, asked at most once in 5 s, and it recovers by itself", async (name, reply) => {
    outside.at(jwksOf(name), reply);
    const before = Date.now();
    for (let n = 0; n < 10; n += 1) await unavailable(name);
    const allowed = 1 + Math.ceil((Date.now() - before) / 5000);
    expect(outside.count(jwksOf(name))).toBeLessThanOrEqual(allowed);
    expect(outside.requests.map(({ url }) => url)).not.toContain("https://elsewhere.example/keys");

    outside.json(jwksOf(name), partner.jwks());
    const good = async (): Promise<boolean> => (await ask(partner.es256(claims(name)))).status === 200;
    await until("it is asked again", good, 500);
  });

  it("silent: 503 after a bounded wait", async () => {
    outside.at(jwksOf("silent"), async () => {
      await sleep(120_000, null, { ref: false });
      return Response.json(partner.jwks());
    });
    const answer = await ask(partner.es256(claims("silent")));
    problemOf(answer, 503, "unavailable");
    expect(answer.took, "long before they answer").toBeLessThan(60_000);
  });

  it("leaves our own tokens alone", async () => {
    expect((await ask(service.app())).status).toBe(200);
  });
});

describe("Cloudflare Access", () => {
  it("makes an operator of an RS256 assertion", async () => {
    const answer = await asOperator(access.rs256(accessClaims()));
    expect(answer.status).toBe(200);
    const deep = await asOperator(access.rs256(accessClaims()), "/healthz?deep=1");
    expect(jsonOf(deep)).toMatchObject({ status: "ok", stores: { d1: "ok", kv: "ok", objects: "ok" } });
  });

  it("knows a service token by its client id: the subject of such an assertion is empty", async () => {
    const service = { sub: "", common_name: "0123456789abcdef.access" };
    expect((await asOperator(access.rs256(accessClaims(service)))).status).toBe(200);
    const entries = jsonOf<{ entries: { who: string }[] }>(
      await asOperator(access.rs256(accessClaims(service)), "/v1/operators/audit?limit=1"),
    );
    expect(entries.entries[0]?.who).toContain(service.common_name);
    for (const nobody of [{ sub: "" }, { sub: "", common_name: "" }, { sub: "", common_name: 7 }]) {
      problemOf(await asOperator(access.rs256(accessClaims(nobody))), 401, "invalid-token");
    }
    // Of another issuer nobody is meant by an empty subject.
    problemOf(await ask(partner.rs256(claims("partner", service))), 401, "invalid-token");
  });

  it("takes no other algorithm, audience, issuer, key or time", async () => {
    const wrong = [
      access.es256(accessClaims()),
      access.rs256(accessClaims({ aud: ["other"] })),
      access.rs256(accessClaims({ aud: undefined })),
      access.rs256(accessClaims({ iss: "https://other.cloudflareaccess.com" })),
      access.rs256(accessClaims({ iss: undefined })),
      access.rs256(accessClaims({ exp: seconds() - 60 })),
      access.rs256(accessClaims({ exp: undefined })),
      access.rs256(accessClaims({ nbf: seconds() + 600 })),
      access.rs256(accessClaims(), { kid: "unknown" }),
      access.rs256(accessClaims(), { alg: "none" }),
      partner.rs256(accessClaims()),
      `${access.rs256(accessClaims()).slice(0, -6)}AAAAAA`,
    ];
    for (const assertion of wrong) problemOf(await asOperator(assertion), 401, "invalid-token");
  });

  it.each(["", "x", "a.b.c", "null", "e30.e30.e30", `${"a".repeat(5000)}.b.c`, "\u00ff"])(
    "assertion %j is refused",
    async (assertion) => {
      problemOf(await asOperator(encodeURI(assertion)), 401, assertion === "" ? undefined : "invalid-token");
    },
  );

  it("is not taken for anything else: an assertion is no bearer token", async () => {
    const assertion = access.rs256(accessClaims());
    problemOf(await ask(assertion, "/v1/operators/status"), 401, "invalid-token");
    expect((await asOperator(assertion)).status).toBe(200);
    // The verified assertion is remembered now: it must still be an assertion and not a bearer token.
    problemOf(await ask(assertion, "/v1/operators/status"), 401, "invalid-token");
  });

  it("nor is a bearer token an assertion, not even one that is remembered", async () => {
    for (const token of [service.app(), partner.rs256(claims("partner", { sub: "twice" }))]) {
      problemOf(await asOperator(token, "/v1/lookup/x"), 401, "invalid-token");
      expect((await ask(token)).status).toBe(200);
      problemOf(await asOperator(token, "/v1/lookup/x"), 401, "invalid-token");
    }
  });

  it("does not read the assertion from a cookie", async () => {
    const headers = { cookie: `CF_Authorization=${access.rs256(accessClaims())}` };
    problemOf(await service.call("GET", "/v1/operators/status", { as: null, headers }), 401, "missing-token");
  });
});

describe("in production", () => {
  it("an own token of scope operator is refused, whatever it asks for", async () => {
    const token = service.operator();
    for (const path of ["/v1/operators/status", "/v1/lookup/+13125550123"]) {
      expect(problemOf(await ask(token, path), 401, "invalid-token").reason).toBe("not-accepted");
    }
  });

  it("no vote is taken from an own token whose account is none: it was erased", async () => {
    const sent = { as: { token: service.mint.token({ since: "2026-01-01" }) }, json: { spam: true } };
    problemOf(await service.call("PUT", "/v1/numbers/+13125550171/vote", sent), 401, "session-ended");
  });

  it("an issuer's token does not say since when its account votes", async () => {
    for (const sub of ["voter-1", "voter-2"]) {
      const token = partner.rs256(claims("crowd", { sub, since: "2026-01-01" }));
      const sent = { as: { token }, headers: { "x-dev-network": sub.slice(-1) }, json: { name: "Lakeview Clinic" } };
      const answer = await service.call("PUT", "/v1/numbers/+13125550172/vote", sent);
      expect(jsonOf(answer)).toMatchObject({ published: { name: null } });
    }
  });

  it("an app is told nothing of how its answer came about: not on a miss, not on a hit", async () => {
    const first = await ask(service.app(), "/v1/lookup/+16305550119");
    const second = await ask(service.app(), "/v1/lookup/+16305550119");
    const neighbour = await ask(service.app(), "/v1/lookup/+16305550120");
    for (const { headers } of [first, second, neighbour]) {
      expect(headers.has("server-timing")).toBe(false);
      expect(headers.has("cache-status")).toBe(false);
      expect(headers.has("age")).toBe(false);
      expect([...headers.keys()].filter((name) => name !== "content-length").sort()).toEqual(
        [...first.headers.keys()].filter((name) => name !== "content-length").sort(),
      );
    }
    expect(first.text).toBe(second.text);
  });

  it("an operator is told", async () => {
    const assertion = access.rs256(accessClaims());
    const first = await asOperator(assertion, "/v1/lookup/+16305550133");
    expect(first.headers.get("server-timing")).toMatch(/^lookup;dur=\d+$/);
    expect(first.headers.get("cache-status")).toMatch(/^konnections; (?:hit|fwd=miss); detail=(?:memory|kv|d1)$/);
  });

  it.each(["/dev/outbox?to=%2B13125550123", "/dev", "/dev/"])("%s is not there", async (path) => {
    problemOf(await service.call("GET", path, { as: null }), 404, "not-found");
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
