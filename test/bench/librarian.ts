/**
 * A Worker that fills a directory and counts what lookups read of it, by the product's own modules inside the
 * product's own runtime. One POST, one task.
 */
import { env } from "cloudflare:workers";
import { encodePage } from "../../src/directory/page.ts";
import { publishedPages } from "../../src/directory/page-stores.ts";
import { DirectoryRecords } from "../../src/directory/records.ts";
import { Lookups } from "../../src/lookup/lookup.ts";
import { PageReader, type PageSource } from "../../src/lookup/page-reader.ts";
import { blockOf, lineOf, parseNumber, type E164 } from "../../src/numbers/number.ts";
import type { Logger } from "../../src/telemetry/logger.ts";
import { readSecrets } from "../../src/vault/secrets.ts";
import { Vault } from "../../src/vault/vault.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { caller } from "./callers.ts";

export type Task =
  | { readonly task: "migrate"; readonly statements: readonly string[] }
  /** Writes the pages of callers `from` to `to` (left out) to D1, and to KV too if `kv`. */
  | { readonly task: "fill"; readonly from: number; readonly to: number; readonly kv: boolean }
  | { readonly task: "count"; readonly numbers: readonly string[] };

/** What one lookup read. */
export interface Reads {
  readonly source: PageSource | null;
  readonly kvReads: number;
  readonly d1Queries: number;
  readonly d1Rows: number;
}

/** Pages of D1 in one transaction, and puts of KV under way at once. */
const AT_ONCE = 500;

const logger: Logger = { log: (event) => console.log(event) };
const secrets = readSecrets(env);
if (!secrets.ok) throw new Error(secrets.sentence);
const vault = new Vault(secrets.secrets.indexKey, secrets.secrets.sealKeys);

export default {
  async fetch(request) {
    const task = await request.json<Task>();
    switch (task.task) {
      case "migrate":
        await env.DB.batch(task.statements.map((statement) => env.DB.prepare(statement)));
        return new Response(null, { status: 204 });
      case "fill":
        await fill(task.from, task.to, task.kv);
        return new Response(null, { status: 204 });
      case "count":
        return Response.json(await count(task.numbers));
    }
  },
} satisfies ExportedHandler;

async function fill(from: number, to: number, kv: boolean): Promise<void> {
  const records = new DirectoryRecords(env.DB, env.PAGES);
  for (let at = from; at < to; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, n) => sealedPage(valid(caller(at + n))));
    const pages = await Promise.all(some);
    await records.writePages(
      pages.map(({ block, sealed }) => ({
        block,
        version: 1,
        body: sealed.toBase64({ alphabet: "base64url", omitPadding: true }),
      })),
    );
    if (kv) await Promise.all(pages.map(({ block, sealed }) => records.putPage(block, sealed)));
  }
}

async function sealedPage(e164: E164) {
  const block = await vault.blockId(blockOf(e164));
  const sealed = await vault.seal({ table: "pages", id: block }, encodePage(new Map([[lineOf(e164), EVIDENCE]])));
  return { block, sealed };
}

/** Seven complaints of this week: a caller that is warned of. */
const EVIDENCE: LineEvidence = {
  official: null,
  complaints: [{ mass: 7000, week: weekOf(Date.now()), count: 7 }],
  category: "robocall",
  week: weekOf(Date.now()),
};

function valid(text: string): E164 {
  const parsed = parseNumber(text);
  if (!parsed.valid) throw new Error(`a number of the bench is not valid any more: ${parsed.reason}`);
  return parsed.number.e164;
}

/** Looks every number up with a memory of its own, and counts what the stores were asked for. */
async function count(numbers: readonly string[]): Promise<Reads[]> {
  const counted: Reads[] = [];
  for (const number of numbers) {
    const reads = { kvReads: 0, d1Queries: 0, d1Rows: 0 };
    const records = new DirectoryRecords(countedD1(reads), countedKv(reads));
    const lookups = new Lookups(vault, new PageReader(publishedPages({ records, vault, logger })));
    const { source } = await lookups.answer(number, undefined, Date.now(), 4500);
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
