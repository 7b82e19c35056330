/**
 * Promise: lookups leave no trace. Who looked up whom is stored, logged, queued or metered nowhere; call logs stay on
 * the device. (Privacy notice, section 11.)
 *
 * In the life of test/support/life the service runs as `npm run dev` starts it, and what it holds is read twice: what the
 * stores hold, row by row and blob by blob, must be the same before and after hundreds of lookups of all kinds; and when
 * it was stopped, the raw bytes of every file and of the log must hold none of the numbers that were looked up, in any
 * form.
 *
 * Seen to fail on a copy of the sources with each of these changes: the lookup puts an empty page into KV for a number
 * it did not know; it counts lookups a block in a D1 row; `console.log` of the request's URL; the log's filter of
 * wrangler's request lines taken out of `npm run dev`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { theLife, type Life } from "../support/life/life.ts";
import { ABROAD, INVALID, KNOWN, LIMITER, storesIn, UNKNOWN } from "../support/life/lookups.ts";
import { addHashes, addNumber, addText, Needles } from "../support/needles.ts";
import { ROOT } from "../support/service.ts";

const needles = new Needles();
let life: Life;
beforeAll(async () => {
  life = await theLife();
  for (const number of UNKNOWN) addNumber(needles, number, number.slice(2));
  for (const number of ABROAD) addNumber(needles, number, number.slice(3));
  for (const number of KNOWN) addNumber(needles, number, number.slice(2));
  addText(needles, "quixotry", "an invalid number");
  // The limiter may count by account, but says of none who it is.
  for (const account of life.lookups.accounts) addHashes(needles, account, account);
});

describe("lookups", () => {
  it("were hundreds, of all kinds", () => {
    const { answered, refused } = life.lookups;
    expect(answered).toBe(2 * (KNOWN.length + UNKNOWN.length + INVALID.length + ABROAD.length));
    expect(refused).toBeGreaterThan(200);
  });

  it("change nothing in any store: no row, no key, no blob", () => {
    const [before, after] = [storesIn(life.lookups.before), storesIn(life.lookups.after)];
    expect(Object.keys(before).length, "there is something to compare").toBeGreaterThan(5);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const name of Object.keys(before)) expect(after[name], name).toEqual(before[name]);
  });

  it("are counted by account for the minute's limit alone, in the platform's limiter: no number, no block, no account id", () => {
    const { before, after, accounts } = life.lookups;
    const bucketsIn = (dump: Record<string, unknown>): string[] => {
      const limiters = Object.entries(dump).filter(([name]) => LIMITER.test(name));
      const tables = limiters.flatMap(([, tables]) => Object.entries(tables as Record<string, readonly string[]>));
      return tables.filter(([table]) => table === "_mf_ratelimit_buckets").flatMap(([, rows]) => rows);
    };
    const buckets = bucketsIn(after);
    expect(buckets.length - bucketsIn(before).length, "one at most for each account").toBeLessThanOrEqual(
      accounts.length,
    );
    for (const bucket of buckets) {
      const row = JSON.parse(bucket) as Record<string, string>;
      expect(Object.keys(row)).toEqual(["key", "period", "epoch", "count"]);
      expect(row["key"]).toMatch(/^[\w-]{22}$/);
      expect(accounts).not.toContain(row["key"]);
    }
  });

  it("leave no number in the raw bytes of any file that the service wrote", () => {
    expect(life.left.search(needles)).toEqual({});
  });

  it("leave no line in the log", () => {
    expect(needles.find(Buffer.from(life.log))).toEqual([]);
    expect(life.log, "there is a log").toContain('"event"');
    const lines = life.lookups.log.split("\n");
    expect(lines.filter((line) => /lookup|GET|POST|DELETE|"event"/.test(line))).toEqual([]);
  });
});

describe("the platform", () => {
  it("is told not to keep request URLs, which hold numbers", () => {
    const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
    const section = (name: string): string => toml.split(`[${name}]`)[1]?.split(/^\[/m)[0] ?? "";
    expect(section("observability.logs")).toMatch(/^invocation_logs = false$/m);
    expect(section("observability.traces")).toMatch(/^enabled = false$/m);
    // Nothing that would meter or queue lookups is bound.
    expect(toml).not.toMatch(/analytics_engine|queues|workflows|tail_consumers|logpush|pipelines/);
  });
});

describe("this test", () => {
  it("finds a number wherever one is left", () => {
    const [number = ""] = UNKNOWN;
    const digits = number.slice(1);
    const integer = Buffer.alloc(8);
    integer.writeBigInt64BE(BigInt(digits));
    for (const trace of [
      number,
      `{"n":${digits}}`,
      Buffer.from(number, "utf16le"),
      integer,
      Buffer.from(`0${digits}`, "hex"),
    ]) {
      const file = Buffer.concat([Buffer.from("some page of a store "), Buffer.from(trace), Buffer.from(" and on")]);
      expect(needles.find(file).length).toBeGreaterThan(0);
    }
    expect(needles.find(Buffer.from("nothing of the kind"))).toEqual([]);
  });
});
