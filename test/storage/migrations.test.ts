import { env } from "cloudflare:workers";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import * as accounts from "../../src/accounts/tables.ts";
import * as directory from "../../src/directory/tables.ts";
import * as images from "../../src/images/tables.ts";
import * as keys from "../../src/keys/tables.ts";
import * as messaging from "../../src/messaging/tables.ts";
import * as operators from "../../src/operators/tables.ts";
import * as ownership from "../../src/ownership/tables.ts";
import * as privacy from "../../src/privacy/tables.ts";
import * as storage from "../../src/storage/tables.ts";

const tables = [accounts, directory, images, keys, messaging, operators, ownership, privacy, storage].flatMap((room) =>
  Object.values<unknown>(room)
    .filter((value): value is SQLiteTable => is(value, SQLiteTable))
    .map((table) => getTableConfig(table)),
);

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

const rowsOf = async <Row>(query: string, ...values: string[]): Promise<Row[]> =>
  (
    await env.DB.prepare(query)
      .bind(...values)
      .all<Row>()
  ).results;

describe("the migrated database", () => {
  it("has the tables of all tables.ts, and no others", async () => {
    const made = await rowsOf<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations' ORDER BY name",
    );
    expect(made.map(({ name }) => name)).toEqual(tables.map(({ name }) => name).sort());
  });

  it.each(tables)("has $name as tables.ts says", async ({ name, columns, primaryKeys, indexes }) => {
    const made = await rowsOf<Column>('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', name);
    const key =
      primaryKeys[0]?.columns.map((column) => column.name) ?? columns.filter((c) => c.primary).map((c) => c.name);
    expect(made.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      columns
        .map((column) => ({
          name: column.name,
          type: column.getSQLType().toUpperCase(),
          notnull: column.notNull ? 1 : 0,
          pk: key.indexOf(column.name) + 1,
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    const known = indexes.map(({ config }) => config.name);
    const unique = columns.flatMap((column) => (column.isUnique ? (column.uniqueName ?? []) : []));
    const own = await rowsOf<{ name: string }>("SELECT name FROM pragma_index_list(?) WHERE origin = 'c'", name);
    expect(own.map((index) => index.name).sort()).toEqual([...known, ...unique].sort());
  });

  it.each(tables)("keeps $name by its key", async ({ name, columns }) => {
    const isNumbered = columns.some((column) => column.primary && column.getSQLType() === "integer");
    const [made] = await rowsOf<{ wr: number }>("SELECT wr FROM pragma_table_list(?)", name);
    expect(made?.wr, `${name} needs WITHOUT ROWID (migrations/README.md)`).toBe(isNumbered ? 0 : 1);
  });
});
