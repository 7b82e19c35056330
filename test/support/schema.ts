import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";

const ROOT = join(import.meta.dirname, "../..");
const SRC = join(ROOT, "src");
/** wrangler.toml. */
export const config = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
/** A source of the Worker. */
export const read = (file: string): string => readFileSync(join(SRC, file), "utf8");
/** The Worker's sources. */
export const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.startsWith("commands/"),
);

/** `columns` of a place, sorted; a place is `d1 table: …` or `object Class table: …`. */
export const place = (name: string, columns: readonly string[]): string => `${name}: ${[...columns].sort().join(" ")}`;
export const sorted = (one: string): string => {
  const [name = "", columns] = one.split(": ");
  return columns === undefined ? one : place(name, columns.split(" "));
};

/** Every table of D1 with its columns, as the migrations make them. */
export function d1Places(): string[] {
  const database = new DatabaseSync(":memory:");
  const migrations = readdirSync(join(ROOT, "migrations")).filter((name) => name.endsWith(".sql"));
  for (const name of migrations.sort()) database.exec(readFileSync(join(ROOT, "migrations", name), "utf8"));
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return tables.map(({ name }) => {
    const columns = database.prepare(`SELECT name FROM pragma_table_xinfo('${String(name)}')`).all();
    return place(
      `d1 ${String(name)}`,
      columns.map((column) => String(column["name"])),
    );
  });
}

/** Files of the same room that a file imports, itself first. */
export function roomFilesOf(file: string): Set<string> {
  const seen = new Set<string>();
  const [room] = file.split("/", 1);
  const visit = (from: string): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const [, path] of read(from).matchAll(/from "(\.[^"]+)"/g)) {
      const to = relative(SRC, join(SRC, dirname(from), path ?? ""));
      if (to.split("/", 1)[0] === room && !to.endsWith("-object.ts")) visit(to);
    }
  };
  visit(file);
  return seen;
}

/** The tables that a source makes in an object's storage: run, so that the database itself says what they are. */
export function tablesIn(source: string): Map<string, string[]> {
  const database = new DatabaseSync(":memory:");
  const made = source.matchAll(
    /CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?\w+ \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g,
  );
  for (const [statement] of made) database.exec(statement);
  for (const [statement, table, column] of source.matchAll(/ALTER TABLE (\w+) ADD (?:COLUMN )?(\w+)[^;"`]*/g)) {
    // For objects that are older than the column: those made today have it.
    const has = database.prepare(`SELECT 1 FROM pragma_table_xinfo('${table}') WHERE name = '${column}'`).all();
    if (has.length === 0) database.exec(statement);
  }
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return new Map(
    tables.map(({ name }) => [
      String(name),
      database
        .prepare(`SELECT name FROM pragma_table_xinfo('${String(name)}')`)
        .all()
        .map((column) => String(column["name"])),
    ]),
  );
}

export const CREATES = /CREATE (?:VIRTUAL )?TABLE/g;
export const classes = [...config.matchAll(/^\[exports\.(\w+)\]\ntype = "durable-object"/gm)].map(
  ([, name]) => name ?? "",
);
/** Where a class is; one that the wiring extends is where what it extends is. */
export const fileOf = (name: string): string => {
  const extended = new RegExp(`export class ${name} extends (\\w+)`).exec(read("index.ts"))?.[1] ?? name;
  const made = new RegExp(`export (?:abstract )?class ${extended} extends StoredObject`);
  return files.find((file) => made.test(read(file))) ?? "";
};

/** Every class of objects with its tables and their columns, as their own statements make them. */
export function objectPlaces(): string[] {
  return classes.flatMap((name) => {
    const tables = [...roomFilesOf(fileOf(name))].flatMap((file) => [...tablesIn(read(file))]);
    return tables.length === 0
      ? [`object ${name}`]
      : tables.map(([table, columns]) => place(`object ${name} ${table}`, columns));
  });
}
