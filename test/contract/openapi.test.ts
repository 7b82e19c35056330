import { createHmac, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import type { Described, OpenApi } from "../support/described.ts";
import { makeDataset } from "../support/import.ts";
import { runMadeClient } from "../support/made-client.ts";
import { ROOT, Service, type Sent } from "../support/service.ts";
import { freshNumber } from "../support/sign-in.ts";
import { ecdsa, type Mint } from "../support/tokens.ts";
import { BOUNDS } from "./bounds.ts";

const strangers = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Tokens with every scope that somebody would like to have; tokens.test.ts has the long list, on one call. */
const FORGERIES: Readonly<Record<string, (mint: Mint) => string>> = {
  "of no algorithm": (mint) => mint.token({}, { alg: "none" }, () => new Uint8Array(0)),
  "by HMAC with the public key": (mint) =>
    mint.token({}, { alg: "HS256" }, (input) => createHmac("sha256", JSON.stringify(mint.jwk)).update(input).digest()),
  "of another's key under our kid": (mint) => mint.token({}, {}, ecdsa(strangers.privateKey)),
  "that brings its key": (mint) =>
    mint.token({}, { jwk: strangers.publicKey.export({ format: "jwk" }) }, ecdsa(strangers.privateKey)),
  "with a signature of zeros": (mint) => mint.token({}, {}, () => new Uint8Array(64)),
  "without a kid": (mint) => mint.token({}, { kid: undefined }),
  "that is past": (mint) => mint.token({ exp: 1_700_000_000 }),
  "for somebody else's service": (mint) => mint.token({ aud: "elsewhere" }),
  "of another issuer": (mint) => mint.token({ iss: "https://elsewhere.example" }),
  "of all scopes at once": (mint) => mint.token({ scope: "app owner operator" }),
  "of no scope": (mint) => mint.token({ scope: undefined }),
};

let service: Service;
let dataset: string;
beforeAll(async () => {
  service = await Service.shared();
  dataset = await makeDataset(service, "complaints");
});

/** The notice that comes with the service, and one to come. */
const NOTICE = "2026-11-01";
const TO_COME = { title: "T", body: "B", effectiveAt: new Date(Date.now() + 30 * 86_400_000).toISOString() };

/** An address of an operation, its parameters filled in. */
const addressOf = ({ path }: Described): string =>
  path
    .replace("{number}", "+13125550123")
    .replace("{id}", path.endsWith("/rows") ? dataset : "openapi")
    .replace("{version}", path.startsWith("/privacy") ? NOTICE : "to-come")
    .replaceAll(/\{\w+\}/g, "openapi");

/** A request that the operation takes, as far as this file knows one; otherwise a body that it will find fault with. */
const requestTo = ({ path, method, operation }: Described): Sent => {
  if (path === "/v1/lookup") return { json: { number: "+13125550123" } };
  if (path.endsWith("/rows")) {
    return { headers: { "content-type": "application/x-ndjson", "idempotency-key": "openapi" }, body: "" };
  }
  if (path.endsWith("/vote") && method === "PUT") return { json: { spam: true } };
  if (path.endsWith("/datasets/{id}") && method === "PUT") {
    return { json: { title: "T", kind: "complaints", licence: "L", country: "US" } };
  }
  if (path === "/v1/operators/notices/{version}") return { json: TO_COME };
  return operation.requestBody === undefined ? {} : { json: {} };
};

/** Whether the answer lets its caller in: what comes then may still be a refusal of what was asked. */
const letsIn = ({ status, text }: Answer): boolean =>
  status < 500 &&
  // A token made here has no session; the service says so only to whoever has a good one.
  (status !== 401 || text.includes('"code":"session-ended"')) &&
  !text.includes('"code":"forbidden"');

const scopesOf = ({ operation }: Described): readonly string[] =>
  operation.security?.flatMap((one) => one.bearer ?? []) ?? [];
const operations = (): readonly Described[] => service.document.operations;
const closed = (): readonly Described[] => operations().filter((one) => scopesOf(one).length > 0);

describe("the document", () => {
  it.each([
    ["/openapi.json", /^3\.1\./],
    ["/openapi-3.0.json", /^3\.0\./],
  ])("%s is of its version, and valid", async (path, version) => {
    const document = jsonOf<OpenApi>(await service.call("GET", path, { as: null }));
    expect(document.openapi).toMatch(version);
    const { valid, errors } = await new Validator().validate(
      structuredClone(document) as object as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it("is the one in docs/, but for what development has and the provider's callbacks", async () => {
    const served = jsonOf<OpenApi>(await service.call("GET", "/openapi.json", { as: null }));
    const written = JSON.parse(readFileSync(join(ROOT, "docs/openapi.json"), "utf8")) as OpenApi;
    const pathsOf = ({ paths }: OpenApi, without: string): unknown =>
      Object.fromEntries(Object.entries(paths).filter(([path]) => !path.startsWith(without)));
    expect(pathsOf(served, "/dev/")).toEqual(pathsOf(written, "/v1/webhooks/"));
    const { Outbox: _, LoggedMessage: __, ...ofAll } = served.components.schemas;
    expect(written.components.schemas).toMatchObject(ofAll);
  });

  it("makes a client that compiles, and that signs in, looks up and votes", async () => {
    const { text } = await service.call("GET", "/openapi.json", { as: null });
    const number = freshNumber();
    const { lookup, ...others } = (await runMadeClient(text, [service.url.origin, number])) as Record<string, unknown>;
    expect(lookup).toEqual({
      number: "+13125550177",
      valid: true,
      ring: "plain",
      id: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(others).toEqual({
      vote: "Lakeview Clinic",
      published: "+13125550177",
      read: "Lakeview Clinic",
      explained: "+13125550177",
      profile: "Ada Fiction",
      consent: true,
      pace: "calm",
      refused: ["country"],
      withdrawn: 204,
      ended: 204,
    });
  });

  it("has every call of API.md that exists so far", () => {
    expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        "GET /healthz",
        "GET /.well-known/jwks.json",
        "POST /v1/lookup",
        "GET /v1/lookup/{number}",
        "PUT /v1/operators/datasets/{id}",
        "POST /v1/operators/datasets/{id}/rows",
        "GET /v1/operators/status",
      ]),
    );
  });

  it("describes each call, its parameters, and the scopes that may make it", () => {
    for (const { method, path, operation } of operations()) {
      const where = `${method} ${path}`;
      expect(operation, where).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters?.filter((one) => one.in === "path").map((one) => one.name) ?? [];
      expect(described, where).toEqual(inPath);
      expect(operation.security, where).toBeDefined();
    }
  });

  it("lists every bucket of reports, every reason and every level of API.md", () => {
    const enumOf = (schema: string, field: string): unknown => service.document.valuesOf(schema, field);
    expect(enumOf("Lookup", "reports")).toEqual([0, 2, 4, 10, 20, 50, 100]);
    expect(enumOf("Lookup", "invalidReason")).toEqual(
      "not-a-number too-short too-long invalid-country-code not-assigned".split(" "),
    );
    expect(enumOf("Lookup", "nameLevel")).toEqual("none tentative confirmed official owner disputed".split(" "));
    expect(enumOf("Lookup", "spam")).toEqual("none suspected likely spam".split(" "));
    expect(enumOf("Lookup", "advice")).toEqual("allow warn block".split(" "));
    expect(enumOf("Lookup", "category")).toEqual(
      "fraud robocall telemarketing survey debt charity political harassment silent other".split(" "),
    );
  });

  it("holds no example that is somebody's number", () => {
    const numbers = JSON.stringify(service.document.openapi).match(/\+?\d{10,15}/g) ?? [];
    for (const number of numbers) expect(number, "reserved for fiction").toMatch(/55501\d\d$/);
  });

  it("does not change with who asks or from where, but for nothing", async () => {
    const [one, other] = await Promise.all([
      service.call("GET", "/openapi.json", { as: null }),
      service.call("GET", "http://id.example/openapi.json", { as: "operator" }),
    ]);
    expect(one.text).toBe(other.text);
  });
});

describe("every call of the document", () => {
  it("answers each of the scopes that it names, and only those", async () => {
    for (const one of closed()) {
      for (const scope of ["app", "operator", "owner"]) {
        const token = service.mint.token({ scope });
        const answer = await service.call(one.method, addressOf(one), { ...requestTo(one), as: { token } });
        const where = `${scope}: ${one.method} ${one.path}: ${answer.text}`;
        if (scopesOf(one).includes(scope)) expect(letsIn(answer), where).toBe(true);
        else problemOf(answer, 403, "forbidden");
      }
    }
  });

  it("takes no other method, and says which it takes", async () => {
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for (const first of new Map(operations().map((one) => [one.path, one])).values()) {
      // An address can be another one's with a parameter in it, too: /v1/sessions/codes is a session by the id of codes.
      const takes = methods.filter((method) => service.document.find(method, addressOf(first)) !== null);
      const allowed = takes.includes("GET") ? [...takes, "HEAD"] : takes;
      for (const method of methods.filter((one) => !takes.includes(one))) {
        const answer = await service.call(method, addressOf(first), { as: "operator" });
        problemOf(answer, 405, "method-not-allowed");
        expect(answer.headers.get("allow")?.split(", ").sort(), first.path).toEqual(allowed.sort());
      }
    }
  });

  it("that is public needs no token, and serves whoever has a bad one", async () => {
    for (const one of operations().filter((described) => scopesOf(described).length === 0)) {
      for (const as of [null, { token: "garbage" }, { token: service.mint.token({ exp: 1 }) }]) {
        const answer = await service.call(one.method, addressOf(one), { ...requestTo(one), as });
        // A callback of the SMS provider comes by its signature, and an external token in the body may be none.
        const served = letsIn(answer) || !["missing-token", "invalid-token"].includes(String(jsonOf(answer)["code"]));
        expect(served, `${one.path}: ${answer.text}`).toBe(true);
      }
    }
  });

  const refused = async (sent: Sent, status: number, code: string): Promise<void> => {
    for (const one of closed()) {
      const answer = await service.call(one.method, addressOf(one), { ...requestTo(one), ...sent });
      expect(problemOf(answer, status, code).code, `${one.method} ${one.path}`).toBe(code);
    }
  };

  it("that is not public refuses no token", () => refused({ as: null }, 401, "missing-token"));

  it.each(["garbage", "a.b.c", "..", "null.null.null", "e30.e30.e30", `${"a".repeat(2000)}.${"b".repeat(3000)}.c`])(
    "that is not public refuses %s",
    (token) => refused({ as: { token } }, 401, "invalid-token"),
  );

  it.each(Object.entries(FORGERIES))("that is not public refuses a token %s", (_, forge) =>
    refused({ as: { token: forge(service.mint) } }, 401, "invalid-token"),
  );

  it.each(["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "Token x", "bearer", "Digest x", "Negotiate"])(
    "that is not public refuses Authorization: %s",
    (authorization) => refused({ as: null, headers: { authorization } }, 401, "invalid-token"),
  );

  it("that is not public refuses a token twice in one header field", async () => {
    const token = service.operator();
    await refused({ as: null, headers: { authorization: `Bearer ${token}, Bearer ${token}` } }, 401, "invalid-token");
  });

  it("refuses before it reads: a caller without a token learns nothing of fields, bodies or what exists", async () => {
    for (const one of closed()) {
      const path = one.path.replace(/\{\w+\}/, "%ff~~~~");
      const answer = await service.call(one.method, path, {
        as: null,
        ...(one.method === "GET" ? {} : { headers: { "content-type": "text/plain" }, body: "{".repeat(9000) }),
      });
      problemOf(answer, 401, "missing-token");
    }
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});

describe("what each call may cost", () => {
  const kindOf = (one: Described): string => /^\w+/.exec(BOUNDS[`${one.method} ${one.path}`] ?? "")?.[0] ?? "unsaid";

  it("is bounded by something that is said, for each", () => {
    const unsaid = operations()
      .filter((one) => kindOf(one) === "unsaid")
      .map(({ method, path }) => `${method} ${path}`);
    expect(unsaid).toEqual([]);
    // Webhooks are there with a provider only.
    const gone = Object.keys(BOUNDS).filter(
      (one) => !one.includes("/webhooks/") && operations().every(({ method, path }) => `${method} ${path}` !== one),
    );
    expect(gone).toEqual([]);
  });

  it("is as it is said", () => {
    for (const one of operations()) {
      const where = `${one.method} ${one.path}`;
      const kind = kindOf(one);
      const limited = "429" in one.operation.responses;
      const scopes = scopesOf(one);
      if (["lookup", "calls", "costly", "address"].includes(kind)) expect(limited, where).toBe(true);
      if (kind === "operator") expect(scopes, where).toEqual(["operator"]);
      // Whoever has a token is counted by account, whoever has none by address.
      else if (scopes.length > 0) expect(["lookup", "calls", "costly"], where).toContain(kind);
      else expect(["address", "nothing", "signature"], where).toContain(kind);
    }
  });
});
