/**
 * Promise: lookups leave no trace. Who looked up whom is stored, logged, queued or metered nowhere; call logs stay on
 * the device. (Privacy notice, section 11.)
 *
 * The service runs as `npm run dev` starts it, is stopped, and everything it left behind is read twice: what the stores
 * hold, row by row and blob by blob, must be the same before and after thousands of lookups; and the raw bytes of every
 * file and of the log must hold none of the numbers that were looked up, in any form.
 *
 * Seen to fail on a copy of the sources with each of these changes: the lookup puts an empty page into KV for a number
 * it did not know; it counts lookups a block in a D1 row; `console.log` of the request's URL; the log's filter of
 * wrangler's request lines taken out of `npm run dev`.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Development } from "../support/development.ts";
import { addHashes, addNumber, addText, Needles } from "../support/needles.ts";
import { ROOT } from "../support/service.ts";
import { bytesOf, logicalDump } from "../support/state.ts";

const service = new Development();
const needles = new Needles();

/** Numbers reserved for fiction: 555-0100 to 555-0199 of an area code. */
const fictional = (area: number, line: number): string => `+1${area}55501${String(line).padStart(2, "0")}`;
const KNOWN = Array.from({ length: 40 }, (_, n) => fictional(207, n * 2));
// Area codes that nothing else in the project uses.
const UNKNOWN = [219, 224, 231, 248, 260].flatMap((area) =>
  Array.from({ length: 100 }, (_, line) => fictional(area, line)),
);
const INVALID = Array.from({ length: 150 }, (_, n) => `no-number-quixotry-${n}`);
const ABROAD = Array.from({ length: 200 }, (_, n) => `+4420794${String(60_000 + n * 2)}`);

/** What the stores held before and after, and what stood in the log when lookups began. */
let before: Record<string, unknown>;
let after: Record<string, unknown>;
let logged = 0;
const asked = { accounts: new Set<string>(), answered: 0, refused: 0 };

/** The local stand-in for the platform's rate limiter keeps its counts in a file; Cloudflare's keeps them in memory. */
const LIMITER = /^v3\/ratelimit\//;

/**
 * The local D1 numbers its queries for its bookmarks (one integer, in `_cf_METADATA`), reads included: that one was made
 * says nothing of which. Everything else must stay as it was.
 */
function withoutCounter(tables: unknown): unknown {
  const { _cf_METADATA: metadata, ...rest } = tables as Record<string, readonly string[]>;
  return {
    ...rest,
    metadata: metadata?.map((row) => row.replace(/^(\{"key":"2","value":)"\d{1,9}"\}$/, "$1counter}")),
  };
}

async function lookUpEverything(): Promise<void> {
  const numbers = [...KNOWN, ...UNKNOWN, ...INVALID, ...ABROAD];
  const waiting = numbers.entries();
  const json = { "content-type": "application/json" };
  const one = async (at: number, number: string): Promise<void> => {
    // 60 lookups a minute and account.
    const sub = `account-${Math.floor(at / 20)}`;
    asked.accounts.add(sub);
    const token = service.mint.token({ sub });
    const answers = [
      await service.call("POST", "/v1/lookup", { token, headers: json, body: JSON.stringify({ number }) }),
      await service.call("GET", `/v1/lookup/${at % 2 === 0 ? number : encodeURIComponent(number)}`, { token }),
    ];
    if (at % 10 === 0) {
      // Lookups that are refused are lookups too: no token, a bad one, a bad body, a wrong path, a number in the query.
      answers.push(
        await service.call("GET", `/v1/lookup/${number}`),
        await service.call("GET", `/v1/lookup/${number}`, { token: "a.b.c" }),
        await service.call("POST", "/v1/lookup", {
          token,
          headers: json,
          body: `{"number":"${number}","${number}":1}`,
        }),
        await service.call("POST", "/v1/lookup", { token, headers: json, body: `{"number":"${number}` }),
        await service.call("GET", `/v1/lookup/${number}/${number}?n=${number}`, {
          token,
          headers: { "x-number": number },
        }),
        await service.call("DELETE", `/v1/lookup/${number}`, { token, headers: { "x-lookup-budget-ms": "50" } }),
      );
    }
    for (const { status } of answers) {
      if (status === 200) asked.answered += 1;
      else asked.refused += 1;
    }
  };
  const worker = async (): Promise<void> => {
    for (const [at, number] of waiting) await one(at, number);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

beforeAll(async () => {
  await service.start();
  await service.import(
    "known",
    "directory",
    KNOWN.map((number, n) => ({ number, name: `Clinic ${n}` })),
  );
  await service.import(
    "reported",
    "complaints",
    KNOWN.slice(0, 10).map((number) => ({ number, complaints: 5 })),
  );
  await service.stop();
  before = logicalDump(service.state);

  await service.start();
  logged = service.log.length;
  await lookUpEverything();
  await service.stop();
  after = logicalDump(service.state);

  for (const number of UNKNOWN) addNumber(needles, number, number.slice(2));
  for (const number of ABROAD) addNumber(needles, number, number.slice(3));
  for (const number of KNOWN) addNumber(needles, number, number.slice(2));
  addText(needles, "quixotry", "an invalid number");
  // The limiter may count by account, but says of none who it is.
  for (const account of asked.accounts) addHashes(needles, account, account);
});
afterAll(() => service.remove());

describe("lookups", () => {
  it("were thousands, of all kinds", () => {
    expect(asked.answered).toBe(2 * (KNOWN.length + UNKNOWN.length + INVALID.length + ABROAD.length));
    expect(asked.refused).toBeGreaterThan(500);
  });

  it("change nothing in any store: no row, no key, no blob", () => {
    expect(Object.keys(before).length, "there is something to compare").toBeGreaterThan(5);
    const stores = (dump: Record<string, unknown>): string[] => Object.keys(dump).filter((name) => !LIMITER.test(name));
    expect(stores(after)).toEqual(stores(before));
    for (const name of stores(before)) expect(withoutCounter(after[name]), name).toEqual(withoutCounter(before[name]));
  });

  it("are counted by account for the minute's limit alone, in the platform's limiter: no number, no block, no account id", () => {
    const limiters = Object.entries(after).filter(([name]) => LIMITER.test(name));
    const tables = limiters.flatMap(([, tables]) => Object.entries(tables as Record<string, readonly string[]>));
    const buckets = tables.filter(([table]) => table === "_mf_ratelimit_buckets").flatMap(([, rows]) => rows);
    expect(buckets.length, "one at most for each account").toBeLessThanOrEqual(asked.accounts.size);
    for (const bucket of buckets) {
      const row = JSON.parse(bucket) as Record<string, string>;
      expect(Object.keys(row)).toEqual(["key", "period", "epoch", "count"]);
      expect(row["key"]).toMatch(/^[\w-]{22}$/);
      expect([...asked.accounts]).not.toContain(row["key"]);
    }
  });

  it("leave no number in the raw bytes of any file that the service wrote", () => {
    for (const path of service.files) {
      expect(needles.find(bytesOf(path)), relative(service.folder, path)).toEqual([]);
    }
  });

  it("leave no line in the log", () => {
    expect(needles.find(Buffer.from(service.log))).toEqual([]);
    const lines = service.log.slice(logged).split("\n");
    // Whatever else is said then is the service's: its welcome, its end.
    expect(lines.filter((line) => /lookup|GET|POST|DELETE|"event"/.test(line) && !line.includes("curl -s"))).toEqual(
      [],
    );
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
