import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { publishedPages } from "../../src/directory/published-pages.ts";
import { Lookups, readBudget } from "../../src/lookup/lookup.ts";
import { MEMORY_MS, PageReader } from "../../src/lookup/page-reader.ts";
import { blockOf } from "../../src/numbers/number.ts";
import type { BlockId } from "../../src/vault/vault.ts";
import { asked, e164, makeDataset, publishAll, send, testDirectory, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { faulty } from "../support/faulty.ts";

const KNOWN = "+13125550123";
const NOW = Date.UTC(2026, 10, 18);
const KV_METHODS = ["get"];
const D1_METHODS = ["withSession"];

async function blockId(number = KNOWN): Promise<BlockId> {
  return testVault().blockId(blockOf(e164(number)));
}

/** A reader over the real stores, each behind a switch. */
function reader() {
  const kv = faulty(env.PAGES, KV_METHODS);
  const d1 = faulty(env.DB, D1_METHODS);
  const directory = testDirectory(d1.store, kv.store);
  return { kv, d1, pages: new PageReader(publishedPages(directory)), directory };
}

beforeEach(async () => {
  await emptyStores();
  const directory = testDirectory();
  const dataset = await makeDataset(directory, "hospitals", "directory");
  await send(directory, dataset, "a", [
    { of: "directory", number: e164(KNOWN), day: 20_775, name: "St Fiction Hospital", kind: "business" },
  ]);
  await publishAll(directory);
});

describe("the path of one lookup", () => {
  it("is memory, then one KV read, then one row of D1, and no more", async () => {
    const { kv, d1, pages } = reader();
    const block = await blockId();
    expect(await pages.read(block, NOW, 1000)).toMatchObject({ source: "kv", degraded: false });
    expect([kv.calls, d1.calls]).toEqual([1, 0]);
    expect(pages.held(block, NOW)).toMatchObject({ source: "memory", degraded: false });
    expect(pages.held(block, NOW + MEMORY_MS - 1)).not.toBeNull();
    expect(pages.held(block, NOW + MEMORY_MS)).toBeNull();

    await env.PAGES.delete(block);
    expect(await pages.read(block, NOW + MEMORY_MS, 1000)).toMatchObject({ source: "d1", degraded: false });
    expect([kv.calls, d1.calls]).toEqual([2, 1]);
  });

  it("reads exactly one row of D1 for a page, and none of other tables", async () => {
    const block = await blockId();
    const { meta, results } = await env.DB.withSession("first-unconstrained")
      .prepare("SELECT body FROM pages WHERE block = ?")
      .bind(block)
      .all();
    expect(results).toHaveLength(1);
    expect(meta.rows_read).toBe(1);
    expect(meta.rows_written).toBe(0);
  });

  it("remembers absence", async () => {
    const { kv, d1, pages } = reader();
    const block = await blockId("+13125559900");
    const read = await pages.read(block, NOW, 1000);
    expect(read).toMatchObject({ source: "d1", degraded: false });
    expect(read.evidence.size).toBe(0);
    expect(pages.held(block, NOW)).toMatchObject({ source: "memory", degraded: false });
    expect([kv.calls, d1.calls]).toEqual([1, 1]);
  });
});

describe("a lookup with failing stores", () => {
  it.each([
    ["fails", "none", "d1"],
    ["hangs", "none", "d1"],
    ["fails", "fails", "none"],
    ["hangs", "hangs", "none"],
    ["fails", "hangs", "none"],
    ["hangs", "fails", "none"],
  ] as const)("KV %s, D1 %s: answers from %s, degraded, and recovers by itself", async (kvFault, d1Fault, source) => {
    const { kv, d1, pages } = reader();
    const lookups = new Lookups(testVault(), pages);
    kv.fault = kvFault;
    d1.fault = d1Fault;
    const { answer, source: from } = await lookups.answer(KNOWN, {}, asked(NOW), 150);
    expect(from).toBe(source);
    expect(answer.degraded).toBe(true);
    expect(answer.valid).toBe(true);
    expect(answer.name).toBe(source === "none" ? null : "St Fiction Hospital");
    expect(answer.ttl).toBe(30);

    kv.fault = "none";
    d1.fault = "none";
    const after = await lookups.answer(KNOWN, {}, asked(NOW + MEMORY_MS), 1000);
    expect(after).toMatchObject({ source: "kv", answer: { name: "St Fiction Hospital", degraded: false, ttl: 3600 } });
  });

  it.each(["fails", "hangs"] as const)(
    "D1 %s: what KV has is whole; what it has not is degraded and not remembered",
    async (fault) => {
      const { d1, pages } = reader();
      d1.fault = fault;
      expect(await pages.read(await blockId(), NOW, 150)).toMatchObject({ source: "kv", degraded: false });
      const absent = await blockId("+13125559900");
      expect(await pages.read(absent, NOW, 150)).toMatchObject({ source: "none", degraded: true });
      expect(pages.held(absent, NOW)).toBeNull();
    },
  );

  it("takes a slow KV's page when D1 fails", async () => {
    const evidence = new Map();
    const pages = new PageReader({
      fromKv: () => new Promise((resolve) => setTimeout(() => resolve(evidence), 80)),
      fromD1: () => Promise.reject(new Error("down")),
    });
    expect(await pages.read(await blockId(), NOW, 1000)).toEqual({ evidence, source: "kv", degraded: true });
  });

  it("does not take a damaged page for an answer", async () => {
    const { pages, directory } = reader();
    const block = await blockId();
    await env.PAGES.put(block, new Uint8Array(200));
    expect(await pages.read(block, NOW, 1000)).toMatchObject({ source: "d1", degraded: true });
    await env.DB.prepare("UPDATE pages SET body = 'no base64!'").run();
    expect(await pages.read(block, NOW, 1000)).toMatchObject({ source: "none", degraded: true });
    expect(directory.events.map(({ fields }) => fields)).toEqual([
      { table: "pages", reason: "unknown-key" },
      { table: "pages", reason: "unknown-key" },
      { table: "pages", reason: "malformed" },
    ]);
  });
});

describe("the budget", () => {
  it.each([
    [null, 1000],
    ["50", 50],
    ["49", 50],
    ["0", 50],
    ["4500", 4500],
    ["9999", 4500],
    ["99999999999", 1000],
    ["-1", 1000],
    ["1e3", 1000],
    ["", 1000],
    ["250.5", 1000],
  ])("%s asks for %i ms", (header, budget) => {
    expect(readBudget(header)).toBe(budget);
  });
});
