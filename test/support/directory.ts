import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { sealMarker, type Marker } from "../../src/directory/copy-marker.ts";
import type { Directory, Publishing } from "../../src/directory/directory.ts";
import { publishedAreas } from "../../src/directory/published-areas.ts";
import { publishedPages } from "../../src/directory/published-pages.ts";
import { publishSlot } from "../../src/directory/publish.ts";
import type { DatasetRecord } from "../../src/directory/dataset-records.ts";
import { placeOf as placeIn, type CallerPlace } from "../../src/directory/place.ts";
import { DirectoryRecords } from "../../src/directory/records.ts";
import { takeIn, type DatasetRow, type TakenIn } from "../../src/directory/take-in.ts";
import type { LookupAnswer } from "../../src/lookup/answer.ts";
import { BUDGET_MS, Lookups, type Asked } from "../../src/lookup/lookup.ts";
import { AreaReader } from "../../src/lookup/area-reader.ts";
import { PageReader } from "../../src/lookup/page-reader.ts";
import { parseNumber, type E164 } from "../../src/numbers/number.ts";
import type { LogEvents, Logger, Slot } from "../../src/telemetry/logger.ts";
import { bytesOf, textFrom, type StoredBytes } from "../../src/storage/bytes-column.ts";
import { readSecrets } from "../../src/vault/secrets.ts";
import type { Skips } from "../../src/vault/stored-seals.ts";
import { Vault } from "../../src/vault/vault.ts";

/** The vault that the Worker under test has. */
export function testVault(skips?: Skips): Vault {
  const read = readSecrets(env);
  if (!read.ok) throw new Error(read.sentence);
  return new Vault(read.secrets.indexKey, read.secrets.sealKeys, skips);
}

/** A directory over the real stores; its log is kept in `events`. */
export function testDirectory(
  d1 = env.DB,
  kv = env.PAGES,
): Directory & { events: { event: keyof LogEvents; fields: object }[] } {
  const events: { event: keyof LogEvents; fields: object }[] = [];
  const logger: Logger = { log: (event, fields) => void events.push({ event, fields }) };
  const skips: Skips = { count: (table, reason) => logger.log("vault.refused", { table, reason }) };
  return { records: new DirectoryRecords(d1, kv), vault: testVault(skips), logger, events };
}

/** Publishing that waits to be asked: `publishAll` does the work at the test's own time. */
export const quiet: Publishing = { poke: async () => {}, pokeAreas: async () => {}, ping: async () => {} };

/** The canonical form of a number that must be valid. */
export function e164(text: string): E164 {
  const parsed = parseNumber(text);
  if (!parsed.valid) throw new Error(`${text} is not valid: ${parsed.reason}`);
  return parsed.number.e164;
}

/** When `publishAll` publishes. */
const PUBLISHED_AT = Date.UTC(2026, 10, 18);

function waiting(directory: Directory): Promise<string[]> {
  return directory.records.dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER);
}

/** Publishes until no slot has a mark; returns the pages published. */
export async function publishAll(directory: Directory): Promise<number> {
  let published = 0;
  // A page can make those around it dirty.
  for (let slots = await waiting(directory); slots.length > 0; slots = await waiting(directory)) {
    for (const slot of slots) published += (await publishSlot(directory, slot as Slot, PUBLISHED_AT)).published;
  }
  return published;
}

/** Says in KV that all pages are in it, or something else of it. */
export async function markKv({ records, vault }: Directory, marker: Partial<Marker> = {}): Promise<void> {
  const usual: Marker = { directory: "test", complete: true, at: PUBLISHED_AT, run: null };
  await records.copy.putMarker(await sealMarker(vault, { ...usual, ...marker }));
}

/** A dataset ready to take rows. */
export async function makeDataset(
  directory: Directory,
  id: string,
  kind: "complaints" | "directory",
): Promise<DatasetRecord> {
  await directory.records.datasets.writeDataset({ id, kind, title: id, licence: "test", country: "US" });
  const dataset = await directory.records.datasets.readDataset(id);
  if (dataset === null) throw new Error("not written");
  return dataset;
}

/** Takes rows in under a key, with a digest that follows from them. */
export function send(
  directory: Directory,
  dataset: DatasetRecord,
  idempotencyKey: string,
  rows: readonly DatasetRow[],
  edition = "",
): Promise<TakenIn> {
  const digest = JSON.stringify(rows);
  const batch = { idempotencyKey, edition, asOf: null, digest, rows, answer: `{"accepted":${rows.length}}` };
  return takeIn(directory, quiet, dataset, batch, Date.UTC(2026, 10, 18));
}

/** The characters of the longest value that D1 is given: it takes 2 MB, which the local one does not enforce. */
export async function longestBound(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  const prepare = env.DB.prepare.bind(env.DB);
  const spy = vi.spyOn(env.DB, "prepare").mockImplementation((text) => {
    const statement = prepare(text);
    const bind = statement.bind.bind(statement);
    statement.bind = (...values) => {
      longest = Math.max(longest, ...values.map((value) => (typeof value === "string" ? value.length : 0)));
      return bind(...values);
    };
    return statement;
  });
  await work().finally(() => spy.mockRestore());
  return longest;
}

/** Characters of a block's id, a page's key. */
const BLOCK_ID = 22;

/** The whole directory in the clear: pages of D1 and of KV by block, opened, and the rows of the plain tables. */
export async function dump(
  directory: Directory,
): Promise<{ d1: Record<string, unknown>; kv: Record<string, unknown>; rows: Record<string, unknown[]> }> {
  const open = async (block: string, sealed: Uint8Array<ArrayBuffer>): Promise<unknown> => {
    const opened = await directory.vault.open({ table: "pages", id: block }, sealed);
    if (!opened.ok) throw new Error(`page ${block}: ${opened.reason}`);
    return JSON.parse(new TextDecoder().decode(opened.plaintext));
  };
  const d1: Record<string, unknown> = {};
  const pages = await env.DB.prepare("SELECT block, body FROM pages ORDER BY block").all<{
    block: StoredBytes;
    body: StoredBytes;
  }>();
  for (const { block, body } of pages.results)
    d1[textFrom(block)] = await open(textFrom(block), bytesOf(textFrom(body)));
  const kv: Record<string, unknown> = {};
  for (let cursor: string | undefined, done = false; !done;) {
    const list = await env.PAGES.list(cursor === undefined ? {} : { cursor });
    for (const { name } of list.keys) {
      // Not the marker, nor areas.
      if (name.length !== BLOCK_ID) continue;
      const bytes = await env.PAGES.get(name, "arrayBuffer");
      if (bytes !== null) kv[name] = await open(name, new Uint8Array(bytes));
    }
    done = list.list_complete;
    if (!list.list_complete) cursor = list.cursor;
  }
  const rows: Record<string, unknown[]> = {};
  for (const table of ["datasets", "callers", "dirty", "unlisted"]) {
    rows[table] = (await env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()).results.map(asInCode);
  }
  // Seals differ each time: of evidence, everything but the sealed name.
  rows["evidence"] = (
    await env.DB.prepare(
      "SELECT b.dataset, e.block, e.line, e.day, e.form, e.complaints, e.kind FROM evidence e JOIN batches b ON b.number = e.batch ORDER BY 1, 2, 3, 4, 5, 6",
    ).all()
  ).results.map(asInCode);
  return { d1, kv, rows };
}

/** A row with its bytes as code has them. */
function asInCode(row: Record<string, unknown>): Record<string, unknown> {
  const values = Object.entries(row).map(([column, value]): [string, unknown] => [
    column,
    Array.isArray(value) ? textFrom(value as number[]) : value,
  ]);
  return Object.fromEntries(values);
}

/** A lookup that comes at a time. @param origin where addresses in its answer begin */
export function asked(now: number, origin = "https://test.example"): Asked {
  return { now, origin };
}

/** Where a number is published. */
export function placeOf(number: string): Promise<CallerPlace> {
  return placeIn(testVault(), e164(number));
}

/** Sets a number's tombstone, and nothing else. */
export async function setTombstone(number: string): Promise<void> {
  const { block, line } = await placeOf(number);
  await env.DB.prepare("INSERT INTO unlisted (block, line) VALUES (?, ?)").bind(bytesOf(block), line).run();
}

/** Takes a number's tombstone away, and nothing else. */
export async function removeTombstone(number: string): Promise<void> {
  const { block, line } = await placeOf(number);
  await env.DB.prepare("DELETE FROM unlisted WHERE block = ? AND line = ?").bind(bytesOf(block), line).run();
}

/** The lookups of an isolate that remembers nothing. @param pages if it has a reader of its own */
export function testLookups(
  directory: Directory = testDirectory(),
  pages = new PageReader(publishedPages(directory)),
): Lookups {
  return new Lookups(testVault(), pages, new AreaReader((callingCode) => publishedAreas(directory, callingCode)));
}

/** What a lookup answers in an isolate that remembers nothing. @param now ms @param origin where addresses begin */
export async function lookUpIn(
  directory: Directory,
  number: string,
  now: number,
  origin?: string,
): Promise<LookupAnswer> {
  const lookups = testLookups(directory);
  await lookups.area(e164(number), now);
  return (await lookups.answer(number, {}, asked(now, origin), BUDGET_MS.most)).answer;
}
