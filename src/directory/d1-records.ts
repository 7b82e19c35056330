import { sql, type SQL } from "drizzle-orm";
import { CasingCache } from "drizzle-orm/casing";
import { onStore } from "../telemetry/store-failure.ts";
import { dirty } from "./tables.ts";

/** How drizzle writes a statement down. Its dialect would say the same, with 50 kB of builders that nobody asks. */
const WRITTEN: Parameters<SQL["toQuery"]>[0] = {
  casing: new CasingCache(),
  escapeName: (name) => `"${name}"`,
  escapeParam: () => "?",
  escapeString: (text) => `'${text.replaceAll("'", "''")}'`,
};

/** D1 takes 2 MB a bound value and 100 of them a query: rows travel as one JSON array of at most this many. */
const ROWS_A_STATEMENT = 1000;

/** D1 as the room's records speak to it. A failure throws `StoreFailure`. */
export class D1 {
  readonly #d1: Pick<D1Database, "prepare" | "batch">;

  /** @param d1 the database, or a session of it */
  constructor(d1: Pick<D1Database, "prepare" | "batch">) {
    this.#d1 = d1;
  }

  /** The rows of a query, as D1 gives them. */
  async rows<Row>(query: SQL): Promise<Row[]> {
    const [result] = await this.transaction([query]);
    return (result?.results ?? []) as Row[];
  }

  /** All of the statements or none, with their counts: D1's batch is a transaction; drizzle's hides what it counted. */
  transaction(statements: readonly SQL[]): Promise<D1Result<Record<string, unknown>>[]> {
    const prepared = statements.map((statement) => {
      const { sql: text, params } = statement.toQuery(WRITTEN);
      return this.#d1.prepare(text).bind(...params);
    });
    return onStore("d1", () => this.#d1.batch<Record<string, unknown>>(prepared));
  }

  async run(statement: SQL): Promise<void> {
    await this.transaction([statement]);
  }
}

/** Marks blocks dirty, given as a query of their ids. The mark is new with every change, the time that of the first. */
export function markDirty(blocks: SQL, now: number): SQL {
  return sql`INSERT INTO ${dirty} (block, slot, since, mark) SELECT block, substr(block, 1, 1), ${now}, hex(randomblob(8)) FROM (${blocks}) WHERE true
    ON CONFLICT (block) DO UPDATE SET mark = excluded.mark`;
}

/** Rows in parts that fit one statement. */
export function chunks<T>(rows: readonly T[], size = ROWS_A_STATEMENT): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));
}
