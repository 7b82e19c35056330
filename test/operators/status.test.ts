import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { AccountRecords } from "../../src/accounts/records.ts";
import { copyStatus } from "../../src/directory/copy.ts";
import { DirectoryRecords } from "../../src/directory/records.ts";
import { sweep } from "../../src/directory/sweep.ts";
import { DeliveryRecords } from "../../src/messaging/delivery-records.ts";
import { quiet, testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

/** Tables that grow with callers, accounts or messages. */
const BIG = new Set(["accounts", "batches", "callers", "deliveries", "dirty", "evidence", "pages"]);

/** A database that keeps what it is asked. */
function overheard(): { d1: D1Database; asked: { text: string; values: unknown[] }[] } {
  const asked: { text: string; values: unknown[] }[] = [];
  const prepare = (text: string) => {
    const bind = (...values: unknown[]) => {
      asked.push({ text, values });
      return env.DB.prepare(text).bind(...values);
    };
    return { bind } as unknown as D1PreparedStatement;
  };
  const d1 = new Proxy(env.DB, {
    get: (target, name) => {
      if (name === "prepare") return prepare;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { d1, asked };
}

beforeEach(async () => {
  await emptyStores();
});

describe("what is asked every minute or more often", () => {
  it("reads no big table from end to end", async () => {
    const { d1, asked } = overheard();
    const directory = { ...testDirectory(), records: new DirectoryRecords(d1, env.PAGES) };
    await directory.records.dirty.readBacklog();
    await directory.records.readSize();
    await new DeliveryRecords(d1).readStatus(20_775);
    await new AccountRecords(d1).countErasing();
    await sweep(directory, quiet, Date.UTC(2026, 10, 18));
    await copyStatus(directory, Date.UTC(2026, 10, 18));
    expect(asked.length).toBeGreaterThan(7);
    const scans: string[] = [];
    for (const { text, values } of asked) {
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
        .bind(...values)
        .all<{ detail: string }>();
      for (const { detail } of plan.results) {
        const [, table = ""] = /^SCAN (\w+)/.exec(detail) ?? [];
        // A partial index holds the few rows that are asked for, and no other.
        if (BIG.has(table) && !/INDEX \w+_(?:waiting|dead|erasing)/.test(detail)) scans.push(`${detail}: ${text}`);
      }
    }
    expect(scans).toEqual([]);
  });
});
