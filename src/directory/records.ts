import { sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";
import { onStore } from "../telemetry/store-failure.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import type { BlockId } from "../vault/vault.ts";
import { batches, callers, datasets, dirty, evidence, pages, unlisted } from "./tables.ts";

const dialect = new SQLiteAsyncDialect();

/** D1 takes 2 MB a bound value and 100 of them a query: rows travel as one JSON array of at most this many. */
const ROWS_A_STATEMENT = 1000;
/** A page of 100 long names in the widest script is some 80 kB sealed. */
const PAGES_A_STATEMENT = 20;
/** Seconds for which a KV read is kept near the reader, absence included. */
export const KV_CACHE_TTL_S = 60;

export type Dataset = Omit<typeof datasets.$inferSelect, "keep">;
export type DatasetRecord = typeof datasets.$inferSelect;

/** What a batch was answered, as stored. */
export interface BatchRecord {
  readonly digest: string;
  readonly answer: string;
  readonly changed: number;
}

/** A row of evidence about to be written; fields as in the table. */
export type EvidenceRecord = Omit<typeof evidence.$inferInsert, "dataset" | "batch">;
export type CallerRecord = Pick<typeof callers.$inferInsert, "id" | "block" | "line">;

/** A dirty mark as read: `mark` must still be there when the page is out. */
export interface Mark {
  readonly block: BlockId;
  readonly mark: string;
}

/** All that a run of the publisher needs to know, read in one transaction. */
export interface Snapshot {
  readonly complaints: readonly {
    block: BlockId;
    line: number;
    dataset: string;
    week: number;
    category: string;
    complaints: number;
  }[];
  readonly names: readonly {
    block: BlockId;
    line: number;
    caller: string;
    dataset: string;
    day: number;
    name: string;
    kind: string | null;
  }[];
  readonly ballots: readonly { block: BlockId; line: number; caller: string; ballot: string }[];
  readonly versions: ReadonlyMap<BlockId, number>;
}

/** A page to be written: its next version and its sealed bytes as text, or null to remove it. */
export interface PageWrite {
  readonly block: BlockId;
  readonly version: number;
  readonly body: string | null;
}

/** The directory's rows in D1 and pages in KV: the only file of the room that speaks to either. */
export class DirectoryRecords {
  readonly #d1: D1Database;
  readonly #kv: KVNamespace;
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database, kv: KVNamespace) {
    this.#d1 = d1;
    this.#kv = kv;
    this.#db = drizzle(d1);
  }

  // ── the read path ──

  /** The sealed page as KV has it, or null. One KV read. */
  async readPageFromKv(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () => this.#kv.get(block, { type: "arrayBuffer", cacheTtl: KV_CACHE_TTL_S }));
    return bytes === null ? null : new Uint8Array(bytes);
  }

  /** The sealed page as the nearest D1 replica has it, or null. One row. Not through drizzle: it is the hot path. */
  async readPageFromD1(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    const session = this.#d1.withSession("first-unconstrained");
    const query = session.prepare("SELECT body FROM pages WHERE block = ?").bind(block);
    const body = await onStore("d1", () => query.first<string>("body"));
    return body === null ? null : (fromBase64Url(body) ?? new Uint8Array(0)); // what is no base64 does not open
  }

  // ── datasets ──

  async readDataset(id: string): Promise<DatasetRecord | null> {
    const rows = await onStore("d1", () =>
      this.#db
        .select()
        .from(datasets)
        .where(sql`${datasets.id} = ${id}`),
    );
    return rows[0] ?? null;
  }

  readDatasets(): Promise<DatasetRecord[]> {
    return onStore("d1", () => this.#db.select().from(datasets).orderBy(datasets.id));
  }

  /** Creates the dataset or rewrites what may change of it; its kind never does. */
  async writeDataset(dataset: Dataset): Promise<void> {
    const { title, licence, country } = dataset;
    await onStore("d1", () =>
      this.#db
        .insert(datasets)
        .values(dataset)
        .onConflictDoUpdate({ target: datasets.id, set: { title, licence, country } }),
    );
  }

  async readBatch(dataset: string, batch: string): Promise<BatchRecord | null> {
    const rows = await onStore("d1", () =>
      this.#db
        .select({ digest: batches.digest, answer: batches.answer, changed: batches.changed })
        .from(batches)
        .where(sql`${batches.dataset} = ${dataset} AND ${batches.batch} = ${batch}`),
    );
    return rows[0] ?? null;
  }

  /**
   * Takes a batch in, in one transaction: its idempotency record, its numbers, its evidence and the dirty marks.
   * Unlisted numbers are left out by the same transaction. Throws when the batch is already there or its dataset gone.
   */
  async writeBatch(
    key: { dataset: string; batch: string; edition: string; digest: string; answer: string },
    numbers: readonly CallerRecord[],
    rows: readonly EvidenceRecord[],
    now: number,
  ): Promise<void> {
    const listed = (id: SQL): SQL => sql`NOT EXISTS (SELECT 1 FROM ${unlisted} WHERE ${unlisted.id} = ${id})`;
    const statements: SQL[] = [
      sql`INSERT INTO ${batches} (dataset, batch, edition, digest, answer) VALUES (${key.dataset}, ${key.batch}, ${key.edition}, ${key.digest}, ${key.answer})`,
    ];
    for (const part of chunks(numbers)) {
      const json = JSON.stringify(part.map((caller) => [caller.id, caller.block, caller.line]));
      statements.push(sql`INSERT OR IGNORE INTO ${callers} (id, block, line)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${json}) WHERE ${listed(sql.raw("value ->> 0"))}`);
    }
    for (const part of chunks(rows)) {
      const json = JSON.stringify(
        part.map((row) => [row.caller, row.day, row.category, row.form, row.complaints, row.name, row.kind]),
      );
      statements.push(sql`INSERT INTO ${evidence} (dataset, batch, caller, day, category, form, complaints, name, kind)
        SELECT ${key.dataset}, ${key.batch}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
        FROM json_each(${json}) WHERE ${listed(sql.raw("value ->> 0"))}`);
    }
    statements.push(
      markDirty(
        sql`SELECT DISTINCT c.block FROM ${evidence} e JOIN ${callers} c ON c.id = e.caller
        WHERE e.dataset = ${key.dataset} AND e.batch = ${key.batch}`,
        now,
      ),
      // A complaint always adds; a name changes something only when the dataset did not already give it.
      sql`UPDATE ${batches} SET changed = (
          SELECT count(DISTINCT e.caller) FROM ${evidence} e
          WHERE e.dataset = ${key.dataset} AND e.batch = ${key.batch} AND (e.complaints > 0 OR NOT EXISTS (
            SELECT 1 FROM ${evidence} o WHERE o.caller = e.caller AND o.dataset = e.dataset
              AND o.batch <> e.batch AND o.form = e.form AND o.kind IS e.kind)))
        WHERE dataset = ${key.dataset} AND batch = ${key.batch}`,
    );
    await this.#transaction(statements);
  }

  /** Marks a dataset for dropping: all its rows but those of edition `keep` ("" keeps none). */
  async markDropping(dataset: string, keep: string): Promise<void> {
    await this.#run(sql`UPDATE ${datasets} SET keep = ${keep} WHERE id = ${dataset}`);
  }

  /** A batch of the dataset that is to go, or null when none is left. */
  async readBatchToDrop(dataset: string, keep: string): Promise<string | null> {
    const rows = await onStore("d1", () =>
      this.#db
        .select({ batch: batches.batch })
        .from(batches)
        .where(sql`${batches.dataset} = ${dataset} AND (${keep} = '' OR ${batches.edition} <> ${keep})`)
        .limit(1),
    );
    return rows[0]?.batch ?? null;
  }

  /** Drops one batch in one transaction: dirty marks, numbers that nothing else knows, rows. Returns the rows removed. */
  async dropBatch(dataset: string, batch: string, now: number): Promise<number> {
    const mine = sql`dataset = ${dataset} AND batch = ${batch}`;
    const results = await this.#transaction([
      markDirty(
        sql`SELECT DISTINCT c.block FROM ${evidence} e JOIN ${callers} c ON c.id = e.caller
        WHERE e.dataset = ${dataset} AND e.batch = ${batch}`,
        now,
      ),
      sql`DELETE FROM ${callers} WHERE id IN (SELECT caller FROM ${evidence} WHERE ${mine}) AND ballot IS NULL AND NOT EXISTS (
        SELECT 1 FROM ${evidence} o WHERE o.caller = ${callers}.id AND (o.dataset <> ${dataset} OR o.batch <> ${batch}))`,
      sql`DELETE FROM ${evidence} WHERE ${mine}`,
      sql`DELETE FROM ${batches} WHERE ${mine}`,
    ]);
    return results[2]?.meta.changes ?? 0;
  }

  /** Ends a drop: removes the dataset itself, or only the mark when an edition was kept. */
  async finishDropping(dataset: string, keep: string): Promise<void> {
    await this.#run(
      keep === ""
        ? sql`DELETE FROM ${datasets} WHERE id = ${dataset}`
        : sql`UPDATE ${datasets} SET keep = NULL WHERE id = ${dataset}`,
    );
  }

  // ── ballots ──

  /**
   * Writes a ballot's part and marks its block dirty, in one transaction. A part of an unlisted number, or older than
   * the one that stands, is left out; a caller of which nothing is known any more goes.
   */
  async writePart(
    part: { caller: string; block: string; line: number; ballot: string | null; revision: number },
    now: number,
  ): Promise<{ unlisted: boolean }> {
    const { caller, block, line, ballot, revision } = part;
    const results = await this.#transaction([
      sql`INSERT INTO ${callers} (id, block, line, ballot, ballot_revision)
        SELECT ${caller}, ${block}, ${line}, ${ballot}, ${revision} WHERE NOT EXISTS (SELECT 1 FROM ${unlisted} WHERE id = ${caller})
        ON CONFLICT (id) DO UPDATE SET ballot = excluded.ballot, ballot_revision = excluded.ballot_revision
        WHERE callers.ballot_revision < excluded.ballot_revision`,
      sql`DELETE FROM ${callers} WHERE id = ${caller} AND ballot IS NULL AND NOT EXISTS (SELECT 1 FROM ${evidence} WHERE caller = ${caller})`,
      markDirty(sql`SELECT ${block} AS block`, now),
      sql`SELECT count(*) AS n FROM ${unlisted} WHERE id = ${caller}`,
    ]);
    return { unlisted: results[3]?.results[0]?.["n"] === 1 };
  }

  // ── publishing ──

  /** The oldest marks of a slot, at most `limit`. */
  async readMarks(slot: string, limit: number): Promise<Mark[]> {
    const rows = await onStore("d1", () =>
      this.#db
        .select({ block: dirty.block, mark: dirty.mark })
        .from(dirty)
        .where(sql`${dirty.slot} = ${slot}`)
        .orderBy(dirty.since)
        .limit(limit),
    );
    return rows as Mark[];
  }

  async readSnapshot(blocks: readonly BlockId[]): Promise<Snapshot> {
    const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(blocks)}))`;
    const about = sql`FROM ${callers} c JOIN ${evidence} e ON e.caller = c.id WHERE c.block IN ${wanted}`;
    const [complaints, names, ballots, versions] = await this.#transaction([
      // (day + 3) / 7 is weekOfDay: weeks begin on Monday.
      sql`SELECT c.block, c.line, e.dataset, (e.day + 3) / 7 AS week, e.category, sum(e.complaints) AS complaints
        ${about} AND e.complaints > 0 GROUP BY 1, 2, 3, 4, 5`,
      sql`SELECT c.block, c.line, e.caller, e.dataset, e.day, e.name, e.kind ${about} AND e.name IS NOT NULL`,
      sql`SELECT block, line, id AS caller, ballot FROM ${callers} WHERE block IN ${wanted} AND ballot IS NOT NULL`,
      sql`SELECT block, version FROM ${pages} WHERE block IN ${wanted}`,
    ]);
    return {
      complaints: (complaints?.results ?? []) as unknown as Snapshot["complaints"],
      names: (names?.results ?? []) as unknown as Snapshot["names"],
      ballots: (ballots?.results ?? []) as unknown as Snapshot["ballots"],
      versions: new Map((versions?.results ?? []).map((row) => [row["block"] as BlockId, row["version"] as number])),
    };
  }

  /** Writes pages to D1, each only over the version that it was made from. */
  async writePages(writes: readonly PageWrite[]): Promise<void> {
    const puts = writes.filter((write) => write.body !== null);
    const removals = writes.filter((write) => write.body === null);
    const statements = chunks(puts, PAGES_A_STATEMENT).map((part) => {
      const json = JSON.stringify(part.map((write) => [write.block, write.body, write.version]));
      return sql`INSERT INTO ${pages} (block, body, version) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${json}) WHERE true
        ON CONFLICT (block) DO UPDATE SET body = excluded.body, version = excluded.version WHERE pages.version = excluded.version - 1`;
    });
    if (removals.length > 0) {
      const json = JSON.stringify(removals.map((write) => [write.block, write.version]));
      statements.push(sql`DELETE FROM ${pages} WHERE block IN (
        SELECT p.block FROM json_each(${json}) j JOIN ${pages} p ON p.block = j.value ->> 0 WHERE p.version = (j.value ->> 1) - 1)`);
    }
    if (statements.length > 0) await this.#transaction(statements);
  }

  /** Puts or removes a page in KV. */
  async putPage(block: BlockId, body: Uint8Array<ArrayBuffer> | null): Promise<void> {
    await onStore("kv", () => (body === null ? this.#kv.delete(block) : this.#kv.put(block, body)));
  }

  /** Clears marks that are still the ones read, of blocks whose page in D1 is still the one that was put into KV. */
  async clearMarks(published: readonly (Mark & { readonly version: number })[]): Promise<void> {
    const json = JSON.stringify(published.map(({ block, mark, version }) => [block, mark, version]));
    await this.#run(sql`DELETE FROM ${dirty} WHERE block IN (
      SELECT d.block FROM json_each(${json}) j JOIN ${dirty} d ON d.block = j.value ->> 0 LEFT JOIN ${pages} p ON p.block = d.block
      WHERE d.mark = j.value ->> 1 AND ifnull(p.version, 0) = j.value ->> 2)`);
  }

  /** Slots with marks that have waited since before `before` (ms). */
  async readWaitingSlots(before: number): Promise<string[]> {
    const rows = await onStore("d1", () =>
      this.#db
        .selectDistinct({ slot: dirty.slot })
        .from(dirty)
        .where(sql`${dirty.since} < ${before}`),
    );
    return rows.map((row) => row.slot);
  }

  /** How much is unpublished, and since when (ms, null when nothing is); D1's size in bytes. */
  async readBacklog(): Promise<{ blocks: number; oldest: number | null; bytes: number }> {
    const [result] = await this.#transaction([sql`SELECT count(*) AS blocks, min(since) AS oldest FROM ${dirty}`]);
    const row = result?.results[0];
    return {
      blocks: (row?.["blocks"] as number | undefined) ?? 0,
      oldest: (row?.["oldest"] as number | null | undefined) ?? null,
      bytes: result?.meta.size_after ?? 0,
    };
  }

  /** Answers when D1 does. */
  probeD1(): Promise<unknown> {
    return this.#run(sql`SELECT 1`);
  }

  /** Answers when KV does. */
  probeKv(): Promise<unknown> {
    return onStore("kv", () => this.#kv.get("probe"));
  }

  // D1's batch is a transaction; drizzle's own batch() does not hand back counts.
  async #transaction(statements: readonly SQL[]): Promise<D1Result<Record<string, unknown>>[]> {
    const prepared = statements.map((statement) => {
      const { sql: text, params } = dialect.sqlToQuery(statement);
      return this.#d1.prepare(text).bind(...params);
    });
    return onStore("d1", () => this.#d1.batch<Record<string, unknown>>(prepared));
  }

  async #run(statement: SQL): Promise<void> {
    await this.#transaction([statement]);
  }
}

function markDirty(blocks: SQL, now: number): SQL {
  return sql`INSERT INTO ${dirty} (block, slot, since, mark) SELECT block, substr(block, 1, 1), ${now}, hex(randomblob(8)) FROM (${blocks}) WHERE true
    ON CONFLICT (block) DO UPDATE SET mark = excluded.mark`;
}

function chunks<T>(rows: readonly T[], size = ROWS_A_STATEMENT): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));
}
