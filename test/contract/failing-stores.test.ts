import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { importRows, makeDataset, untilPublished } from "../support/import.ts";
import { type Mood, type Moody, startMoody } from "../support/moody.ts";

// The Worker under test has stores that throw or never answer; a twin with sound ones fills them.

let stores: Moody;
/** Blocks with one named number each, line 42; every test takes those that nobody has looked up. */
const blocks: string[] = [];
const AREAS = "202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240".split(
  " ",
);

beforeAll(async () => {
  stores = await startMoody();
  const dataset = await makeDataset(stores.well, "directory");
  blocks.push(...AREAS.map((area) => `+1${area}55501`));
  await importRows(
    stores.well,
    dataset,
    blocks.map((block) => ({ number: `${block}42`, name: `Clinic of ${block.slice(2, 5)}` })),
  );
  await untilPublished(stores.well);
});
afterAll(() => stores.well.stop());
beforeEach(() => stores.set({ kv: "well", d1: "well" }));

let unknown = 0;
/** A known number, and an unknown one of a block that has no page; both never looked up before. */
const fresh = (): { known: string; absent: string } => {
  const block = blocks.pop();
  if (block === undefined) throw new Error("the blocks are used up");
  unknown += 1;
  return { known: `${block}42`, absent: `+1630555${String(unknown * 100).padStart(4, "0")}` };
};
const ask = (number: string, budget?: number): Promise<Answer> =>
  stores.moody.call(
    "GET",
    `/v1/lookup/${number}`,
    budget === undefined ? {} : { headers: { "x-lookup-budget-ms": String(budget) } },
  );

const FULL = { valid: true, nameLevel: "official", advice: "allow" };
const BARE = {
  valid: true,
  country: "US",
  name: null,
  nameLevel: "none",
  spam: "none",
  advice: "allow",
  degraded: true,
};
/** A hang lasts a minute: whoever answers within this did not wait for it, on however slow a machine. */
const SOON_MS = 45_000;

const CASES: readonly (readonly [kv: Mood, d1: Mood])[] = [
  ["well", "throws"],
  ["well", "hangs"],
  ["throws", "well"],
  ["hangs", "well"],
  ["throws", "throws"],
  ["throws", "hangs"],
  ["hangs", "throws"],
  ["hangs", "hangs"],
];

describe.each(CASES)("KV %s, D1 %s", (kv, d1) => {
  it("a lookup answers 200 in its budget, says degraded, and recovers by itself", async () => {
    const { known, absent } = fresh();
    await stores.set({ kv, d1 });
    const answers = await Promise.all([ask(known, 600), ask(absent, 600)]);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.took).toBeLessThan(SOON_MS);
    }
    const [ofKnown, ofAbsent] = answers.map((answer) => jsonOf(answer));
    if (kv === "well")
      expect(ofKnown, "KV had the page: D1 was not needed").toMatchObject({ ...FULL, degraded: false });
    else if (d1 === "well") expect(ofKnown, "D1 had the page").toMatchObject({ ...FULL, degraded: true });
    else expect(ofKnown).toMatchObject({ ...BARE, number: known });
    expect(ofAbsent, "absence needs both stores").toMatchObject({ ...BARE, number: absent });
    for (const answer of answers) {
      const { degraded, ttl } = jsonOf<{ degraded: boolean; ttl: number }>(answer);
      if (degraded) expect(ttl, "a poor answer is not kept for long").toBeLessThanOrEqual(60);
      expect(answer.headers.get("cache-control")).toBe(`private, max-age=${ttl}`);
    }

    await stores.set({ kv: "well", d1: "well" });
    expect(jsonOf(await ask(known)), "at once: a failure is not remembered").toMatchObject({
      ...FULL,
      degraded: false,
    });
    expect(jsonOf(await ask(absent))).toMatchObject({ ...BARE, degraded: false });
  });

  it("an invalid number needs no store", async () => {
    await stores.set({ kv, d1 });
    expect(jsonOf(await ask("nonsense"))).toMatchObject({ valid: false, degraded: false, ttl: 3600 });
  });
});

describe("the budget", () => {
  it("is what the header says: a short one cuts off soon, a long one later", async () => {
    const { absent } = fresh();
    await stores.set({ kv: "hangs", d1: "hangs" });
    const short = await ask(absent, 50);
    const long = await ask(absent, 2000);
    for (const answer of [short, long]) expect(jsonOf(answer)).toMatchObject(BARE);
    // Only what holds on the slowest machine: the long one did wait, and neither waited for the stores.
    expect(long.took).toBeGreaterThan(1500);
    expect(long.took).toBeLessThan(SOON_MS);
    expect(short.took).toBeLessThan(long.took);
  });

  it("is bounded: no header makes a lookup wait longer than 4.5 s or give up before 50 ms", async () => {
    const { absent, known } = fresh();
    await stores.set({ kv: "hangs", d1: "hangs" });
    const answer = await ask(absent, 999_999_999);
    expect(jsonOf(answer)).toMatchObject(BARE);
    expect(answer.took).toBeLessThan(SOON_MS);
    await stores.set({ kv: "well", d1: "well" });
    expect((await ask(known, 0)).status).toBe(200);
  });

  it("holds for many at once", async () => {
    await stores.set({ kv: "hangs", d1: "hangs" });
    const numbers = Array.from({ length: 60 }, (_, n) => `+1847555${String(n * 100).padStart(4, "0")}`);
    const answers = await Promise.all(numbers.map((number) => ask(number, 300)));
    for (const answer of answers) {
      expect(jsonOf(answer)).toMatchObject(BARE);
      expect(answer.took).toBeLessThan(SOON_MS);
    }
  });
});

describe("memory", () => {
  it("answers in full while both stores are down", async () => {
    const { known } = fresh();
    expect(jsonOf(await ask(known))).toMatchObject({ ...FULL, degraded: false });
    await stores.set({ kv: "throws", d1: "hangs" });
    const answer = await ask(known);
    expect(jsonOf(answer)).toMatchObject({ ...FULL, degraded: false });
    expect(answer.headers.get("cache-status")).toBe("konnections; hit; detail=memory");
  });
});

describe("operators, when D1 throws", () => {
  it("are told 503 with Retry-After, and nothing of what D1 said", async () => {
    await stores.set({ d1: "throws" });
    const json = { title: "T", kind: "complaints", licence: "L", country: "US" };
    const headers = { "content-type": "application/x-ndjson", "idempotency-key": "k" };
    const calls = [
      ["GET", "/v1/operators/status", {}],
      ["PUT", "/v1/operators/datasets/x", { json }],
      ["POST", "/v1/operators/datasets/x/rows", { headers, body: "" }],
      ["DELETE", "/v1/operators/datasets/x", {}],
    ] as const;
    for (const [method, path, sent] of calls) {
      problemOf(await stores.moody.call(method, path, { as: "operator", ...sent }), 503, "unavailable");
    }
  });

  it("learn from deep health which store is sick, also when it only hangs", async () => {
    const health = async (): Promise<unknown> => {
      const answer = await stores.moody.call("GET", "/healthz?deep=1", { as: "operator" });
      expect(answer.status).toBe(503);
      expect(answer.took).toBeLessThan(SOON_MS);
      return jsonOf(answer);
    };
    await stores.set({ kv: "throws", d1: "throws" });
    expect(await health()).toMatchObject({ status: "sick", stores: { kv: "sick", d1: "sick", objects: "ok" } });
    await stores.set({ kv: "well", d1: "hangs" });
    expect(await health()).toMatchObject({ status: "sick", stores: { kv: "ok", d1: "sick", objects: "ok" } });
    const shallow = await stores.moody.call("GET", "/healthz", { as: null });
    expect(shallow.status, "the service answers").toBe(200);
  });
});

it("nothing of a number, and nothing that a store said, is in the Worker's log", () => {
  const lines = stores.well.harness.getLogs().map(({ message }) => message);
  for (const line of lines) expect(line).not.toMatch(/555\d{4}|55501|no mood/);
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...stores.well.deviations, ...stores.moody.deviations]).toEqual([]);
});
