import { beforeAll, describe, expect, it } from "vitest";
import { problemOf, type Answer } from "../support/answer.ts";
import { freshBlock } from "../support/blocks.ts";
import { importMoreThanOneDrop, makeDataset, sendRows } from "../support/import.ts";
import { proveNumber } from "../support/owner.ts";
import { type As, Service } from "../support/service.ts";
import { freshNumber, requestCode } from "../support/sign-in.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

/** A refusal of every code that a client can bring about, and the status that goes with it. */
const PROVOKED: readonly (readonly [code: string, status: number, provoke: () => Promise<Answer>])[] = [
  ["malformed-json", 400, () => post("{")],
  ["unknown-field", 400, () => service.call("POST", "/v1/lookup", { json: { number: "+14155550123", who: "me" } })],
  ["invalid-request", 400, () => service.call("POST", "/v1/lookup", { json: {} })],
  ["missing-token", 401, () => service.call("GET", "/v1/lookup/+14155550123", { as: null })],
  ["invalid-token", 401, () => service.call("GET", "/v1/lookup/+14155550123", { as: { token: "x.y.z" } })],
  ["forbidden", 403, () => service.call("GET", "/v1/operators/status")],
  ["not-found", 404, () => service.call("GET", "/v1/nothing")],
  ["method-not-allowed", 405, () => service.call("PATCH", "/v1/lookup", { json: {} })],
  [
    "idempotency-key-missing",
    400,
    async () => sendRows(service, await makeDataset(service, "complaints"), "", { key: "" }),
  ],
  ["idempotency-key-reused", 409, async () => reused()],
  ["dataset-kind-differs", 409, async () => kindDiffers()],
  ["dataset-being-dropped", 409, async () => beingDropped()],
  ["too-large", 413, () => post(`{"number":"${"1".repeat(5000)}"}`)],
  ["too-many-rows", 413, async () => sendRows(service, await makeDataset(service, "complaints"), "x\n".repeat(5001))],
  ["unsupported-media-type", 415, () => post("{}", "text/plain")],
  ["rate-limited", 429, () => lookedUpTooFast()],
  ["name-not-allowed", 422, () => vote("+14155550101", { name: "Mom" })],
  ["number-not-valid", 422, () => vote("nonsense", { spam: true })],
  [
    "number-not-served",
    422,
    () => service.call("POST", "/v1/sessions/codes", { as: null, json: { number: "+19005550123" } }),
  ],
  [
    "refresh-not-accepted",
    401,
    () => service.call("POST", "/v1/sessions/refresh", { as: null, json: { refreshToken: "x" } }),
  ],
  ["session-ended", 401, () => service.call("GET", "/v1/sessions")],
  ["notice-not-in-force", 409, () => signInUnder("1999")],
  ["quota-exceeded", 429, () => votedTooOften()],
  ["proof-required", 429, () => askedTooOften()],
  ["consent-missing", 403, () => service.call("GET", "/v1/phonebook")],
  ["upgrade-required", 426, () => service.call("GET", "/v1/phonebook/live")],
  ["number-unlisted", 409, () => namedAfterUnlisting()],
  ["changed-recently", 429, () => namedTwice()],
  ["notice-too-soon", 422, () => publish("too-soon")],
  ["notice-not-changeable", 409, () => publish("2026-11-01")],
];
/** A number that many asked codes for. */
async function askedTooOften(): Promise<Answer> {
  const number = freshNumber();
  for (let n = 0; n < 8; n += 1) expect((await requestCode(service, number)).status).toBe(202);
  return requestCode(service, number);
}

/** Refusals for which something must break or be there that is not: an issuer (issuers.test.ts), a bug, an account, a second device, a PIN or a change of hands (devices.test.ts), a full phonebook (phonebook.test.ts), a slow sender (dripping.test.ts), a provider (webhooks.test.ts), no provider (dev-outbox.test.ts). */
const ELSEWHERE = [
  "unavailable",
  "promotion-not-carried",
  "internal",
  "own-number",
  "resync",
  "phonebook-full",
  "too-slow",
  "code-not-accepted",
  "assertion-not-accepted",
  "device-not-approved",
  "pin-not-accepted",
  "hand-over",
  "account-being-erased",
  "too-young",
  "signature-not-valid",
  "messages-not-configured",
  "number-marked-spam",
];
/** Refusals of pictures: endpoints that take them have tests of their own. */
const PICTURES = ["not-a-picture", "unsupported-picture", "audio", "too-many-pixels", "damaged-picture"];

async function lookedUpTooFast(): Promise<Answer> {
  const as = { token: service.mint.token({ pace: "calm" }) };
  const answers = await Promise.all(Array.from({ length: 25 }, () => service.call("GET", "/v1/lookup/x", { as })));
  const refused = answers.find(({ status }) => status === 429);
  if (refused === undefined) throw new Error("25 lookups with one calm token were not limited");
  return refused;
}

function post(body: string, type = "application/json"): Promise<Answer> {
  return service.call("POST", "/v1/lookup", { headers: { "content-type": type }, body });
}

async function reused(): Promise<Answer> {
  const dataset = await makeDataset(service, "complaints");
  await sendRows(service, dataset, [{ number: "+14155550101" }], { key: "one" });
  return sendRows(service, dataset, [{ number: "+14155550102" }], { key: "one" });
}

async function kindDiffers(): Promise<Answer> {
  const json = { title: "T", kind: "directory", licence: "L", country: "US" };
  const id = await makeDataset(service, "complaints");
  return service.call("PUT", `/v1/operators/datasets/${id}`, { as: "operator", json });
}

async function beingDropped(): Promise<Answer> {
  const dataset = await makeDataset(service, "complaints");
  await importMoreThanOneDrop(service, dataset, freshBlock());
  await service.call("DELETE", `/v1/operators/datasets/${dataset}`, { as: "operator" });
  return sendRows(service, dataset, "");
}

function signInUnder(noticeVersion: string): Promise<Answer> {
  const device = { id: "problems", platform: "android" };
  const json = { challengeId: "x", code: "000000", device, over16: true, noticeVersion };
  return service.call("POST", "/v1/sessions", { as: null, json });
}

function vote(number: string, json: object, as: As = "app"): Promise<Answer> {
  return service.call("PUT", `/v1/numbers/${number}/vote`, { as, json });
}

async function namedAfterUnlisting(): Promise<Answer> {
  const as = await proveNumber(service, freshNumber());
  await service.call("DELETE", "/v1/ownership/number", { as });
  return service.call("PUT", "/v1/ownership/number", { as, json: { name: "Fiction Clinic" } });
}

async function namedTwice(): Promise<Answer> {
  const as = await proveNumber(service, freshNumber());
  await service.call("PUT", "/v1/ownership/number", { as, json: { name: "Fiction Clinic" } });
  return service.call("PUT", "/v1/ownership/number", { as, json: { name: "Other Clinic" } });
}

/** A notice for tomorrow. */
function publish(version: string): Promise<Answer> {
  const json = { title: "T", body: "B", effectiveAt: new Date(Date.now() + 86_400_000).toISOString() };
  return service.call("PUT", `/v1/operators/notices/${version}`, { as: "operator", json });
}

/** More names than an account may give in a day; the first refusal. */
async function votedTooOften(): Promise<Answer> {
  const as = { token: service.app() };
  for (let n = 0; n < 60; n += 1) {
    const answer = await vote(`+1312555${String(100 + n).padStart(4, "0")}`, { name: `Clinic ${n}`, spam: false }, as);
    if (answer.status !== 200) return answer;
  }
  throw new Error("sixty names of one account in a day were taken");
}

/** Lookups of one account until one is refused; how many were answered before, and the account. */

describe("every code", () => {
  const codes = (): string[] => service.document.problemCodes;

  it("of the document's closed list is provoked here, or named as one that only a failure brings about", () => {
    expect([...PROVOKED.map(([code]) => code), ...ELSEWHERE, ...PICTURES].sort()).toEqual(codes().toSorted());
  });

  it.each(PROVOKED)("%s has status %i, its fields and its header fields", async (code, status, provoke) => {
    problemOf(await provoke(), status, code);
  });

  it("has its page at its type", async () => {
    for (const code of codes()) {
      const page = await service.call("GET", `/problems/${code}`, { as: null });
      expect(page.status, code).toBe(200);
      expect(page.headers.get("content-type"), code).toBe("text/html; charset=utf-8");
      expect(page.text, code).toContain(`<code>${code}</code>`);
    }
    const refused = problemOf(await service.call("GET", "/v1/nothing"), 404);
    const page = await service.call("GET", new URL(refused.type).pathname, { as: null });
    expect(page.text).toContain(refused.title);
    expect(page.text).toContain(refused.detail);
  });

  it.each(["nope", "__proto__", "constructor", "toString", "%00", "internal/", "Internal", "..%2fhealthz"])(
    "%s is none",
    async (code) => {
      problemOf(await service.call("GET", `/problems/${code}`, { as: null }), 404, "not-found");
    },
  );
});

describe("type", () => {
  it("is on the origin that the client used", async () => {
    const answer = await service.call("GET", "/v1/nothing");
    expect(new URL(problemOf(answer).type).origin).toBe(service.url.origin);
    const other = await service.call("GET", "http://id.example/v1/nothing");
    expect(problemOf(other).type).toBe("http://id.example/problems/not-found");
  });
});

describe("a method that an address does not take", () => {
  it.each([
    ["DELETE", "/v1/lookup", "POST"],
    ["GET", "/v1/lookup", "POST"],
    ["POST", "/v1/lookup/+14155550123", "GET"],
    ["OPTIONS", "/v1/lookup", "POST"],
    ["PATCH", "/v1/operators/datasets/x", "PUT, DELETE"],
    ["GET", "/v1/operators/datasets/x/rows", "POST"],
    ["POST", "/openapi.json", "GET"],
    ["POST", "/problems/internal", "GET"],
    ["PUT", "/healthz", "GET"],
    ["PROPFIND", "/healthz", "GET"],
  ])("%s %s is answered with Allow: %s", async (method, path, allow) => {
    const answer = await service.call(method, path);
    problemOf(answer, 405, "method-not-allowed");
    const told = (answer.headers.get("allow") ?? "").split(", ");
    // HEAD comes with GET, whether it is told or not.
    expect(told.filter((name) => name !== "HEAD").sort()).toEqual(allow.split(", ").sort());
  });

  it("HEAD is not answered where GET is not", async () => {
    const answer = await service.call("HEAD", "/v1/lookup");
    expect(answer.status).toBe(405);
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
