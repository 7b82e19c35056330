import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../src/language/language.ts";
import { ENFORCERS, TIMED } from "../src/privacy/enforcers.ts";
import { RENEWERS } from "../src/privacy/renewers.ts";
import { holdings, HOLDING_KEYS } from "../src/privacy/holdings.ts";
import { WORDS } from "../src/privacy/words/in-languages.ts";
import { POISONED } from "./support/poisoned.ts";
import {
  classes,
  config,
  CREATES,
  d1Places,
  fileOf,
  files,
  objectPlaces,
  read,
  roomFilesOf,
  sorted,
  tablesIn,
} from "./support/schema.ts";

// The table at /privacy against the schema: what is stored and not told, or told and not stored, fails here.

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

  it("knows of no values beside tables in an object's storage but the version of these", () => {
    const beside = files.filter((file) => /storage\s*\.(?:put|kv)\b/.test(read(file)));
    expect(beside).toEqual(["storage/object-rows.ts"]);
    // Its only one is a number.
    expect(read("storage/object-rows.ts").match(/kv\.put\(.*/g)).toEqual(["kv.put(this.#name, this.#steps.length);"]);
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
    const words = WORDS[language]();
    for (const { key, keeping, lifetime } of holdings()) {
      for (const text of [...words.holdings[key], words.keeping[keeping], words.lifetimes[lifetime]]) {
        expect(text.length, key).toBeGreaterThan(1);
      }
      if (language !== "en") expect(words.holdings[key][0], key).not.toBe(WORDS["en"]().holdings[key][0]);
    }
    for (const dated of [words.inForceSince, words.from]) expect(dated).toContain("{day}");
  });
});

describe("what is stored sealed, or as JSON", () => {
  const columns = told
    .filter((one) => /^(?:d1|object) /.test(one) && one.includes(": "))
    .flatMap((one) => {
      const [where = "", names = ""] = one.split(": ");
      return names.split(" ").map((name) => `${where} ${name}`);
    });

  it("is spoilt by a test, column by column", () => {
    for (const [column, test] of Object.entries(POISONED)) {
      expect(columns).toContain(column);
      if (test !== null) expect(readFileSync(join(import.meta.dirname, "..", test), "utf8").length).toBeGreaterThan(0);
    }
    // Names that columns of that kind have had: another one of these is of the same kind, or gets a better name.
    const NAMES =
      /^(?:sealed|answer|prefix|ballot|ownership|body|subject|texts|share|device|facts|life|content|erased|counts|letter|sending|\w+_key|payload|json)$/;
    const unsaid = columns.filter((one) => NAMES.test(one.split(" ").at(-1) ?? "") && !(one in POISONED));
    expect(unsaid).toEqual([]);
  });
});

describe("what the vault sealed", () => {
  const declared = classes.flatMap((name) =>
    [...roomFilesOf(fileOf(name))].flatMap((file) =>
      [...read(file).matchAll(/\btable: "(\w+)",\s*column: "(\w+)",\s*key: "\w+"/g)].map(
        ([, table, column]) => `object ${name} ${table} ${column}`,
      ),
    ),
  );

  it("stands in columns that are told, each with how it comes under a new key", () => {
    for (const place of Object.keys(RENEWERS)) {
      const [, where = place, column] = /^(.*) (\w+)$/.exec(place) ?? [];
      const found = told.filter((one) =>
        column === undefined
          ? one.startsWith(`${where} `)
          : one.startsWith(`${where}: `) && one.split(/[ :]+/).includes(column),
      );
      expect(found.length, place).toBeGreaterThan(0);
    }
  });

  it("is renewed by objects just where that is said", () => {
    const said = Object.entries(RENEWERS).filter(([, how]) => how === "object" || how === "awake");
    expect(declared.sort()).toEqual(said.map(([place]) => place).sort());
    const expiring = new Set(
      Object.entries(RENEWERS).flatMap(([place, how]) => (how === "expires" ? [place.split(" ")[1] ?? ""] : [])),
    );
    const ending = classes.filter((name) =>
      [...roomFilesOf(fileOf(name))].some((file) => /SCHEMA, EXPIRING\)/.test(read(file))),
    );
    expect(ending.sort()).toEqual([...expiring].sort());
  });
});

describe("every lifetime that ends by itself", () => {
  const enforcers = Object.values(ENFORCERS).flat();
  const named = (kind: "cron" | "alarm"): string[] =>
    enforcers.filter((one) => one.startsWith(`${kind} `)).map((one) => one.slice(kind.length + 1));
  const wired = /const lifetimes: readonly RetentionStep\[\] = \[([^]*?)\n {2}\];/.exec(read("compose.ts"))?.[1] ?? "";
  /** The steps of the minute's round: the rooms', as far as the wiring has them. */
  const steps = files
    .filter((file) => file.endsWith("/lifecycle.ts"))
    .flatMap((file) => [
      ...read(file).matchAll(/export function (\w+)\([^)]*\): RetentionStep \{\n {2}return \{ name: "(\w+)", run:/g),
    ])
    .flatMap(([, make, name]) => (wired.includes(`${make}(`) ? [name ?? ""] : []));

  it("has a step of the round that runs, or objects that wake", () => {
    // The sweep is the other half of the round.
    expect(read("index.ts")).toMatch(/scheduled: .*\beveryMinute\(rooms,/);
    const scheduled = read("every-minute.ts");
    expect(scheduled).toMatch(/\bsweep\(rooms\.directory/);
    expect(scheduled).toMatch(/\bretain\(rooms\.lifetimes/);
    expect(config).toContain('crons = ["* * * * *"]');
    expect([...new Set(named("cron"))].filter((step) => step !== "sweep").sort()).toEqual([...steps].sort());
    for (const name of named("alarm")) {
      expect(classes).toContain(name);
      const source = read(fileOf(name));
      expect(source, name).toMatch(/^ {2}(?:override )?(?:async )?alarm\(/m);
      // One that nothing ever sets wakes nobody.
      expect(
        [...roomFilesOf(fileOf(name))].some((file) => read(file).includes("setAlarm(")),
        name,
      ).toBe(true);
    }
  });

  it("has one for each place that it is in", () => {
    for (const { key, places, lifetime } of holdings()) {
      if (!TIMED[lifetime]) continue;
      for (const one of places) {
        const [store = "", name = ""] = one.split(/[ :]/);
        const mine = ENFORCERS[key];
        const enforced =
          store === "object" ? mine.includes(`alarm ${name}`) : mine.some((by) => /^(?:cron|alarm) /.test(by));
        expect(enforced, `${key}: ${one}`).toBe(true);
      }
    }
  });

  it("and no other is said to be enforced by nobody", () => {
    for (const { key, lifetime } of holdings()) {
      expect(ENFORCERS[key].length, key).toBeGreaterThan(0);
      expect(ENFORCERS[key].includes("never"), key).toBe(lifetime === "for-good");
      expect(ENFORCERS[key].includes("isolate"), key).toBe(lifetime === "isolate");
    }
  });
});
