import { sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { PreparedQuery } from "drizzle-orm/session";
import { onStore } from "../telemetry/store-failure.ts";

/** D1 allows 100 bound values a query, of 2 MB each, so rows are bound as JSON arrays of at most this many. */
const ROWS_A_STATEMENT = 1000;

type Query = BatchItem<"sqlite">;
/** A method of drizzle's queries that its types omit. */
interface Preparable {
  _prepare(): PreparedQuery;
}
type Ask<Queries> = (db: DrizzleD1Database) => Queries;

/**
 * Runs drizzle's queries on D1, with `db.run(sql…)` for what the builder cannot express. Each call is one batch, which is
 * one transaction. A failure throws `StoreFailure`.
 */
export class D1 {
  readonly #d1: D1Database | D1DatabaseSession;
  readonly #db: DrizzleD1Database;

  /** @param d1 the database, or a session of it */
  constructor(d1: D1Database | D1DatabaseSession) {
    this.#d1 = d1;
    // A session has all methods that drizzle uses.
    this.#db = drizzle(d1 as D1Database);
  }

  /** The result of one query: its rows, or the number of changes. */
  async ask<One extends Query>(query: Ask<One>): Promise<One["_"]["result"]> {
    const [result] = await this.batch((db) => [query(db)] as const);
    return result;
  }

  /** The first row of a query, or null. */
  async first<Row>(query: Ask<Query & { readonly _: { readonly result: readonly Row[] } }>): Promise<Row | null> {
    const rows = await this.ask(query);
    return rows[0] ?? null;
  }

  /** Runs one or more queries in one transaction, and returns their results. */
  async batch<const Queries extends readonly [Query, ...Query[]]>(
    queries: Ask<Queries>,
  ): Promise<BatchResponse<Queries>> {
    // Drizzle's own batch (0.45) does not bind the values of `db.run(sql…)`.
    const prepared = queries(this.#db).map((query) => (query as Query & Preparable)._prepare());
    const statements = prepared.map((query) => {
      const { sql: text, params } = query.getQuery();
      return this.#d1.prepare(text).bind(...params);
    });
    const results = await onStore("d1", () => this.#d1.batch(statements));
    return prepared.map((query, at) => query.mapResult(results[at], true)) as BatchResponse<Queries>;
  }

  /** `batch` for any number of statements, including none. Returns the rows of each. */
  async transaction<Row>(statements: readonly SQL[]): Promise<readonly Row[][]> {
    const [first, ...others] = statements;
    if (first === undefined) return [];
    return this.batch((db) => [db.all<Row>(first), ...others.map((statement) => db.all<Row>(statement))]);
  }
}

/** True if a column has one of the values. They are bound as one JSON array, since D1 allows 100 bound values a query. */
export function among(column: AnyColumn, values: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

/** A bound value has 2 MB at most; bytes are bound as hexadecimal digits. */
const BYTES_A_STATEMENT = 500_000;

/** Splits rows whose bytes are many into parts that fit one statement. @param sizeOf bytes of a row */
export function chunksBySize<T>(rows: readonly T[], sizeOf: (row: T) => number): T[][] {
  const parts: T[][] = [];
  let left = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    const part = parts.at(-1);
    if (part !== undefined && size <= left) part.push(row);
    else parts.push([row]);
    left = (part !== undefined && size <= left ? left : BYTES_A_STATEMENT) - size;
  }
  return parts;
}

/** Splits rows into parts that fit one statement. */
export function chunks<T>(rows: readonly T[], size = ROWS_A_STATEMENT): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));
}
