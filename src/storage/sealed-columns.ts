import { and, eq, isNotNull, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { fromBase64Url, toBase64Url } from "../vault/bytes.ts";
import type { Place } from "../vault/seal.ts";
import type { Vault } from "../vault/vault.ts";
import { chunks, D1 } from "./d1.ts";
import type { ListedStep } from "./renewing.ts";

/** A column of a table of D1 whose values are sealed in the vault. */
export interface SealedD1Column {
  readonly table: SQLiteTable;
  readonly column: SQLiteColumn;
  /** The primary key. */
  readonly key: readonly SQLiteColumn[];
  /** The columns that say for what the value is sealed. */
  readonly bound: readonly SQLiteColumn[];
  /** Where a value is sealed for. @param bound the values of these columns */
  readonly place: (...bound: string[]) => Place;
}

/** Rows of a step, and updates of a batch: the platform allows an invocation 1,000 queries. */
const ROWS_A_STEP = 200;
const UPDATES_A_BATCH = 50;

/**
 * Seals the next rows of a column anew, in the order of their keys, where they are under another key than the first. A value
 * is replaced only where it is still the one that was opened. @param after as the step before returned it
 */
export async function renewColumn(
  d1: ConstructorParameters<typeof D1>[0],
  vault: Vault,
  { table, column, key, bound, place }: SealedD1Column,
  after: string | null,
): Promise<ListedStep> {
  const db1 = new D1(d1);
  // Each once: D1 gives rows by their columns' names.
  const columns = [...new Set([column, ...key, ...bound])];
  const of = (row: Record<string, unknown>, one: SQLiteColumn): unknown => row[`c${columns.indexOf(one)}`];
  const rows: Record<string, unknown>[] = await db1.ask((db) =>
    db
      .select(Object.fromEntries(columns.map((one, at) => [`c${at}`, one])))
      .from(table)
      .where(and(isNotNull(column), after === null ? undefined : later(key, JSON.parse(after) as unknown[])))
      .orderBy(...key)
      .limit(ROWS_A_STEP),
  );
  const left: Record<string, number> = {};
  const fresh: { row: Record<string, unknown>; sealed: string }[] = [];
  for (const row of rows) {
    const bytes = fromBase64Url(String(of(row, column)));
    const renewal =
      bytes === null ? null : await vault.renew(place(...bound.map((one) => String(of(row, one)))), bytes);
    if (renewal?.is === "renewed") fresh.push({ row, sealed: toBase64Url(renewal.sealed) });
    if (renewal?.is === "refused") left[renewal.key] = (left[renewal.key] ?? 0) + 1;
  }
  for (const part of chunks(fresh, UPDATES_A_BATCH)) {
    await db1.batch(
      (db) =>
        part.map(({ row, sealed }) =>
          db
            .update(table)
            .set({ [nameOf(table, column)]: sealed })
            .where(and(eq(column, of(row, column)), ...key.map((one) => eq(one, of(row, one))))),
        ) as never,
    );
  }
  const last = rows.at(-1);
  const more = rows.length === ROWS_A_STEP && last !== undefined;
  return {
    after: more ? JSON.stringify(key.map((one) => of(last, one))) : null,
    renewed: fresh.length,
    left,
  };
}

/** Whether a row's key comes after another one, as SQL: the builder has no comparison of several columns. */
function later(key: readonly SQLiteColumn[], values: readonly unknown[]): SQL {
  const columns = sql.join([...key], sql`, `);
  const bound = sql.join(
    key.map((one, at) => sql.param(values[at], one)),
    sql`, `,
  );
  return sql`(${columns}) > (${bound})`;
}

/** The name that a column has in the table's definition. */
function nameOf(table: SQLiteTable, column: SQLiteColumn): string {
  const found = Object.entries(table).find(([, one]) => one === column);
  if (found === undefined) throw new Error("a sealed column of another table");
  return found[0];
}
