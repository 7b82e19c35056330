import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { audited, type Audited, type BegunEntry } from "../../src/http/audit.ts";
import type { Call } from "../../src/http/endpoint.ts";
import { auditRoutes } from "../../src/operators/audit-routes.ts";
import { Audit, AUDIT_DAYS } from "../../src/operators/audit.ts";
import { AuditRecords } from "../../src/operators/audit-records.ts";
import { StoreFailure } from "../../src/telemetry/store-failure.ts";
import { testDirectory, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { faulty } from "../support/faulty.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;
const WHO = "https://team.example jane@operators.example";
const NUMBER = "+13125550123";

const { events, logger } = testDirectory();
const store = faulty(env.DB, ["batch"]);
const audit = new Audit(testVault(), new AuditRecords(store.store), logger);
const begin = (changes: Partial<BegunEntry> = {}, now = NOW): Promise<string> =>
  audit.begin({ action: "dataset.drop", who: WHO, target: null, details: {}, ...changes }, now, crypto.randomUUID());
const rows = async (): Promise<Record<string, unknown>[]> =>
  (await env.DB.prepare("SELECT * FROM audit ORDER BY id").all()).results;

beforeEach(async () => {
  await emptyStores();
  store.fault = "none";
  store.calls = 0;
  events.length = 0;
});

describe("an entry", () => {
  it("says who did what, to what and why, to operators alone: in the store nothing of it is in clear", async () => {
    const id = await begin({
      action: "erasure.begin",
      target: { kind: "number", value: "+1 (312) 555-0123" },
      details: { reason: "request", note: "Jane wrote on Monday" },
    });
    await audit.settle(id, 202);
    const [entry] = await audit.list(null, 10);
    expect(entry).toEqual({
      id,
      at: NOW,
      who: WHO,
      action: "erasure.begin",
      target: expect.stringMatching(/^[\w-]{22}$/),
      details: { reason: "request", note: "Jane wrote on Monday" },
      outcome: 202,
    });
    const stored = JSON.stringify(await rows());
    for (const clear of ["jane", "team.example", "Monday", "request", "3125550123", "555-0123"]) {
      expect(stored).not.toContain(clear);
    }
  });

  it("names a number alike however it was written, and as no other table does", async () => {
    const target = (value: string) => ({ target: { kind: "number" as const, value } });
    const ways = ["nonsense", "+1 312 555 0123", NUMBER];
    for (const [n, value] of ways.entries()) await begin(target(value), NOW + n);
    const targets = (await audit.list(null, 10)).map((entry) => entry.target);
    const keyed = await testVault().keyedHash("audit", NUMBER);
    expect(targets).toEqual([keyed, keyed, null]);
    expect(keyed).not.toBe(await testVault().numberId(NUMBER));
  });

  it("has one outcome, the first", async () => {
    const id = await begin();
    await audit.settle(id, 200);
    await audit.settle(id, 500);
    expect(await audit.list(null, 1)).toMatchObject([{ id, outcome: 200 }]);
  });

  it("is listed without who and why once its seal is of a key that is gone", async () => {
    const id = await begin();
    await env.DB.prepare("UPDATE audit SET sealed = 'AAAA'").run();
    expect(await audit.list(null, 1)).toMatchObject([
      { id, at: NOW, action: "dataset.drop", who: null, details: null },
    ]);
  });

  it("stands in a list of 200 at most, which is within 4 MiB when each says as much as a call may", async () => {
    // A body of 4 KiB.
    const details = { note: "x".repeat(4096) };
    const ids = await Promise.all(Array.from({ length: 205 }, (_, n) => begin({ details }, NOW + n)));
    await Promise.all(ids.map((id) => audit.settle(id, 200)));
    const [list] = auditRoutes(audit);
    const call = { requestId: "r" } as Call;
    expect(await list?.handle(call, {}, { limit: "201" })).toMatchObject({ code: "invalid-request" });
    const answer = await list?.handle(call, {}, { limit: "200" });
    const text = answer instanceof Response ? await answer.text() : "";
    expect((JSON.parse(text) as { entries: unknown[] }).entries).toHaveLength(200);
    expect(text.length).toBeLessThan(4 * 1024 * 1024);
  });

  it("stands in a list by its time, the newest first, in pages that miss none of the same millisecond", async () => {
    for (let n = 0; n < 25; n += 1) await begin({}, NOW + Math.floor(n / 10));
    const seen: string[] = [];
    for (let before: string | null = null; ;) {
      const page = await audit.list(before, 7);
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)?.id ?? null;
      if (before === null) break;
    }
    expect(seen).toHaveLength(25);
    expect(seen).toEqual((await rows()).map((row) => row["id"]).toReversed());
  });
});

describe("a call that is audited", () => {
  const DROP: Audited = { action: "dataset.drop", target: "id", keeps: ["keep", "note"] };
  const call = { trail: audit, who: WHO, now: NOW, fields: { id: "us-hospitals", keep: "2025-06", other: "x" } };
  const outcomes = async (): Promise<unknown[]> => (await rows()).map((row) => row["outcome"]);

  it("is carried out only after it is written that it begins", async () => {
    const answer = await audited(DROP, call, async () => {
      expect(await audit.list(null, 10)).toMatchObject([
        { action: "dataset.drop", target: "us-hospitals", who: WHO, details: { keep: "2025-06" }, outcome: null },
      ]);
      return new Response(null, { status: 204 });
    });
    expect(answer).toMatchObject({ status: 204 });
    expect(await outcomes()).toEqual([204]);
  });

  it("is not carried out when that cannot be written", async () => {
    store.fault = "fails";
    let done = false;
    const calling = audited(DROP, call, async () => {
      done = true;
      return new Response();
    });
    await expect(calling).rejects.toThrow(StoreFailure);
    expect(done).toBe(false);
  });

  it("has its entry when everything ends in the midst of it", async () => {
    let carriedOut = (): void => {};
    const begun = new Promise<void>((resolve) => (carriedOut = resolve));
    void audited(DROP, call, () => {
      carriedOut();
      return new Promise<Response>(() => {});
    });
    await begun;
    expect(await outcomes()).toEqual([null]);
  });

  it("is told its answer though the end cannot be written, which the log says", async () => {
    const answer = await audited(DROP, call, async () => {
      store.fault = "fails";
      return new Response("done");
    });
    expect(answer.status).toBe(200);
    expect(await outcomes()).toEqual([null]);
    expect(events).toEqual([{ event: "audit.unsettled", fields: { outcome: 200, error: "other" } }]);
  });

  it("has the status of what it was refused with, or of what went wrong", async () => {
    await audited(DROP, call, async () => ({ code: "dataset-being-dropped" }) as const);
    const failing = [new StoreFailure("kv", null), new TypeError("a bug")];
    for (const [n, thrown] of failing.entries()) {
      const later = { ...call, now: NOW + 1 + n };
      await expect(audited(DROP, later, () => Promise.reject(thrown))).rejects.toBe(thrown);
    }
    expect(await outcomes()).toEqual([409, 503, 500]);
  });

  it("of which there are many costs one statement when it goes well, and is settled when it is refused", async () => {
    const many: Audited = { ...DROP, many: true };
    await audited(many, call, async () => new Response());
    expect(store.calls).toBe(1);
    await audited(many, { ...call, now: NOW + 1 }, async () => ({ code: "too-many-rows" }) as const);
    expect(store.calls).toBe(3);
    expect(await outcomes()).toEqual([null, 413]);
  });

  it("costs one row: there is no index beside the key", async () => {
    const { results } = await env.DB.prepare("SELECT sql FROM sqlite_master WHERE tbl_name = 'audit'").all();
    expect(results).toHaveLength(1);
    expect(String(results[0]?.["sql"])).toContain("WITHOUT ROWID");
  });
});

describe("after 400 days", () => {
  it("an entry goes, not sooner", async () => {
    await begin({}, NOW - AUDIT_DAYS * DAY_MS - 1);
    const kept = await begin({}, NOW - AUDIT_DAYS * DAY_MS);
    expect(await audit.forget(NOW)).toBe(1);
    expect((await rows()).map((row) => row["id"])).toEqual([kept]);
  });

  it("entries go at most 1,000 in a step, the oldest first", async () => {
    const made = Array.from({ length: 1200 }, (_, n) => {
      const hex = (NOW - 500 * DAY_MS + n).toString(16).padStart(12, "0");
      return [`${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`];
    });
    await env.DB.prepare(
      "INSERT INTO audit (id, action, sealed) SELECT value ->> 0, 'dataset.rows', '' FROM json_each(?)",
    )
      .bind(JSON.stringify(made))
      .run();
    await begin();
    expect(await audit.forget(NOW)).toBe(1000);
    expect((await rows())[0]?.["id"]).toBe(made[1000]?.[0]);
    expect(await audit.forget(NOW)).toBe(200);
    expect(await audit.forget(NOW)).toBe(0);
    expect(await rows()).toHaveLength(1);
  });
});
