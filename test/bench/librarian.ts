/**
 * A Worker that fills a directory and counts what lookups read of it, by the product's own modules inside the
 * product's own runtime. One POST, one task.
 */
import { env } from "cloudflare:workers";
import { sealMarker } from "../../src/directory/copy-marker.ts";
import { encodePage } from "../../src/directory/page.ts";
import { publishedAreas } from "../../src/directory/published-areas.ts";
import { publishedPages } from "../../src/directory/published-pages.ts";
import { DirectoryRecords } from "../../src/directory/records.ts";
import { Lookups } from "../../src/lookup/lookup.ts";
import { AreaReader } from "../../src/lookup/area-reader.ts";
import { PageReader, type PageSource } from "../../src/lookup/page-reader.ts";
import { blockOf, lineOf, parseNumber, type E164 } from "../../src/numbers/number.ts";
import type { Logger } from "../../src/telemetry/logger.ts";
import { readSecrets } from "../../src/vault/secrets.ts";
import { hexOf } from "../../src/storage/bytes-column.ts";
import { Vault, type BlockId } from "../../src/vault/vault.ts";
import { weekOf, type Week } from "../../src/verdict/decay.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { caller, stranger } from "./callers.ts";
import { Storekeeper, type Said } from "./storekeeper.ts";

export type Task =
  /** Makes the tables, and one in which pages wait. */
  | { readonly task: "migrate"; readonly statements: readonly string[] }
  /** Makes the pages of callers `from` to `to` (left out), and puts them into KV too if `kv`. */
  | { readonly task: "fill"; readonly from: number; readonly to: number; readonly kv: boolean }
  /** Puts the pages that wait into their table, in the order of their ids: a million at random take minutes. */
  | { readonly task: "publish" }
  /** Says in KV that it has all pages. */
  | { readonly task: "complete" }
  | { readonly task: "count"; readonly numbers: readonly string[] }
  /** Takes in what somebody says; publishes what waits; says what all that wrote. */
  | { readonly task: "say"; readonly said: Said }
  | { readonly task: "publish-marks" }
  | { readonly task: "written" };

/** What one lookup read. */
export interface Reads {
  readonly source: PageSource | null;
  readonly kvReads: number;
  readonly d1Queries: number;
  readonly d1Rows: number;
}

/** Pages of D1 in one statement. */
const PAGES_A_STATEMENT = 2000;
/** What an isolate looks up first. */
const FIRST = stranger(0);
/** Puts of KV under way at once. */
const PUTS_AT_ONCE = 200;

const logger: Logger = { log: (event) => console.log(event) };
const secrets = readSecrets(env);
if (!secrets.ok) throw new Error(secrets.sentence);
const vault = new Vault(secrets.secrets.indexKey, secrets.secrets.sealKeys);

const storekeeper = new Storekeeper(vault, logger);

export default {
  async fetch(request) {
    const task = await request.json<Task>();
    switch (task.task) {
      case "migrate":
        await run([...task.statements, "CREATE TABLE waiting (block BLOB, body BLOB)"]);
        return new Response(null, { status: 204 });
      case "fill":
        await fill(task.from, task.to, task.kv);
        return new Response(null, { status: 204 });
      case "publish":
        await run([
          "INSERT INTO pages (block, body, version) SELECT block, body, 1 FROM waiting ORDER BY block",
          "DELETE FROM waiting",
        ]);
        return new Response(null, { status: 204 });
      case "complete": {
        const marker = { directory: "bench", complete: true, at: Date.now(), run: null };
        await env.PAGES.put("complete", await sealMarker(vault, marker));
        return new Response(null, { status: 204 });
      }
      case "count":
        return Response.json(await count(task.numbers));
      case "say":
        await storekeeper.say(task.said);
        return new Response(null, { status: 204 });
      case "publish-marks":
        await storekeeper.publish();
        return new Response(null, { status: 204 });
      case "written":
        return Response.json(await storekeeper.written());
    }
  },
} satisfies ExportedHandler;

async function run(statements: readonly string[]): Promise<void> {
  await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)));
}

async function fill(from: number, to: number, kv: boolean): Promise<void> {
  for (let at = from; at < to; at += PAGES_A_STATEMENT) {
    const numbers = Array.from({ length: Math.min(PAGES_A_STATEMENT, to - at) }, (_, n) => valid(caller(at + n)));
    const pages = await Promise.all(numbers.map(sealedPage));
    const rows = pages.map(({ block, sealed }) => [hexOf(block), sealed.toHex()]);
    await env.DB.prepare("INSERT INTO waiting SELECT unhex(value ->> 0), unhex(value ->> 1) FROM json_each(?)")
      .bind(JSON.stringify(rows))
      .run();
    if (!kv) continue;
    for (let put = 0; put < pages.length; put += PUTS_AT_ONCE) {
      const some = pages.slice(put, put + PUTS_AT_ONCE);
      await Promise.all(some.map(({ block, sealed }) => env.PAGES.put(block, sealed)));
    }
  }
}

async function sealedPage(e164: E164): Promise<{ block: BlockId; sealed: Uint8Array<ArrayBuffer> }> {
  const block = await vault.blockId(blockOf(e164));
  const page = encodePage(blockOf(e164), new Map([[lineOf(e164), warnedOf(weekOf(Date.now()))]]));
  return { block, sealed: await vault.seal({ table: "pages", id: block }, page) };
}

/** Seven complaints of one week. */
function warnedOf(week: Week): LineEvidence {
  return { official: null, complaints: [{ mass: 7000, week, count: 7 }], category: "robocall", week };
}

function valid(text: string): E164 {
  const parsed = parseNumber(text);
  if (!parsed.valid) throw new Error(`a number of the bench is not valid any more: ${parsed.reason}`);
  return parsed.number.e164;
}

/** Looks every number up in an isolate that has looked up another one, and counts what the stores were asked for. */
async function count(numbers: readonly string[]): Promise<Reads[]> {
  const counted: Reads[] = [];
  for (const number of numbers) {
    const reads = { kvReads: 0, d1Queries: 0, d1Rows: 0 };
    const records = new DirectoryRecords(countedD1(reads), countedKv(reads));
    const directory = { records, vault, logger };
    const areas = new AreaReader((callingCode) => publishedAreas(directory, callingCode));
    const lookups = new Lookups(vault, new PageReader(publishedPages(directory)), areas);
    await lookups.answer(FIRST, {}, { now: Date.now(), origin: "https://bench.example" }, 4500);
    Object.assign(reads, { kvReads: 0, d1Queries: 0, d1Rows: 0 });
    const { source } = await lookups.answer(number, {}, { now: Date.now(), origin: "https://bench.example" }, 4500);
    counted.push({ source, ...reads });
  }
  return counted;
}

/** The database, with `first` as `all`, since only that tells the rows that were read. */
function countedD1(reads: { d1Queries: number; d1Rows: number }): D1Database {
  const statement = (of: D1PreparedStatement): D1PreparedStatement =>
    overriding(of, {
      bind: (...values: unknown[]) => statement(of.bind(...values)),
      first: async (column?: string) => {
        const { results, meta } = await of.all();
        reads.d1Queries += 1;
        reads.d1Rows += meta.rows_read;
        const row = results[0];
        return (column === undefined ? row : row?.[column]) ?? null;
      },
    });
  return overriding(env.DB, {
    withSession: (constraint: string) => {
      const session = env.DB.withSession(constraint);
      return overriding(session, { prepare: (query: string) => statement(session.prepare(query)) });
    },
  });
}

function countedKv(reads: { kvReads: number }): KVNamespace {
  return overriding(env.PAGES, {
    get: (key: string, options: KVNamespaceGetOptions<"arrayBuffer">) => {
      reads.kvReads += 1;
      return env.PAGES.get(key, options);
    },
  });
}

/** `of` with some methods replaced; any other throws, so that nothing is read uncounted. */
function overriding<T extends object>(of: T, methods: Record<string, unknown>): T {
  return new Proxy(of, {
    get: (_, name) => {
      const method = typeof name === "string" ? methods[name] : undefined;
      if (method === undefined) throw new Error(`a lookup used ${String(name)}, which the bench does not count`);
      return method;
    },
  });
}
