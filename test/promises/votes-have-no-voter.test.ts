/**
 * Promise: nothing stored says who voted what, nor which votes came from one account; and a stolen copy of the votes
 * names no one. (Privacy notice, sections 1 and 6.)
 *
 * Five accounts vote on four numbers, each account on several; the service is stopped, and the raw rows of every ballot
 * and standing are read. No two ballots may share a value that could join them, nothing may tell the order of arrival,
 * and no account id, number or name may stand anywhere in the bytes.
 *
 * Seen to fail on a copy of the sources with each of these changes: `pid` made of the account alone; a name's id made
 * of the name alone, and names stored unsealed.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Development } from "../support/development.ts";
import { addName, addNumber, addText, Needles } from "../support/needles.ts";
import { SHARED_COLUMNS } from "../support/ballot-columns.ts";
import { bytesOf, filesOf, logicalDump } from "../support/state.ts";
import { until } from "../support/until.ts";

const service = new Development();

const NUMBERS = ["+13095550131", "+13095550142", "+16145550153", "+442079460954"];
const ACCOUNTS = Array.from({ length: 5 }, (_, n) => `7f3a5c1e-90b2-4d6f-8a1c-3e5d7b9f0a0${n}`);
/** Tables of a ballot; the platform keeps others beside them. */
const TABLES = ["vote", "form", "change", "place"];
const NAMES = ["Zyntharova Quellbrook Infirmary", "Wroxtelby Umbrella Menders"];

type Rows = readonly Record<string, unknown>[];
type Tables = Readonly<Record<string, Rows>>;
let ballots: Tables[] = [];
let standings: Tables[] = [];

/** The tables of every object of a class. */
function objectsOf(name: string): Tables[] {
  return Object.entries(logicalDump(service.state))
    .filter(([path]) => path.includes(`-${name}/`) && !path.endsWith("metadata.sqlite"))
    .map(([, tables]) => {
      const own = Object.entries(tables as Record<string, readonly string[]>).filter(
        ([table]) => !/^(?:_cf_|__miniflare_)/.test(table),
      );
      return Object.fromEntries(
        own.map(([table, rows]) => [table, rows.map((row) => JSON.parse(row) as Record<string, unknown>)]),
      );
    });
}

const rowsOf = (tables: Tables, table: string): Rows => tables[table] ?? [];
const voted = (): Tables[] => ballots.filter((tables) => rowsOf(tables, "vote").length > 0);

beforeAll(async () => {
  await service.start();
  for (const [at, sub] of ACCOUNTS.entries()) {
    for (const [n, number] of NUMBERS.entries()) {
      if ((at + n) % 4 === 3) continue;
      const vote = { name: NAMES[(at + n) % 2], spam: at % 2 === 0, ...(at % 2 === 0 ? { category: "fraud" } : {}) };
      const answer = await service.call("PUT", `/v1/numbers/${number}/vote`, {
        token: service.mint.token({ sub }),
        headers: { "content-type": "application/json" },
        body: JSON.stringify(vote),
      });
      expect(answer.status).toBe(200);
    }
  }
  // A first vote leaves no count of changes; somebody who changed it does.
  for (const [n, number] of NUMBERS.entries()) {
    const changed = await service.call("PUT", `/v1/numbers/${number}/vote`, {
      token: service.mint.token({ sub: ACCOUNTS[n === 3 ? 2 : 0] ?? "" }),
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ category: "survey" }),
    });
    expect(changed.status).toBe(200);
  }
  // The outbox, and the publisher after it.
  const sent = (): boolean =>
    objectsOf("Ballot")
      .flatMap((tables) => rowsOf(tables, "place"))
      .every(({ sent, revision }) => sent === revision);
  await until("every ballot has sent what it holds", sent, 250);
  await service.untilPublished();
  await service.stop();
  ballots = objectsOf("Ballot");
  standings = objectsOf("VoterStanding");
});
afterAll(() => service.remove());

describe("what votes leave behind", () => {
  it("is there at all", () => {
    expect(voted()).toHaveLength(NUMBERS.length);
    expect(voted().flatMap((tables) => rowsOf(tables, "vote"))).toHaveLength(15);
    expect(standings.flatMap((tables) => rowsOf(tables, "standing"))).toHaveLength(ACCOUNTS.length);
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
      expect(columns("place")).toEqual(["block", "caller", "due", "line", "number", "one", "revision", "sent"]);
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
    const found = service.written
      .flatMap((folder) =>
        filesOf(folder).map((path) => [relative(service.folder, path), needles.find(bytesOf(path))] as const),
      )
      .filter(([, findings]) => findings.length > 0);
    expect(Object.fromEntries(found)).toEqual({});
    expect(needles.find(Buffer.from(service.log))).toEqual([]);
  });
});
