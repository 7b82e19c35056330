import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, type Answer, type Problem } from "../support/answer.ts";
import { castAsSomebody } from "../support/crowd.ts";
import { importRows, makeDataset, MEMORY_MS, untilPublished } from "../support/import.ts";
import { Service } from "../support/service.ts";
import { until } from "../support/until.ts";

interface Vote {
  readonly name: string | null;
  readonly spam: boolean | null;
  readonly category: string | null;
}
interface Voted {
  readonly vote: Vote | null;
  readonly published: Readonly<Record<string, unknown>>;
}

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const put = (number: string, json: unknown, token = service.app()): Promise<Answer> =>
  service.call("PUT", `/v1/numbers/${encodeURIComponent(number)}/vote`, { as: { token }, json });
const get = (number: string, token: string): Promise<Answer> =>
  service.call("GET", `/v1/numbers/${encodeURIComponent(number)}/vote`, { as: { token } });
const explain = async (number: string): Promise<Record<string, unknown>> =>
  jsonOf(await service.call("GET", `/v1/numbers/${encodeURIComponent(number)}/explanation`));

describe("a vote", () => {
  it("is set, kept, changed, cleared, read and withdrawn by its account alone", async () => {
    const number = "+14155550111";
    const [ann, bob] = [service.app(), service.app()];
    const set = await put(number, { name: "  Chicago   Dental Care " }, ann);
    expect(set.status).toBe(200);
    expect(jsonOf<Voted>(set).vote).toEqual({ name: "Chicago Dental Care", spam: null, category: null });
    expect(jsonOf<Voted>(await put(number, { spam: true, category: "robocall" }, ann)).vote).toEqual({
      name: "Chicago Dental Care",
      spam: true,
      category: "robocall",
    });
    expect(jsonOf(await get(number, ann))).toEqual({
      vote: { name: "Chicago Dental Care", spam: true, category: "robocall" },
    });
    expect(jsonOf(await get(number, bob))).toEqual({ vote: null });
    expect(jsonOf<Voted>(await put(number, { name: null }, ann)).vote).toEqual({
      name: null,
      spam: true,
      category: "robocall",
    });
    const withdrawn = await service.call("DELETE", `/v1/numbers/${number}/vote`, { as: { token: ann } });
    expect([withdrawn.status, withdrawn.text]).toEqual([204, ""]);
    expect(jsonOf(await get(number, ann))).toEqual({ vote: null });
    expect((await service.call("DELETE", `/v1/numbers/${number}/vote`, { as: { token: bob } })).status).toBe(204);
  });

  it("is in the answer to its voter at once, and in lookups after the caches", async () => {
    // Of a ten thousand that no other test complains of.
    const number = "+19285550133";
    let published: Readonly<Record<string, unknown>> = {};
    for (let voter = 0; voter < 5; voter += 1) {
      const said = { name: "Chicago Dental Care", spam: false };
      published = await castAsSomebody(service, number, said, { since: null });
    }
    // Newcomers of five networks, should two of them look alike: enough for a name, and only just.
    expect(published).toMatchObject({ number, name: "Chicago Dental Care", nameLevel: "tentative", spam: "none" });
    // KV's own cache is simulated too: the page of this block was never there, and its absence is remembered.
    await until("lookups tell it", async () => (await service.lookup(number))["name"] !== null, MEMORY_MS);
    expect(await service.lookup(number)).toMatchObject({
      name: "Chicago Dental Care",
      nameLevel: "tentative",
      updatedAt: published["updatedAt"],
    });
    expect(await explain(number)).toMatchObject({
      number,
      names: [{ name: "Chicago Dental Care", share: 100, voters: 4 }],
      nameRule: "tentative",
      spam: { complaints: 0, area: null },
    });
  });

  it("takes national digits with a country, as lookups do", async () => {
    const token = service.app();
    const answer = await service.call("PUT", "/v1/numbers/4155550144/vote?country=us", {
      as: { token },
      json: { spam: true },
    });
    expect(answer.status).toBe(200);
    expect(jsonOf(await get("+14155550144", token))).toEqual({ vote: { name: null, spam: true, category: null } });
  });
});

describe("in development", () => {
  it("a token says since which day its account counts as a voter", async () => {
    for (const [number, since, name] of [
      ["+14155550171", "2026-01-01", "Lakeview Clinic"],
      ["+14155550172", null, null],
      ["+14155550173", "soon", null],
    ] as const) {
      const voted = { name: "Lakeview Clinic" };
      await castAsSomebody(service, number, voted, { since });
      expect(await castAsSomebody(service, number, voted, { since }), String(since)).toMatchObject({ name });
    }
  });
});

it("a vote on a number that nobody is assigned counts, is read back, explained and withdrawn", async () => {
  const number = "+12005550123";
  const app = service.app();
  const cast = await put(number, { spam: true }, app);
  expect(cast.status).toBe(200);
  expect(jsonOf<{ published: unknown }>(cast).published).toMatchObject({
    number,
    valid: false,
    invalidReason: "not-assigned",
    advice: "warn",
  });
  expect(jsonOf(await get(number, app))).toMatchObject({ vote: { spam: true } });
  expect(await explain(number)).toMatchObject({ number });
  const gone = await service.call("DELETE", `/v1/numbers/${number}/vote`, { as: { token: app } });
  expect(gone.status).toBe(204);
});

describe("a vote is refused", () => {
  it.each([
    ["abc", "not-a-number"],
    ["+1312555", "too-short"],
    ["3125550123", "invalid-country-code"],
  ])("on %s: %s", async (number, reason) => {
    for (const answer of [await put(number, { spam: true }), await get(number, service.app())]) {
      expect(answer.status).toBe(422);
      expect(jsonOf<Problem>(answer)).toMatchObject({ code: "number-not-valid", reason });
    }
  });

  it.each([
    ["call 312 555 0199", "contact-details"],
    ["www.example.com", "contact-details"],
    ["Mom", "private-label"],
    ["N/A", "private-label"],
    ["Dental\u202eeraC", "control-characters"],
    ["x".repeat(200), "too-long"],
    ["fuck you", "profane"],
  ])("with the name %j: %s", async (name, reason) => {
    const answer = await put("+14155550155", { name });
    expect(answer.status).toBe(422);
    expect(jsonOf<Problem>(answer)).toMatchObject({ code: "name-not-allowed", reason });
    expect(answer.text).not.toContain(name);
  });

  it.each([
    [{ nickname: "x" }, "unknown-field"],
    [{ name: 5 }, "invalid-request"],
    [{ spam: "yes" }, "invalid-request"],
    [{ category: "rude", spam: true }, "invalid-request"],
    [{ category: "fraud" }, "invalid-request"],
  ])("with the body %j: %s", async (body, code) => {
    const answer = await put("+14155550155", body);
    expect(answer.status).toBe(400);
    expect(jsonOf<Problem>(answer).code).toBe(code);
  });

  it("after twenty names a day, and after three changes of one vote a week", async () => {
    const token = service.app();
    for (let n = 0; n < 20; n += 1)
      expect((await put(`+1312555${4100 + n}`, { name: "Fiction Shop" }, token)).status).toBe(200);
    const names = await put("+13125554200", { name: "Fiction Shop" }, token);
    expect(names.status).toBe(429);
    expect(jsonOf<Problem>(names).code).toBe("quota-exceeded");
    expect(names.headers.get("ratelimit-policy")).toBe('"names";q=20;w=86400');
    expect(Number(names.headers.get("retry-after"))).toBeGreaterThan(0);

    const changer = service.app();
    for (const spam of [true, false, true, false])
      expect((await put("+14155550166", { spam }, changer)).status).toBe(200);
    const changes = await put("+14155550166", { spam: true }, changer);
    expect([changes.status, changes.headers.get("ratelimit-policy")]).toEqual([429, '"changes";q=3;w=604800']);
    // What changes nothing, and taking everything back, always goes.
    expect((await put("+14155550166", { spam: false }, changer)).status).toBe(200);
    expect((await service.call("DELETE", "/v1/numbers/+14155550166/vote", { as: { token: changer } })).status).toBe(
      204,
    );
  });
});

describe("an explanation", () => {
  it("tells of complaints and neighbours, in steps, and of nobody", async () => {
    const dataset = await makeDataset(service, "complaints");
    await importRows(service, dataset, [
      { number: "+442071990101", complaints: 7 },
      { number: "+442071990122", complaints: 1 },
      { number: "+442071990133", complaints: 1 },
    ]);
    await untilPublished(service);
    expect(await explain("+442071990101")).toEqual({
      number: "+442071990101",
      names: [],
      nameRule: "too-few-agree",
      spam: { share: 100, voters: 0, complaints: 4, area: "hundred" },
      spamRule: "likely",
    });
    expect(await explain("+442071990144")).toMatchObject({
      spam: { complaints: 0, area: "hundred" },
      spamRule: "block",
    });
    expect(await explain("+442071990999")).toMatchObject({
      names: [],
      nameRule: "too-few-agree",
      spam: { share: 0, area: null },
      spamRule: "too-few-reports",
    });
  });
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
