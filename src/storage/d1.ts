import { sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { PreparedQuery } from "drizzle-orm/session";
import { onStore } from "../telemetry/store-failure.ts";

/** D1 takes 2 MB a bound value and 100 of them a query: rows travel as one JSON array of at most this many. */
const ROWS_A_STATEMENT = 1000;

type Query = BatchItem<"sqlite">;
/** What drizzle's queries have and its types do not say. */
interface Preparable {
  _prepare(): PreparedQuery;
}
type Ask<Queries> = (db: DrizzleD1Database) => Queries;

/**
 * D1 as rooms' records ask it: queries of drizzle's builder, and `db.run(sql…)` for what that cannot say. Each call is
 * one batch, which is one transaction. A failure throws `StoreFailure`.
 */
export class D1 {
  readonly #d1: D1Database | D1DatabaseSession;
  readonly #db: DrizzleD1Database;

  /** @param d1 the database, or a session of it */
  constructor(d1: D1Database | D1DatabaseSession) {
    this.#d1 = d1;
    // Drizzle asks for no more of it than a session has.
    this.#db = drizzle(d1 as D1Database);
  }

  /** What one query gives: rows, or how much it changed. */
  async ask<One extends Query>(query: Ask<One>): Promise<One["_"]["result"]> {
    const [result] = await this.batch((db) => [query(db)] as const);
    return result;
  }

  /** The first row of a query, or null. */
  async first<Row>(query: Ask<Query & { readonly _: { readonly result: readonly Row[] } }>): Promise<Row | null> {
    const rows = await this.ask(query);
    return rows[0] ?? null;
  }

  /** All of the queries or none, and what each gives. At least one. */
  async batch<const Queries extends readonly [Query, ...Query[]]>(
    queries: Ask<Queries>,
  ): Promise<BatchResponse<Queries>> {
    // As drizzle's own batch does it, which does not bind the values of `db.run(sql…)` (0.45).
    const prepared = queries(this.#db).map((query) => (query as Query & Preparable)._prepare());
    const statements = prepared.map((query) => {
      const { sql: text, params } = query.getQuery();
      return this.#d1.prepare(text).bind(...params);
    });
    const results = await onStore("d1", () => this.#d1.batch(statements));
    return prepared.map((query, at) => query.mapResult(results[at], true)) as BatchResponse<Queries>;
  }

  /** `batch` for statements of which there are many or none: the rows of each. */
  async transaction<Row>(statements: readonly SQL[]): Promise<readonly Row[][]> {
    const [first, ...others] = statements;
    if (first === undefined) return [];
    return this.batch((db) => [db.all<Row>(first), ...others.map((statement) => db.all<Row>(statement))]);
  }
}

/** Holds where a column has one of some values, however many: they are bound as one, of the 100 that a query may bind. */
export function among(column: AnyColumn, values: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

/** Rows in parts that fit one statement. */
export function chunks<T>(rows: readonly T[], size = ROWS_A_STATEMENT): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));
}
