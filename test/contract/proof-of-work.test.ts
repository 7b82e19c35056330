import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer, type Problem } from "../support/answer.ts";
import { solve, worth, type ProofAsked } from "../support/proof.ts";
import { Service } from "../support/service.ts";
import { device, freshAddress, freshNumber, noticeVersion, signIn } from "../support/sign-in.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const ROUTES = ["/v1/sessions/codes", "/v1/ownership/codes"] as const;
type Route = (typeof ROUTES)[number];
type Required = Problem & ProofAsked & { readonly expiresAt: string };

const ask = (route: Route, number: string, proof?: string): Promise<Answer> =>
  service.call("POST", route, {
    as: null,
    json: { number },
    headers: { "cf-connecting-ip": freshAddress(), ...(proof === undefined ? {} : { "x-proof": proof }) },
  });
const required = async (route: Route, number: string, proof?: string): Promise<Required> =>
  problemOf(await ask(route, number, proof), 429, "proof-required") as Required;

/** A number for which others asked as much as is free. */
async function wanted(route: Route, number = freshNumber()): Promise<string> {
  for (let n = 0; n < 8; n += 1) expect((await ask(route, number)).status).toBe(202);
  return number;
}

describe.each(ROUTES)("%s", (route) => {
  it("above what is free asks everybody for a proof, and takes one: the documented form", async () => {
    const number = await wanted(route);
    const { challenge, bits, expiresAt, retryAfter } = await required(route, number);
    expect(challenge).toMatch(/^[\w-]{60,300}$/);
    expect(bits).toBe(10);
    expect(expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(200_000);
    expect(retryAfter).toBeLessThanOrEqual(86_400);
    const proof = solve({ challenge, bits });
    expect(worth(proof)).toBeGreaterThanOrEqual(bits);
    const answer = await ask(route, number, proof);
    expect(answer.status).toBe(202);
    expect(Object.keys(jsonOf<object>(answer))).toEqual(["challengeId", "expiresIn", "resendAfter"]);
  });

  it("takes a proof once, for its number and call alone, and in full", async () => {
    const [number, other] = [await wanted(route), await wanted(route)];
    const asked = await required(route, number);
    const proof = solve(asked);
    await required(route, other, proof);
    const another = ROUTES.find((one) => one !== route) ?? route;
    await required(another, await wanted(another, number), proof);
    const bad = [`${asked.challenge}.0`, `${proof}.`, asked.challenge, "x", proof.slice(1), "a".repeat(2000)];
    for (const one of bad.filter((text) => worth(text) < asked.bits)) {
      await required(route, number, one);
    }
    const answers = await Promise.all([ask(route, number, proof), ask(route, number, proof)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 429]);
    await required(route, number, proof);
  });
});

describe("a proof", () => {
  it("is asked in the same words of every number, with an account or without", async () => {
    const [member, other] = [freshNumber(), freshNumber()];
    await signIn(service, member);
    const shapes = new Set<string>();
    for (const number of [member, other]) {
      await wanted("/v1/ownership/codes", number);
      const { requestId: _, challenge, expiresAt, retryAfter, ...rest } = await required("/v1/ownership/codes", number);
      shapes.add(JSON.stringify([challenge.length, expiresAt.length, (retryAfter ?? 0) > 0, rest]));
    }
    expect([...shapes]).toHaveLength(1);
  });

  it("buys a sign-in where strangers have used up what is free", async () => {
    const number = await wanted("/v1/sessions/codes");
    const asked = await ask("/v1/sessions/codes", number, solve(await required("/v1/sessions/codes", number)));
    const { challengeId, expiresIn } = jsonOf<{ challengeId: string; expiresIn: number }>(asked);
    // It comes half a minute after the strangers' code (test/accounts/codes.test.ts), and is of nine digits.
    expect(expiresIn).toBeLessThanOrEqual(630);
    const terms = { device: device(), over16: true, noticeVersion: await noticeVersion(service) };
    const begin = (code: string): Promise<Answer> =>
      service.call("POST", "/v1/sessions", { as: null, json: { challengeId, code, ...terms } });
    problemOf(await begin("123456789"), 422, "code-not-accepted");
    problemOf(await begin("1234567890"), 400, "invalid-request");
  });

  it("needs none where nothing is owed, and does no harm", async () => {
    expect((await ask("/v1/sessions/codes", freshNumber(), "nonsense")).status).toBe(202);
  });
});

describe("the document", () => {
  it("tells of the header and the problem of both calls, and the fields of the problem", () => {
    const { document } = service;
    for (const route of ROUTES) {
      const { parameters, responses = {} } = document.find("POST", route)?.operation ?? {};
      expect(parameters).toContainEqual(expect.objectContaining({ name: "X-Proof", in: "header", required: false }));
      expect(responses["429"]?.description).toContain("proof-required");
    }
    expect(Object.keys(document.openapi.components.schemas["Problem"]?.properties ?? {})).toEqual(
      expect.arrayContaining(["challenge", "bits", "expiresAt"]),
    );
  });

  it("and every answer is of its form", () => {
    expect([...service.deviations]).toEqual([]);
  });
});
