import { and, asc, desc, eq, isNotNull, sql, type SQL } from "drizzle-orm";
import { bytesOf, hexOf } from "../storage/bytes-column.ts";
import { chunks, type D1 } from "../storage/d1.ts";
import type { Category, Kind } from "../verdict/evidence.ts";
import { insertAreaMark, type NamedAreas } from "./area-marks.ts";
import { isListed } from "./caller-records.ts";
import { categoryOf, kindOf } from "./codes.ts";
import { insertShownMarks, type NewMark } from "./dirty-records.ts";
import type { CallerPlace } from "./place.ts";
import { batches, datasets, evidence } from "./tables.ts";

export type Dataset = Omit<typeof datasets.$inferSelect, "keep" | "walked">;
export type DatasetRecord = typeof datasets.$inferSelect;

/** A batch's answer, as stored. */
export interface BatchRecord {
  readonly digest: string;
  readonly answer: string;
  readonly changed: number;
}

/** A row of evidence to write, about a number of the batch's `places`. */
export interface EvidenceRecord extends Pick<typeof evidence.$inferInsert, "day" | "form" | "complaints"> {
  readonly place: CallerPlace;
  readonly undated: boolean;
  /** The sealed name; null for complaints. */
  readonly name: Uint8Array<ArrayBuffer> | null;
  readonly kind: number | null;
}

/** A batch as it is written, in one transaction. */
export interface NewBatch {
  readonly dataset: string;
  readonly batch: string;
  readonly edition: string;
  readonly digest: string;
  readonly answer: string;
  /** The numbers that it names, each once. */
  readonly places: readonly CallerPlace[];
  readonly rows: readonly EvidenceRecord[];
  readonly marks: readonly NewMark[];
  /** The ten thousands that its complaints name; null without complaints. */
  readonly named: NamedAreas | null;
}

/** A row of evidence about a number, with its dataset's title. */
export interface EvidenceOfCaller {
  readonly dataset: string;
  readonly title: string;
  readonly day: number;
  readonly category: Category | null;
  readonly complaints: number;
  readonly name: string | null;
  readonly kind: Kind | null;
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
   * Takes a batch in, in one transaction: its idempotency record, its evidence and the dirty marks. Unlisted numbers are
   * left out by the same transaction. Throws when the batch is already there, or its dataset gone or being dropped.
   * Returns of how many numbers something else is known than before.
   * As SQL: rows come out of JSON arrays, of which a query binds one, where drizzle's builder binds each value.
   */
  async writeBatch({ dataset, batch, named, ...written }: NewBatch, now: number): Promise<number> {
    // Null, and so refused by `evidence`, where the dataset is being dropped.
    const number = sql`(SELECT number FROM ${batches} WHERE dataset = ${dataset} AND batch = ${batch})`;
    const statements: SQL[] = [
      sql`INSERT INTO ${batches} (dataset, batch, edition, digest, answer, areas)
        SELECT id, ${batch}, ${written.edition}, ${written.digest}, ${written.answer}, ${named === null ? null : bytesOf(named.sealed)} FROM ${datasets} WHERE id = ${dataset} AND keep IS NULL`,
    ];
    for (const part of chunks(written.rows)) {
      const json = JSON.stringify(part.map(evidenceValues));
      statements.push(sql`INSERT INTO ${evidence} (area, block, line, day, form, batch, undated, complaints, name, kind)
        SELECT unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, ${number}, value ->> 5, value ->> 6, unhex(value ->> 7), value ->> 8
        FROM json_each(${json}) WHERE ${isListed(sql.raw("unhex(value ->> 1)"), sql.raw("value ->> 2"))}`);
    }
    // A complaint always adds; a name changes something only if the dataset did not already give it.
    for (const part of chunks(written.places)) {
      const json = JSON.stringify(part.map(({ area, block, line }) => [hexOf(area), hexOf(block), line]));
      statements.push(sql`UPDATE ${batches} SET changed = changed + (
          SELECT count(*) FROM json_each(${json}) j WHERE EXISTS (
            SELECT 1 FROM ${evidence} e WHERE ${isAt("e", "j")} AND e.batch = batches.number AND (e.complaints > 0 OR NOT EXISTS (
              SELECT 1 FROM ${evidence} o JOIN ${batches} ob ON ob.number = o.batch WHERE ${isAt("o", "j")}
                AND ob.dataset = batches.dataset AND o.batch <> e.batch AND o.form = e.form AND o.kind IS e.kind))))
        WHERE dataset = ${dataset} AND batch = ${batch}`);
    }
    // After the evidence: a lonely complaint shows nothing, and its block needs no page.
    statements.push(insertShownMarks(written.marks, now));
    if (named?.isFitted === true) statements.push(insertAreaMark(named, now));
    statements.push(sql`SELECT changed FROM ${batches} WHERE dataset = ${dataset} AND batch = ${batch}`);
    const results = await this.#d1.transaction<{ changed: number }>(statements);
    return results.at(-1)?.[0]?.changed ?? 0;
  }

  /** What datasets say of a number, newest first, at most `limit` rows, names still sealed. */
  async readEvidence(place: CallerPlace, limit: number): Promise<EvidenceOfCaller[]> {
    const { day, form, complaints, name, kind } = evidence;
    const { dataset } = batches;
    const rows = await this.#d1.ask((db) =>
      db
        .select({ dataset, title: datasets.title, day, form, complaints, name, kind })
        .from(evidence)
        .innerJoin(batches, eq(batches.number, evidence.batch))
        .innerJoin(datasets, eq(datasets.id, dataset))
        .where(isAbout(place))
        .orderBy(desc(day), asc(dataset), asc(form))
        .limit(limit),
    );
    return rows.map(({ form: code, kind: whose, ...row }) => ({
      ...row,
      category: row.name === null ? categoryOf(code) : null,
      kind: kindOf(whose),
    }));
  }

  /** Of each dataset with a number: its newest day, the day of its newest complaint, and every name, sealed. */
  async readHeld(place: CallerPlace): Promise<{
    readonly days: readonly { dataset: string; day: number; complained: number | null }[];
    readonly names: readonly string[];
  }> {
    const { day, complaints, name } = evidence;
    const { dataset } = batches;
    const newest = {
      dataset,
      day: sql<number>`max(${day})`.as("newest"),
      complained: sql<number | null>`max(CASE WHEN ${complaints} > 0 THEN ${day} END)`.as("complained"),
    };
    const [days, names] = await this.#d1.batch((db) => [
      db
        .select(newest)
        .from(evidence)
        .innerJoin(batches, eq(batches.number, evidence.batch))
        .where(isAbout(place))
        .groupBy(dataset)
        .orderBy(dataset),
      db
        .select({ name })
        .from(evidence)
        .where(and(isAbout(place), isNotNull(name))),
    ]);
    return { days, names: names.flatMap((row) => row.name ?? []) };
  }
}

function isBatch(dataset: string, batch: string): SQL | undefined {
  return and(eq(batches.dataset, dataset), eq(batches.batch, batch));
}

function isAbout({ area, block, line }: CallerPlace): SQL | undefined {
  return and(eq(evidence.area, area), eq(evidence.block, block), eq(evidence.line, line));
}

/** Whether a row of evidence is about the number in a JSON array. */
function isAt(row: string, json: string): SQL {
  return sql.raw(
    `${row}.area = unhex(${json}.value ->> 0) AND ${row}.block = unhex(${json}.value ->> 1) AND ${row}.line = ${json}.value ->> 2`,
  );
}

function evidenceValues({ place, day, form, undated, complaints, name, kind }: EvidenceRecord): unknown[] {
  const { area, block, line } = place;
  return [hexOf(area), hexOf(block), line, day, form, undated ? 1 : 0, complaints, name?.toHex() ?? null, kind];
}
