import { bytesOf } from "../../src/storage/bytes-column.ts";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Directory } from "../../src/directory/directory.ts";
import { publishedPages } from "../../src/directory/published-pages.ts";
import { readBudget } from "../../src/lookup/lookup.ts";
import { COMPLETE_MS, MEMORY_MS, PageReader } from "../../src/lookup/page-reader.ts";
import { blockOf } from "../../src/numbers/number.ts";
import type { BlockId } from "../../src/vault/vault.ts";
import {
  asked,
  e164,
  makeDataset,
  markKv,
  publishAll,
  testLookups,
  send,
  testDirectory,
  testVault,
} from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { faulty, type Fault } from "../support/faulty.ts";

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

/** Numbers of blocks that nobody knows. */
const STRANGERS = ["+13125559900", "+13125559800", "+13125559700"] as const;

describe("the path of one lookup", () => {
  it("is memory, then one KV read, known or unknown, once this KV is known to be complete", async () => {
    const { kv, d1, pages, directory } = reader();
    await markKv(directory);
    const [known, unknown, another] = [await blockId(), await blockId(STRANGERS[0]), await blockId(STRANGERS[1])];
    // The first lookup of an isolate reads the marker too, beside the page.
    expect(await pages.read(known, NOW, 1000)).toMatchObject({ source: "kv", degraded: false });
    expect([kv.calls, d1.calls]).toEqual([2, 0]);
    expect(pages.held(known, NOW)).toMatchObject({ source: "memory", degraded: false });
    expect(pages.held(known, NOW + MEMORY_MS - 1)).not.toBeNull();
    expect(pages.held(known, NOW + MEMORY_MS)).toBeNull();
    expect(await pages.read(known, NOW + MEMORY_MS, 1000)).toMatchObject({ source: "kv" });
    expect([kv.calls, d1.calls]).toEqual([3, 0]);

    const read = await pages.read(unknown, NOW, 1000);
    expect(read).toMatchObject({ source: "kv", degraded: false });
    expect(read.evidence.size).toBe(0);
    expect(pages.held(unknown, NOW), "absence is remembered").toMatchObject({ source: "memory", degraded: false });
    expect([kv.calls, d1.calls]).toEqual([4, 0]);

    await pages.read(another, NOW + COMPLETE_MS, 1000);
    expect([kv.calls, d1.calls], "a quarter of an hour later it looks again").toEqual([6, 0]);
  });

  it("reads both at once in an isolate whose first lookup is of an unknown number", async () => {
    const { kv, d1, pages, directory } = reader();
    await markKv(directory);
    const blocks = await Promise.all(STRANGERS.map((number) => blockId(number)));
    const reads = await Promise.all(blocks.map((block) => pages.read(block, NOW, 1000)));
    expect(reads.map(({ source, degraded }) => [source, degraded])).toEqual(blocks.map(() => ["kv", false]));
    // The marker once for all of them.
    expect([kv.calls, d1.calls]).toEqual([blocks.length + 1, 0]);
  });

  it.each([
    ["without a marker", async () => undefined],
    ["where the marker does not say so", (directory: Directory) => markKv(directory, { complete: false })],
    ["where the marker is nobody's", async () => env.PAGES.put("complete", new Uint8Array(80))],
  ])("asks D1 about what KV has not %s", async (_, mark) => {
    const { kv, d1, pages, directory } = reader();
    await mark(directory);
    const [known, unknown, another] = [await blockId(), await blockId(STRANGERS[0]), await blockId(STRANGERS[1])];
    expect(await pages.read(unknown, NOW, 1000)).toMatchObject({ source: "d1", degraded: false });
    expect([kv.calls, d1.calls]).toEqual([2, 1]);
    await env.PAGES.delete(known);
    expect((await pages.read(known, NOW, 1000)).evidence.size).toBe(1);
    expect([kv.calls, d1.calls], "and does not look for the marker each time").toEqual([3, 2]);

    await markKv(directory);
    await pages.read(another, NOW + 30_000, 1000);
    const after = await pages.read(await blockId("+13125559600"), NOW + 30_000, 1000);
    expect(after, "half a minute later it has seen it").toMatchObject({ source: "kv", degraded: false });
  });

  it("reads exactly one row of D1 for a page, and none of other tables", async () => {
    const block = await blockId();
    const { meta, results } = await env.DB.withSession("first-unconstrained")
      .prepare("SELECT body FROM pages WHERE block = ?")
      .bind(bytesOf(block))
      .all();
    expect(results).toHaveLength(1);
    expect(meta.rows_read).toBe(1);
    expect(meta.rows_written).toBe(0);
  });
});

describe("calls of stores", () => {
  /** What a lookup asks for in an isolate that has looked up another number. */
  async function callsOf(number: string, kvFault: Fault, isComplete: boolean): Promise<unknown> {
    const { kv, d1, pages, directory } = reader();
    if (isComplete) await markKv(directory);
    const lookups = testLookups(directory, pages);
    await lookups.area(e164(number), NOW);
    await lookups.answer("+13125558800", {}, asked(NOW), 1000);
    Object.assign(kv, { calls: 0, fault: kvFault });
    d1.calls = 0;
    const { answer } = await lookups.answer(number, {}, asked(NOW), 1000);
    const first = [kv.calls, d1.calls];
    await lookups.answer(number, {}, asked(NOW + 1), 1000);
    return { first, again: [kv.calls, d1.calls], name: answer.name, degraded: answer.degraded };
  }
  const [known, unknown] = [{ name: "St Fiction Hospital" }, { name: null }];

  it.each([
    ["known", KNOWN, "none", true, { first: [1, 0], again: [1, 0], ...known, degraded: false }],
    ["unknown", STRANGERS[0], "none", true, { first: [1, 0], again: [1, 0], ...unknown, degraded: false }],
    ["known, KV incomplete", KNOWN, "none", false, { first: [1, 0], again: [1, 0], ...known, degraded: false }],
    [
      "unknown, KV incomplete",
      STRANGERS[0],
      "none",
      false,
      { first: [1, 1], again: [1, 1], ...unknown, degraded: false },
    ],
    ["known, KV down", KNOWN, "fails", true, { first: [1, 1], again: [1, 1], ...known, degraded: true }],
    ["unknown, KV down", STRANGERS[0], "fails", true, { first: [1, 1], again: [1, 1], ...unknown, degraded: true }],
    ["known, KV slow", KNOWN, "hangs", true, { first: [1, 1], again: [1, 1], ...known, degraded: true }],
    ["unknown, KV slow", STRANGERS[0], "hangs", true, { first: [1, 1], again: [1, 1], ...unknown, degraded: true }],
  ] as const)("%s: so many of KV and D1, and none from memory", async (_, number, fault, isComplete, expected) => {
    expect(await callsOf(number, fault, isComplete)).toEqual(expected);
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
    const { kv, d1, pages, directory } = reader();
    const lookups = testLookups(directory, pages);
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
    "D1 %s: what KV has is whole; what an incomplete one has not is degraded and not remembered",
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
      isKvComplete: () => Promise.resolve(false),
    });
    expect(await pages.read(await blockId(), NOW, 1000)).toEqual({ evidence, source: "kv", degraded: true });
  });

  it("takes a slow KV's absence when D1 fails and KV is complete, and asks D1 after 40 ms", async () => {
    let asked = 0;
    const pages = new PageReader({
      fromKv: () => new Promise((resolve) => setTimeout(() => resolve(null), 80)),
      fromD1: () => {
        asked += 1;
        return Promise.reject(new Error("down"));
      },
      isKvComplete: () => Promise.resolve(true),
    });
    expect(await pages.read(await blockId(), NOW, 1000)).toMatchObject({ source: "kv", degraded: true });
    expect(asked).toBe(1);
  });

  it.each(["fails", "hangs"] as const)("D1 %s: what a complete KV has not is whole too", async (fault) => {
    const { d1, pages, directory } = reader();
    await markKv(directory);
    d1.fault = fault;
    const absent = await blockId(STRANGERS[0]);
    expect(await pages.read(absent, NOW, 150)).toMatchObject({ source: "kv", degraded: false });
    expect(pages.held(absent, NOW)).not.toBeNull();
  });

  it("does not ask a KV that fails for its marker at each lookup", async () => {
    const { kv, pages, directory } = reader();
    await markKv(directory);
    kv.fault = "fails";
    const blocks = await Promise.all(STRANGERS.map((number) => blockId(number)));
    for (const block of blocks) expect(await pages.read(block, NOW, 150)).toMatchObject({ degraded: true });
    expect(kv.calls).toBe(blocks.length + 1);
    kv.fault = "none";
    expect(await pages.read(await blockId("+13125559600"), NOW + 5000, 150)).toMatchObject({ degraded: false });
    expect(await pages.read(await blockId("+13125559500"), NOW + 5000, 150)).toMatchObject({ source: "kv" });
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
