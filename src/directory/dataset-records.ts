import { sql, type SQL } from "drizzle-orm";
import { isListed, WITHOUT_PARTS } from "./caller-records.ts";
import { chunks, markDirty, type D1 } from "./d1-records.ts";
import { batches, callers, datasets, evidence } from "./tables.ts";
import { insertHundreds, type Hundreds } from "./thousand-records.ts";

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

/** A row of evidence about a number, with its dataset's title. */
export interface EvidenceOfCaller {
  readonly dataset: string;
  readonly title: string;
  readonly day: number;
  readonly category: string;
  readonly complaints: number;
  readonly name: string | null;
  readonly kind: string | null;
}

/** The columns of a `DatasetRecord`. */
const COLUMNS = sql.raw("id, title, kind, licence, country, keep");

/** Datasets and their rows in D1. */
export class DatasetRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  async readDataset(id: string): Promise<DatasetRecord | null> {
    const rows = await this.#d1.rows<DatasetRecord>(sql`SELECT ${COLUMNS} FROM ${datasets} WHERE id = ${id}`);
    return rows[0] ?? null;
  }

  readDatasets(): Promise<DatasetRecord[]> {
    return this.#d1.rows<DatasetRecord>(sql`SELECT ${COLUMNS} FROM ${datasets} ORDER BY id`);
  }

  /** Creates the dataset or rewrites what may change of it; its kind never does. */
  async writeDataset(dataset: Dataset): Promise<void> {
    const { id, title, kind, licence, country } = dataset;
    await this.#d1
      .run(sql`INSERT INTO ${datasets} (id, title, kind, licence, country) VALUES (${id}, ${title}, ${kind}, ${licence}, ${country})
      ON CONFLICT (id) DO UPDATE SET title = excluded.title, licence = excluded.licence, country = excluded.country`);
  }

  async readBatch(dataset: string, batch: string): Promise<BatchRecord | null> {
    const rows = await this.#d1.rows<BatchRecord>(
      sql`SELECT digest, answer, changed FROM ${batches} WHERE dataset = ${dataset} AND batch = ${batch}`,
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
    hundreds: Hundreds,
    now: number,
  ): Promise<void> {
    const statements: SQL[] = [
      sql`INSERT INTO ${batches} (dataset, batch, edition, digest, answer) VALUES (${key.dataset}, ${key.batch}, ${key.edition}, ${key.digest}, ${key.answer})`,
    ];
    for (const part of chunks(numbers)) {
      const json = JSON.stringify(part.map((caller) => [caller.id, caller.block, caller.line]));
      statements.push(sql`INSERT OR IGNORE INTO ${callers} (id, block, line)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${json}) WHERE ${isListed(sql.raw("value ->> 0"))}`);
    }
    for (const part of chunks(rows)) {
      const json = JSON.stringify(
        part.map((row) => [
          row.caller,
          row.day,
          row.category,
          row.form,
          row.complaints,
          row.name,
          row.kind,
          row.undated ?? 0,
        ]),
      );
      statements.push(sql`INSERT INTO ${evidence} (dataset, batch, caller, day, category, form, complaints, name, kind, undated)
        SELECT ${key.dataset}, ${key.batch}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
        FROM json_each(${json}) WHERE ${isListed(sql.raw("value ->> 0"))}`);
    }
    statements.push(
      ...insertHundreds(hundreds),
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
    await this.#d1.transaction(statements);
  }

  /** What datasets say of a number, the newest first, at most `limit` rows: names sealed as they stand. */
  async readEvidence(caller: string, limit: number): Promise<EvidenceOfCaller[]> {
    return this.#d1.rows<EvidenceOfCaller>(
      sql`SELECT e.dataset, d.title, e.day, e.category, e.complaints, e.name, e.kind
        FROM ${evidence} e JOIN ${datasets} d ON d.id = e.dataset WHERE e.caller = ${caller}
        ORDER BY e.day DESC, e.dataset, e.category LIMIT ${limit}`,
    );
  }

  /** What datasets hold of a number: of each its newest day and that of its newest complaint, and every name, sealed. */
  async readHeld(caller: string): Promise<{
    readonly days: readonly { dataset: string; day: number; complained: number | null }[];
    readonly names: readonly string[];
  }> {
    const [days, names] = await this.#d1.transaction([
      sql`SELECT dataset, max(day) AS day, max(CASE WHEN complaints > 0 THEN day END) AS complained
        FROM ${evidence} WHERE caller = ${caller} GROUP BY dataset ORDER BY dataset`,
      sql`SELECT min(name) AS name FROM ${evidence} WHERE caller = ${caller} AND name IS NOT NULL GROUP BY form`,
    ]);
    return {
      days: (days?.results ?? []) as unknown as { dataset: string; day: number; complained: number | null }[],
      names: (names?.results ?? []).map((row) => row["name"] as string),
    };
  }

  /** Marks a dataset for dropping: all its rows but those of edition `keep` ("" keeps none). */
  async markDropping(dataset: string, keep: string): Promise<void> {
    await this.#d1.run(sql`UPDATE ${datasets} SET keep = ${keep} WHERE id = ${dataset}`);
  }

  /** A batch of the dataset that is to go, or null when none is left. */
  async readBatchToDrop(dataset: string, keep: string): Promise<string | null> {
    const rows = await this.#d1.rows<{ batch: string }>(
      sql`SELECT batch FROM ${batches} WHERE dataset = ${dataset} AND (${keep} = '' OR edition <> ${keep}) LIMIT 1`,
    );
    return rows[0]?.batch ?? null;
  }

  /** Drops one batch in one transaction: dirty marks, numbers that nothing else knows, rows. Returns the rows removed. */
  async dropBatch(dataset: string, batch: string, now: number): Promise<number> {
    const mine = sql`dataset = ${dataset} AND batch = ${batch}`;
    const results = await this.#d1.transaction([
      markDirty(
        sql`SELECT DISTINCT c.block FROM ${evidence} e JOIN ${callers} c ON c.id = e.caller
        WHERE e.dataset = ${dataset} AND e.batch = ${batch}`,
        now,
      ),
      sql`DELETE FROM ${callers} WHERE id IN (SELECT caller FROM ${evidence} WHERE ${mine}) AND ${WITHOUT_PARTS} AND NOT EXISTS (
        SELECT 1 FROM ${evidence} o WHERE o.caller = ${callers}.id AND (o.dataset <> ${dataset} OR o.batch <> ${batch}))`,
      sql`DELETE FROM ${evidence} WHERE ${mine}`,
      sql`DELETE FROM ${batches} WHERE ${mine}`,
    ]);
    return results[2]?.meta.changes ?? 0;
  }

  /** Ends a drop: removes the dataset itself, or only the mark when an edition was kept. */
  async finishDropping(dataset: string, keep: string): Promise<void> {
    await this.#d1.run(
      keep === ""
        ? sql`DELETE FROM ${datasets} WHERE id = ${dataset}`
        : sql`UPDATE ${datasets} SET keep = NULL WHERE id = ${dataset}`,
    );
  }
}
