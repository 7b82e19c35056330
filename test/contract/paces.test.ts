import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Foreign } from "../support/foreign.ts";
import { fresh, type As, Service } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

let service: Service;
const foreign = new Foreign();
beforeAll(async () => {
  service = await Service.shared();
});
afterAll(() => foreign.restore());

const lookUp = (as: As): Promise<Answer> => service.call("GET", "/v1/lookup/+13125550123", { as });

/** Asks until it is refused; how often it was answered, and the refusal. The platform's minute may end in between: then twice as often. */
async function flood(ask: () => Promise<Answer>, most: number): Promise<{ answered: number; refused: Answer }> {
  for (let answered = 0; answered <= most;) {
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    const refused = answers.find(({ status }) => status === 429);
    answered += answers.filter(({ status }) => status === 200).length;
    if (refused !== undefined) return { answered, refused };
  }
  throw new Error(`more than ${most} calls of one account were not limited`);
}

describe("lookups of one account", () => {
  it.each([
    ["a calm token", 10, "calm"],
    ["a burst token", 60, "burst"],
    ["a token without a pace", 10, undefined],
    ["a token of a pace that we never gave", 10, "presto"],
  ])("with %s are answered %i times a minute", async (_, quota, pace) => {
    const as = { token: service.mint.token({ pace }) };
    const { answered, refused } = await flood(() => lookUp(as), 2 * quota);
    expect(answered).toBeGreaterThanOrEqual(quota);
    problemOf(refused, 429, "rate-limited");
    expect(refused.headers.get("ratelimit-policy")).toBe(`"lookup";q=${quota};w=60`);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    // What shows nothing of a number goes on, for this account too, and so does everybody else.
    expect((await service.call("GET", "/healthz", { as })).status).toBe(200);
    expect((await service.call("GET", "/v1/numbers/+13125550123/vote", { as })).status).toBe(200);
    expect((await lookUp({ token: service.mint.token() })).status).toBe(200);
  });

  it("count over all its tokens", async () => {
    const sub = fresh("account");
    const tokens = Array.from({ length: 3 }, () => ({ token: service.mint.token({ sub, pace: "calm" }) }));
    let n = 0;
    const { answered } = await flood(() => lookUp(tokens[(n += 1) % 3] ?? null), 20);
    expect(answered).toBeLessThanOrEqual(20);
  });

  it("with another issuer's token are calm, whatever it claims", async () => {
    const as = foreign.token("paced", "partner", { pace: "burst" });
    const { refused } = await flood(() => lookUp(as), 20);
    expect(refused.headers.get("ratelimit-policy")).toBe('"lookup";q=10;w=60');
  });
});

describe("every door to what is known of a number", () => {
  const json = { number: "+13125550123" };
  it.each<readonly [string, (as: As) => Promise<Answer>]>([
    ["POST /v1/lookup", (as) => service.call("POST", "/v1/lookup", { as, json })],
    ["a vote that says nothing", (as) => service.call("PUT", "/v1/numbers/+13125550123/vote", { as, json: {} })],
    ["an explanation", (as) => service.call("GET", "/v1/numbers/+13125550123/explanation", { as })],
  ])("%s counts as a lookup", async (_, ask) => {
    const as = { token: service.mint.token({ pace: "calm" }) };
    await flood(() => lookUp(as), 20);
    const answer = await ask(as);
    // The platform's minute may have ended.
    if (answer.status !== 429) await flood(() => ask(as), 20);
    else problemOf(answer, 429, "rate-limited");
  });

  it("is open to operators, who are not paced", async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => lookUp("operator")));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(80);
  });
});

it("what decodes, exports or wakes objects is answered 20 times a minute", async () => {
  const as = { token: service.mint.token() };
  const upload = (): Promise<Answer> => service.call("PUT", "/v1/me/photo", { as, body: "not a picture" });
  const answers = await Promise.all(Array.from({ length: 60 }, upload));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(20);
  for (const answer of refused) problemOf(answer, 429, "rate-limited");
  expect(refused[0]?.headers.get("ratelimit-policy")).toBe('"costly";q=20;w=60');
  // A list asks each of its pictures, and a PIN is a slow hash.
  for (const ask of [
    () => service.call("GET", "/v1/images?box=sent", { as }),
    () => service.call("PUT", "/v1/me/pin", { as, json: { pin: "1234" } }),
  ]) {
    const { refused: one } = await flood(ask, 20);
    expect(one.headers.get("ratelimit-policy")).toBe('"costly";q=20;w=60');
  }
  // Lookups go on.
  expect((await lookUp(as)).status).toBe(200);
});

it("a new account is calm, and cannot ask for more", async () => {
  const ann = await signIn(service);
  expect(ann.pace).toBe("calm");
  const json = { refreshToken: ann.refreshToken, pace: "burst" };
  const refreshed = await service.call("POST", "/v1/sessions/refresh", { as: null, json });
  expect(jsonOf(refreshed)["pace"]).toBe("calm");
  const { refused } = await flood(() => lookUp({ token: String(jsonOf(refreshed)["accessToken"]) }), 20);
  expect(refused.headers.get("ratelimit-policy")).toBe('"lookup";q=10;w=60');
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
