import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../src/language/language.ts";
import { holdings, HOLDING_KEYS } from "../src/privacy/holdings.ts";
import { wordsIn } from "../src/privacy/words/in-language.ts";

// The table at /privacy against the schema: what is stored and not told, or told and not stored, fails here.

const ROOT = join(import.meta.dirname, "..");
const SRC = join(ROOT, "src");
const config = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const read = (file: string): string => readFileSync(join(SRC, file), "utf8");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.startsWith("commands/"),
);

/** `columns` of a place, sorted; a place is `d1 table: …` or `object Class table: …`. */
const place = (name: string, columns: readonly string[]): string => `${name}: ${[...columns].sort().join(" ")}`;
const sorted = (one: string): string => {
  const [name = "", columns] = one.split(": ");
  return columns === undefined ? one : place(name, columns.split(" "));
};

function d1Places(): string[] {
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
function roomFilesOf(file: string): Set<string> {
  const seen = new Set<string>();
  const visit = (from: string): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const [, path] of read(from).matchAll(/from "(\.[^"]+)"/g)) {
      const to = relative(SRC, join(SRC, dirname(from), path ?? ""));
      if (dirname(to) === dirname(from) && !to.endsWith("-object.ts")) visit(to);
    }
  };
  visit(file);
  return seen;
}

/** The tables that a source makes in an object's storage: run, so that the database itself says what they are. */
function tablesIn(source: string): Map<string, string[]> {
  const database = new DatabaseSync(":memory:");
  const statements = [
    ...source.matchAll(/CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?\w+ \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g),
    ...source.matchAll(/ALTER TABLE \w+ ADD (?:COLUMN )?[^;"`]+/g),
  ];
  for (const [statement] of statements) database.exec(statement);
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

const CREATES = /CREATE (?:VIRTUAL )?TABLE/g;
const classes = [...config.matchAll(/^\[exports\.(\w+)\]\ntype = "durable-object"/gm)].map(([, name]) => name ?? "");
/** Where a class is; one that the wiring extends is where what it extends is. */
const fileOf = (name: string): string => {
  const extended = new RegExp(`export class ${name} extends (\\w+)`).exec(read("index.ts"))?.[1] ?? name;
  const made = new RegExp(`export (?:abstract )?class ${extended} extends DurableObject`);
  return files.find((file) => made.test(read(file))) ?? "";
};

function objectPlaces(): string[] {
  return classes.flatMap((name) => {
    const tables = [...roomFilesOf(fileOf(name))].flatMap((file) => [...tablesIn(read(file))]);
    return tables.length === 0
      ? [`object ${name}`]
      : tables.map(([table, columns]) => place(`object ${name} ${table}`, columns));
  });
}

const told = holdings().flatMap(({ places }) => places);

describe("the table of what is stored", () => {
  it("tells every table and column of D1, and no other", () => {
    expect(
      told
        .filter((one) => one.startsWith("d1 "))
        .map(sorted)
        .sort(),
    ).toEqual(d1Places().sort());
  });

  it("tells every class of objects, each of its tables and columns, and no other", () => {
    expect(classes.length).toBeGreaterThan(2);
    for (const name of classes) expect(fileOf(name), name).not.toBe("");
    expect(
      told
        .filter((one) => one.startsWith("object "))
        .map(sorted)
        .sort(),
    ).toEqual(objectPlaces().sort());
  });

  it("overlooks no statement that makes a table", () => {
    const made = files.reduce((sum, file) => sum + (read(file).match(CREATES) ?? []).length, 0);
    const seen = new Set(classes.flatMap((name) => [...roomFilesOf(fileOf(name))]));
    const known = [...seen].reduce((sum, file) => sum + tablesIn(read(file)).size, 0);
    expect(known, "tables of objects, as written").toBe(made);
  });

  it("knows of no values beside tables in an object's storage", () => {
    const beside = files.filter((file) => /storage\s*\.(?:put|kv)\b|storage\.sql\.exec\(`?\s*ALTER/.test(read(file)));
    expect(beside).toEqual([]);
  });

  it("tells every namespace and bucket, and no other", () => {
    const bindings = (kind: string): string[] =>
      [...config.matchAll(new RegExp(`^\\[\\[${kind}\\]\\]\\nbinding = "(\\w+)"`, "gm"))].map(([, name]) => name ?? "");
    const stores = [
      ...bindings("kv_namespaces").map((name) => `kv ${name}`),
      ...bindings("r2_buckets").map((name) => `r2 ${name}`),
    ];
    expect(told.filter((one) => /^(?:kv|r2) /.test(one)).sort()).toEqual(stores.sort());
    // Bindings that would store and that this test does not know.
    expect(config).not.toMatch(/^\[\[(?:queues|vectorize|hyperdrive|workflows|pipelines)/m);
  });

  it("has a row for every key, in order", () => {
    expect(holdings().map(({ key }) => key)).toEqual([...HOLDING_KEYS]);
  });

  it.each(LANGUAGES)("has words of its own in %s", (language) => {
    const words = wordsIn(language);
    for (const { key, keeping, lifetime } of holdings()) {
      for (const text of [...words.holdings[key], words.keeping[keeping], words.lifetimes[lifetime]]) {
        expect(text.length, key).toBeGreaterThan(1);
      }
      if (language !== "en") expect(words.holdings[key][0], key).not.toBe(wordsIn("en").holdings[key][0]);
    }
    for (const dated of [words.inForceSince, words.from]) expect(dated).toContain("{day}");
  });
});
