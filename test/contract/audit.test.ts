import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import type { Described } from "../support/described.ts";
import { makeDataset, sendRows, statusOf } from "../support/import.ts";
import { proveNumber } from "../support/owner.ts";
import { fresh, Service, type As, type Sent } from "../support/service.ts";
import { freshNumber, signIn } from "../support/sign-in.ts";

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly who: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly outcome: number | null;
}

let service: Service;
let dataset: string;
beforeAll(async () => {
  service = await Service.shared();
  dataset = await makeDataset(service, "directory");
});

/** An operator whose entries are no other test's. */
const somebody = (): { sub: string; as: Exclude<As, string | null> } => {
  const sub = randomUUID();
  return { sub, as: { token: service.mint.token({ scope: "operator", sub }) } };
};
const page = async (query = "", as: As = "operator"): Promise<{ entries: Entry[]; next: string | null }> => {
  const answer = await service.call("GET", `/v1/operators/audit${query}`, { as });
  if (answer.status !== 200) throw new Error(answer.text);
  return jsonOf(answer);
};
/** All entries of an operator, the newest first. */
async function entriesOf(sub: string): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let before: string | null = null; ;) {
    const { entries, next } = await page(before === null ? "?limit=200" : `?limit=200&before=${before}`);
    found.push(...entries.filter(({ who }) => who === sub));
    if (next === null) return found;
    before = next;
  }
}
async function entryOf(sub: string): Promise<Entry> {
  const entries = await entriesOf(sub);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw new Error(`${entries.length} entries`);
  return entry;
}

/** Operators' calls that change nothing and show nothing of anybody: counts, and titles of public lists. */
const UNAUDITED = ["GET /v1/operators/status", "GET /v1/operators/health"];
const scopesOf = ({ operation }: Described): readonly string[] =>
  operation.security?.flatMap((one) => one.bearer ?? []) ?? [];
const nameOf = ({ method, path }: Described): string => `${method} ${path}`;
const operators = (): readonly Described[] =>
  service.document.operations.filter((one) => scopesOf(one).join() === "operator");

/** A request that each call takes: a call that this does not know fails its test. */
const REQUESTS: Readonly<Record<string, () => Sent>> = {
  "GET /v1/operators/callers/{number}": () => ({}),
  "PUT /v1/operators/callers/{number}": () => ({ json: { spam: "likely", note: "N" } }),
  "DELETE /v1/operators/callers/{number}": () => ({}),
  "DELETE /v1/operators/callers/{number}/override": () => ({}),
  "POST /v1/operators/callers/{number}/unlist": () => ({ json: { reason: "request", note: "N" } }),
  "POST /v1/operators/reseal": () => ({}),
  "DELETE /v1/operators/seal-keys/{id}": () => ({}),
  "GET /v1/operators/audit": () => ({}),
  "PUT /v1/operators/datasets/{id}": () => ({
    json: { title: "T", kind: "directory", licence: "CC0-1.0", country: "US" },
  }),
  "POST /v1/operators/datasets/{id}/rows": () => ({
    headers: { "content-type": "application/x-ndjson", "idempotency-key": fresh("key") },
    body: "",
  }),
  "DELETE /v1/operators/datasets/{id}": () => ({}),
  "POST /v1/operators/republish": () => ({ json: {} }),
  "POST /v1/operators/campaigns": () => ({
    json: { title: "T", kind: "service", channel: "email", texts: { en: "B" } },
  }),
  "GET /v1/operators/campaigns": () => ({}),
  "POST /v1/operators/campaigns/{id}/end": () => ({}),
  "GET /v1/operators/reports": () => ({}),
  "GET /v1/operators/reports/{id}/content": () => ({}),
  "POST /v1/operators/reports/{id}": () => ({ json: { decision: "keep" } }),
  "POST /v1/operators/erasures": () => ({ json: { number: "+13125550123", reason: "request" } }),
  "PUT /v1/operators/notices/{version}": () => ({
    json: { title: "T", body: "B", effectiveAt: new Date(Date.now() + 30 * 86_400_000).toISOString() },
  }),
};

describe("every call that only operators may make", () => {
  it("is audited, or shows nothing of anybody and changes nothing", () => {
    expect(operators().length).toBeGreaterThan(8);
    const unaudited = operators().filter(({ operation }) => operation["x-audit"] === undefined);
    expect(unaudited.map(nameOf)).toEqual(UNAUDITED);
    const actions = operators().flatMap(({ operation }) => operation["x-audit"] ?? []);
    expect(new Set(actions).size, "an action of its own").toBe(actions.length);
    expect(service.document.valuesOf("AuditEntry", "action")).toEqual(expect.arrayContaining(actions));
  });

  it("leaves exactly one entry: who, what, to what, and how it ended", async () => {
    for (const one of operators().filter((described) => !UNAUDITED.includes(nameOf(described)))) {
      const { sub, as } = somebody();
      const request = REQUESTS[nameOf(one)];
      if (request === undefined) throw new Error(`${nameOf(one)}: no request for it here`);
      const id = one.path.includes("/datasets/") ? (one.path.endsWith("/rows") ? dataset : fresh("set")) : "to-come";
      const path = one.path.replace("{number}", "+13125550199").replace(/\{\w+\}/, id);
      const began = Date.now();
      const answer = await service.call(one.method, path, { ...request(), as });
      const entry = await entryOf(sub);
      const rows = one.path.endsWith("/rows");
      expect(entry, nameOf(one)).toMatchObject({
        who: sub,
        action: one.operation["x-audit"],
        outcome: rows ? null : answer.status,
      });
      if (one.path.includes("{number}")) expect(entry.target, nameOf(one)).toMatch(/^[\w-]{22}$/);
      else if (one.path.includes("{")) expect(entry.target, nameOf(one)).toBe(id);
      expect(Date.parse(entry.at)).toBeGreaterThanOrEqual(began - 1);
      expect(Date.parse(entry.at)).toBeLessThanOrEqual(Date.now());
    }
  });
});

describe("calls that leave no entry", () => {
  it("are lookups, by whomever, and what shows nothing of anybody", async () => {
    const { sub, as } = somebody();
    await service.call("GET", "/v1/lookup/+13125550123", { as });
    await service.call("POST", "/v1/lookup", { as, json: { number: "+13125550123" } });
    await service.call("GET", "/v1/operators/status", { as });
    await service.call("GET", "/healthz?deep=1", { as });
    expect(await entriesOf(sub)).toEqual([]);
  });

  it("are those that are not let in, or of which nothing can be made", async () => {
    const { entries } = await page("?limit=1");
    const { sub, as } = somebody();
    const path = `/v1/operators/datasets/${dataset}`;
    problemOf(await service.call("DELETE", path, { as: null }), 401, "missing-token");
    problemOf(await service.call("DELETE", path, { as: "app" }), 403, "forbidden");
    problemOf(await service.call("PUT", path, { as, json: { title: "T" } }), 400, "invalid-request");
    problemOf(await service.call("GET", "/v1/operators/audit?limit=0", { as }), 400, "invalid-request");
    expect(await entriesOf(sub)).toEqual([]);
    const since = (await page()).entries.findIndex(({ id }) => id === entries[0]?.id);
    // What was read in between.
    expect((await page()).entries.slice(0, since).every(({ action }) => action === "audit.read")).toBe(true);
  });
});

describe("an entry", () => {
  it("has what was decided and the note, which is told nowhere else", async () => {
    const number = freshNumber();
    const owner = await proveNumber(service, number);
    const disputing = { as: owner, json: { cause: "mistaken", text: "a clinic" } };
    expect((await service.call("POST", "/v1/ownership/number/dispute", disputing)).status).toBe(202);
    const { reports } = jsonOf<{ reports: { id: string; number?: string }[] }>(
      await service.call("GET", "/v1/operators/reports", { as: "operator" }),
    );
    const id = reports.find((report) => report.number === number)?.id ?? "";
    const { sub, as } = somebody();
    const json = { decision: "remove", note: "It is Quellbrook Clinic" };
    expect((await service.call("POST", `/v1/operators/reports/${id}`, { as, json })).status).toBe(200);
    expect(await entryOf(sub)).toMatchObject({ action: "report.decide", target: id, details: json, outcome: 200 });
  });

  it("of an erasure names the number by a keyed hash, the same for every way of writing it", async () => {
    const number = freshNumber();
    await signIn(service, number);
    const { sub, as } = somebody();
    const erase = (written: string): Promise<Answer> =>
      service.call("POST", "/v1/operators/erasures", { as, json: { number: written, reason: "legal" } });
    expect((await erase(number)).status).toBe(202);
    await erase(`+1 (${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`);
    problemOf(await erase("nonsense"), 422, "number-not-valid");
    const entries = await entriesOf(sub);
    expect(entries.map(({ outcome }) => outcome)).toEqual([422, expect.any(Number), 202]);
    const [invalid, again, first] = entries;
    expect(first?.target).toMatch(/^[\w-]{22}$/);
    expect([again?.target, invalid?.target]).toEqual([first?.target, null]);
    expect(first?.details).toEqual({ reason: "legal" });
    expect(JSON.stringify(entries)).not.toContain(number.slice(5));
  });

  it("of a batch of rows costs one row; that one was refused is told", async () => {
    const { sub, as } = somebody();
    const rows = [{ number: freshNumber(), name: "Fiction Clinic" }];
    expect((await sendRows(service, dataset, rows, { as, edition: "2025-06" })).status).toBe(200);
    expect(await entryOf(sub)).toMatchObject({ outcome: null, details: { edition: "2025-06" } });
    problemOf(await sendRows(service, "no-such-dataset", rows, { as }), 404, "not-found");
    expect((await entriesOf(sub))[0]).toMatchObject({ target: "no-such-dataset", outcome: 404 });
  });

  it("stands in the store with a time, an action, an id and a seal alone", async () => {
    const { sub } = somebody();
    const as = { token: service.mint.token({ scope: "operator", sub: `Zyntharova-${sub}` }) };
    const json = { title: "Quellbrook", kind: "directory", licence: "Wroxtel", country: "US" };
    await service.call("PUT", `/v1/operators/datasets/${dataset}`, { as, json });
    const { DB } = await service.harness.getWorker<{ DB: D1Database }>().getEnv();
    const { results } = await DB.prepare("SELECT * FROM audit ORDER BY id DESC LIMIT 1").all();
    expect(results).toEqual([
      {
        id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
        action: "dataset.put",
        target: dataset,
        sealed: expect.stringMatching(/^[\w-]+$/),
        outcome: 200,
      },
    ]);
    expect(JSON.stringify(results)).not.toMatch(/Zyntharova|Quellbrook|Wroxtel/);
  });
});

describe("the audit", () => {
  it("is read in pages, the newest first, and reading it leaves an entry too", async () => {
    const { sub, as } = somebody();
    for (let n = 0; n < 5; n += 1) await page("?limit=1", as);
    const first = await page("?limit=3", as);
    // The call that reads is the newest: it has begun, and not ended.
    expect(first.entries[0]).toMatchObject({ who: sub, action: "audit.read", target: null, outcome: null });
    expect(first.entries).toHaveLength(3);
    expect(first.next).toBe(first.entries[2]?.id);
    const second = await page(`?limit=2&before=${first.next}`);
    const ids = [...first.entries, ...second.entries].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(5);
    expect(await page("?before=00000000-0000-7000-8000-000000000000")).toEqual({ entries: [], next: null });
  });

  it("is bounded", async () => {
    for (const query of ["?limit=201", "?limit=-1", "?limit=1.5", "?limit=all", "?before=yesterday"]) {
      const answer = await service.call("GET", `/v1/operators/audit${query}`, { as: "operator" });
      problemOf(answer, 400, "invalid-request");
    }
  });

  it("is for operators", async () => {
    problemOf(await service.call("GET", "/v1/operators/audit"), 403, "forbidden");
  });
});

describe("the rounds over lifetimes", () => {
  it("drop what has had its time, and operators see how many and when", async () => {
    const { DB } = await service.harness.getWorker<{ DB: D1Database }>().getEnv();
    const hex = (Date.now() - 401 * 86_400_000).toString(16).padStart(12, "0");
    const old = [1, 2, 3].map((n) => `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-00000000000${n}`);
    for (const id of old) {
      await DB.prepare("INSERT INTO audit (id, action, sealed) VALUES (?, 'dataset.put', '')").bind(id).run();
    }
    const began = Date.now();
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    const { results } = await DB.prepare("SELECT id FROM audit ORDER BY id LIMIT 1").all();
    expect(old).not.toContain(results[0]?.["id"]);
    const { retention } = await statusOf(service);
    const steps = ["audit", "deliveries", "disputes", "handovers", "pictures", "retention", "revocations"];
    expect(retention.map(({ step }) => step)).toEqual(steps);
    for (const { lastRunAt, failedSince } of retention) {
      expect(Date.parse(lastRunAt)).toBeGreaterThan(began - 3_600_000);
      expect(failedSince).toBeNull();
    }
    expect(retention[0]).toMatchObject({ step: "audit", removedToday: 3, removedIn30Days: 3 });
  });

  it("say since when one of them fails", async () => {
    const { DB } = await service.harness.getWorker<{ DB: D1Database }>().getEnv();
    await DB.prepare("ALTER TABLE disputes RENAME TO mislaid").run();
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    const failing = (await statusOf(service)).retention.filter(({ failedSince }) => failedSince !== null);
    expect(failing.map(({ step }) => step)).toEqual(["disputes"]);
    await DB.prepare("ALTER TABLE mislaid RENAME TO disputes").run();
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    expect((await statusOf(service)).retention.every(({ failedSince }) => failedSince === null)).toBe(true);
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
