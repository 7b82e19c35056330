/**
 * Promise: nothing stored says who voted what, nor which votes came from one account; and a stolen copy of the votes
 * names no one. (Privacy notice, sections 1 and 6.)
 *
 * In the life of test/support/life five accounts vote on four numbers, each account on several; it is stopped, and the raw rows of every ballot
 * and standing are read. No two ballots may share a value that could join them, nothing may tell the order of arrival,
 * and no account id, number or name may stand anywhere in the bytes.
 *
 * Seen to fail on a copy of the sources with each of these changes: `pid` made of the account alone; a name's id made
 * of the name alone, and names stored unsealed.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { SHARED_COLUMNS } from "../support/ballot-columns.ts";
import { keyedId } from "../support/erased.ts";
import { theLife, type Life } from "../support/life/life.ts";
import { ACCOUNTS, NAMES, NUMBERS } from "../support/life/votes.ts";
import { addName, addNumber, addText, Needles } from "../support/needles.ts";
import { objectsOf, tableOf, type StoredRow, type Tables } from "../support/objects.ts";

/** Tables of a ballot; the platform keeps others beside them. */
const TABLES = ["vote", "form", "change", "place"];

let life: Life;
/** Of the numbers that were voted on. */
let ballots: readonly Tables[] = [];
let standings: readonly Tables[] = [];
beforeAll(async () => {
  life = await theLife();
  const callers = new Set(NUMBERS.map((number) => keyedId("number", number)));
  ballots = objectsOf(life.left.state, "Ballot").filter((tables) =>
    (tables["place"] ?? []).some(({ caller }) => callers.has(String(caller))),
  );
  standings = objectsOf(life.left.state, "VoterStanding");
});

const rowsOf = (tables: Tables, table: string): readonly StoredRow[] => tables[table] ?? [];
const voted = (): Tables[] => ballots.filter((tables) => rowsOf(tables, "vote").length > 0);

describe("what votes leave behind", () => {
  it("is there at all", () => {
    expect(voted()).toHaveLength(NUMBERS.length);
    expect(voted().flatMap((tables) => rowsOf(tables, "vote"))).toHaveLength(15);
    expect(tableOf(standings, "standing").length).toBeGreaterThanOrEqual(ACCOUNTS.length);
  });

  it("shares no value between two numbers, though the same accounts gave both the same names", () => {
    // Here votes were changed too, and how often is a small number.
    const SHARED = new Set([...SHARED_COLUMNS, "n"]);
    const seen = new Map<unknown, number>();
    for (const [at, tables] of ballots.entries()) {
      for (const row of TABLES.flatMap((table) => rowsOf(tables, table))) {
        for (const [column, value] of Object.entries(row)) {
          if (SHARED.has(column) || value === null) continue;
          expect(seen.get(value) ?? at, `${column} stands in two ballots`).toBe(at);
          seen.set(value, at);
        }
      }
    }
    expect(seen.size).toBeGreaterThan(30);
    const others = new Set(ballots.flatMap(Object.keys).filter((table) => !TABLES.includes(table)));
    expect([...others]).toEqual([]);
  });

  it("holds exactly the columns that it needs", () => {
    for (const tables of voted()) {
      const columns = (table: string): string[] => Object.keys(rowsOf(tables, table)[0] ?? {}).sort();
      expect(columns("vote")).toEqual([
        "by",
        "category",
        "form",
        "mark_week",
        "muted",
        "net",
        "pid",
        "source",
        "spam",
        "tier",
        "week",
      ]);
      expect(columns("form")).toEqual(["id", "sealed"]);
      expect(columns("change")).toEqual(["n", "pid", "week"]);
      expect(columns("place")).toEqual(["caller", "due", "number", "one", "revision", "sent"]);
    }
    for (const tables of standings) {
      for (const row of rowsOf(tables, "standing")) {
        expect(Object.keys(row).sort()).toEqual(
          "account counted_from day disagreements epoch left_on marks names one since used".split(" "),
        );
      }
    }
  });

  it("holds no order of arrival: rows are found by keyed hashes, and times are weeks", () => {
    const schema = readFileSync(new URL("../../src/voting/ledger-store.ts", import.meta.url).pathname, "utf8");
    for (const table of ["vote", "form", "change"]) {
      expect(schema).toMatch(new RegExp(`CREATE TABLE ${table} \\([^;]*\\) WITHOUT ROWID;`));
    }
    for (const tables of voted()) {
      for (const { week, mark_week: marked } of rowsOf(tables, "vote")) {
        expect(Number(week)).toBeLessThan(10_000);
        expect(Number(marked)).toBeLessThan(10_000);
      }
    }
  });

  it("shows no account, no number and no name, in any file or in the log", () => {
    const needles = new Needles();
    for (const account of ACCOUNTS) addText(needles, account, "an account");
    for (const number of NUMBERS) addNumber(needles, number, number.replace(/^\+(?:44|1)/, ""));
    for (const name of NAMES) addName(needles, name);
    for (const copy of [life.running, life.left]) expect(copy.search(needles)).toEqual({});
    expect(needles.find(Buffer.from(life.log))).toEqual([]);
  });
});
