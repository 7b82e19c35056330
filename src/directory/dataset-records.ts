import { and, asc, desc, eq, isNotNull, ne, sql, type SQL } from "drizzle-orm";
import { chunks, type D1 } from "../storage/d1.ts";
import { isListed, WITHOUT_PARTS } from "./caller-records.ts";
import { markDirty } from "./dirty-records.ts";
import { batches, callers, datasets, evidence } from "./tables.ts";
import { insertHundreds, type Hundreds } from "./thousand-records.ts";

export type Dataset = Omit<typeof datasets.$inferSelect, "keep">;
export type DatasetRecord = typeof datasets.$inferSelect;

/** A batch's answer, as stored. */
export interface BatchRecord {
  readonly digest: string;
  readonly answer: string;
  readonly changed: number;
}

/** A row of evidence to write. */
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

/** Datasets and their rows in D1. */
export class DatasetRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  readDataset(id: string): Promise<DatasetRecord | null> {
    return this.#d1.first((db) => db.select().from(datasets).where(eq(datasets.id, id)));
  }

  readDatasets(): Promise<DatasetRecord[]> {
    return this.#d1.ask((db) => db.select().from(datasets).orderBy(datasets.id));
  }

  /** Creates or updates a dataset; its kind never changes. */
  async writeDataset(dataset: Dataset): Promise<void> {
    const { title, licence, country } = dataset;
    await this.#d1.ask((db) =>
      db.insert(datasets).values(dataset).onConflictDoUpdate({ target: datasets.id, set: { title, licence, country } }),
    );
  }

  readBatch(dataset: string, batch: string): Promise<BatchRecord | null> {
    const { digest, answer, changed } = batches;
    return this.#d1.first((db) => db.select({ digest, answer, changed }).from(batches).where(isBatch(dataset, batch)));
  }

  /**
   * Takes a batch in, in one transaction: its idempotency record, its numbers, its evidence and the dirty marks.
   * Unlisted numbers are left out by the same transaction. Throws when the batch is already there or its dataset gone.
   * As SQL: rows come out of JSON arrays, of which a query binds one, where drizzle's builder binds each value.
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
      markDirty(blocksOf(key.dataset, key.batch), "datasets", now),
      // A complaint always adds; a name changes something only if the dataset did not already give it.
      sql`UPDATE ${batches} SET changed = (
          SELECT count(DISTINCT e.caller) FROM ${evidence} e
          WHERE e.dataset = ${key.dataset} AND e.batch = ${key.batch} AND (e.complaints > 0 OR NOT EXISTS (
            SELECT 1 FROM ${evidence} o WHERE o.caller = e.caller AND o.dataset = e.dataset
              AND o.batch <> e.batch AND o.form = e.form AND o.kind IS e.kind)))
        WHERE dataset = ${key.dataset} AND batch = ${key.batch}`,
    );
    await this.#d1.transaction(statements);
  }

  /** What datasets say of a number, newest first, at most `limit` rows, names still sealed. */
  readEvidence(caller: string, limit: number): Promise<EvidenceOfCaller[]> {
    const { dataset, day, category, complaints, name, kind } = evidence;
    return this.#d1.ask((db) =>
      db
        .select({ dataset, title: datasets.title, day, category, complaints, name, kind })
        .from(evidence)
        .innerJoin(datasets, eq(datasets.id, dataset))
        .where(eq(evidence.caller, caller))
        .orderBy(desc(day), asc(dataset), asc(category))
        .limit(limit),
    );
  }

  /** Of each dataset with a number: its newest day, the day of its newest complaint, and every name, sealed. */
  async readHeld(caller: string): Promise<{
    readonly days: readonly { dataset: string; day: number; complained: number | null }[];
    readonly names: readonly string[];
  }> {
    const { dataset, day, complaints, name, form } = evidence;
    const about = eq(evidence.caller, caller);
    const newest = {
      dataset,
      day: sql<number>`max(${day})`.as("newest"),
      complained: sql<number | null>`max(CASE WHEN ${complaints} > 0 THEN ${day} END)`.as("complained"),
    };
    const [days, names] = await this.#d1.batch((db) => [
      db.select(newest).from(evidence).where(about).groupBy(dataset).orderBy(dataset),
      db
        .select({ name: sql<string>`min(${name})`.as("one") })
        .from(evidence)
        .where(and(about, isNotNull(name)))
        .groupBy(form),
    ]);
    return { days, names: names.map((row) => row.name) };
  }

  /** Marks a dataset for dropping: all its rows but those of edition `keep` ("" keeps none). */
  async markDropping(dataset: string, keep: string): Promise<void> {
    await this.#d1.ask((db) => db.update(datasets).set({ keep }).where(eq(datasets.id, dataset)));
  }

  /** A batch of the dataset to drop, or null if none is left. */
  async readBatchToDrop(dataset: string, keep: string): Promise<string | null> {
    const old = keep === "" ? undefined : ne(batches.edition, keep);
    const found = await this.#d1.first((db) =>
      db
        .select({ batch: batches.batch })
        .from(batches)
        .where(and(eq(batches.dataset, dataset), old))
        .limit(1),
    );
    return found?.batch ?? null;
  }

  /** Drops one batch in one transaction: dirty marks, numbers known from nothing else, rows. Returns the rows removed. */
  async dropBatch(dataset: string, batch: string, now: number): Promise<number> {
    const mine = and(eq(evidence.dataset, dataset), eq(evidence.batch, batch));
    const [, , removed] = await this.#d1.batch((db) => [
      db.run(markDirty(blocksOf(dataset, batch), "datasets", now)),
      // As SQL: the same table twice in a subquery of what is deleted.
      db.run(sql`DELETE FROM ${callers} WHERE id IN (SELECT caller FROM ${evidence} WHERE ${mine}) AND ${WITHOUT_PARTS} AND NOT EXISTS (
        SELECT 1 FROM ${evidence} o WHERE o.caller = ${callers.id} AND (o.dataset <> ${dataset} OR o.batch <> ${batch}))`),
      db.delete(evidence).where(mine),
      db.delete(batches).where(isBatch(dataset, batch)),
    ]);
    return removed.meta.changes;
  }

  /** Ends a drop: removes the dataset itself, or only the mark when an edition was kept. */
  async finishDropping(dataset: string, keep: string): Promise<void> {
    const itself = eq(datasets.id, dataset);
    await this.#d1.ask((db) =>
      keep === "" ? db.delete(datasets).where(itself) : db.update(datasets).set({ keep: null }).where(itself),
    );
  }
}

function isBatch(dataset: string, batch: string): SQL | undefined {
  return and(eq(batches.dataset, dataset), eq(batches.batch, batch));
}

/** The blocks of the numbers that a batch names. */
function blocksOf(dataset: string, batch: string): SQL {
  return sql`SELECT DISTINCT c.block FROM ${evidence} e JOIN ${callers} c ON c.id = e.caller
    WHERE e.dataset = ${dataset} AND e.batch = ${batch}`;
}
