import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutBatches, LIMITS, newerDay } from "../../src/commands/import/batches.ts";
import { createMapping, placesOf, type Mapping } from "../../src/commands/import/mapping.ts";
import type { Columns, ImportOptions } from "../../src/commands/import/options.ts";
import type { Record } from "../../src/commands/import/source.ts";

const HEADER = ["id", "phone", "name", "count", "day", "category"];
const column = (...names: string[]) => ({ names, must: true });
const read = (columns: Partial<Columns>, more: Partial<ImportOptions> = {}) =>
  createMapping(
    HEADER,
    {
      country: "US",
      preset: null,
      categoryMap: new Map(),
      dayOrder: null,
      columns: { number: column("phone"), ...columns },
      ...more,
    },
    more.dayOrder ?? "mdy",
  );
const ALL = { name: column("name"), count: column("count"), day: column("day"), category: column("category") };
const { mapping } = read(ALL);

describe("a record becomes a row", () => {
  it.each([
    [["1", " 3125550123 "], { number: "3125550123", country: "US" }],
    [["1", "", "A"], { number: "", country: "US", name: "A" }],
    [["1", "2", "", "7"], { number: "2", country: "US", complaints: 7 }],
    [["1", "2", "", "seven"], { number: "2", country: "US", complaints: "seven" }],
    [["1", "2", "", "", "2025-11-14 13:45:00"], { number: "2", country: "US", day: "2025-11-14" }],
    [["1", "2", "", "", "11/14/2025"], { number: "2", country: "US", day: "2025-11-14" }],
    [["1", "2", "", "", "soon"], { number: "2", country: "US", day: "soon" }],
    [["1", "2", "", "1,234", "", "Fraud"], { number: "2", country: "US", complaints: 1234, category: "fraud" }],
    [["1", "2", "", "", "", "Rude"], { number: "2", country: "US" }],
    [["1", "3125550123.0", "", "12.0"], { number: "3125550123", country: "US", complaints: 12 }],
    [["1", '="0123"', "'t Hooft"], { number: "0123", country: "US", name: "'t Hooft" }],
    [["1", '=T("0123")', '=T("a ""b""")'], { number: "0123", country: "US", name: 'a "b"' }],
    [["1", "'+13125550180", "'=Sum"], { number: "+13125550180", country: "US", name: "=Sum" }],
    [["1", "2", "", "", "", "fraud", " ", ""], { number: "2", country: "US", category: "fraud" }],
  ])("%j → %j", (cells, row) => {
    expect(mapping(cells)).toEqual({ row });
  });

  it("refuses cells that moved and text in another encoding", () => {
    expect(mapping(["1", "2", "Foo", "", "", "", " Inc."])).toEqual({ reason: "csv-too-many-cells" });
    expect(mapping(["1", "2", "Caf\uFFFD"])).toEqual({ reason: "not-utf-8" });
    expect(mapping(["1", "3.12556E+09", "Foo"])).toEqual({ reason: "number-rounded" });
  });

  it("needs its columns, and tells which there are", () => {
    const columns = { number: column("Tele-Phone") };
    expect(() => placesOf(["id", "pho\u001B[2Jne"], columns)).toThrow(
      'The file has no column "Tele-Phone". Its columns are: "id", "pho\\u{1b}[2Jne".',
    );
    expect(placesOf(["id", "telephone "], columns).number).toBe(1);
    for (const header of [
      ["Tele-Phone", "Tele-Phone"],
      ["telephone", "tele_phone"],
    ]) {
      expect(() => placesOf(header, columns)).toThrow("more than one column");
    }
  });

  it("takes the day and the category from the first of its columns that says one", () => {
    const { mapping: twice, categories } = read(
      { day: { names: ["day", "count"], must: false }, category: { names: ["category", "name"], must: false } },
      { preset: "ftc-dnc", categoryMap: new Map([["cold call", "telemarketing"]]) },
    );
    expect(twice(["1", "2", "Y", "2025-11-02", "", "No Subject Provided"])).toEqual({
      row: { number: "2", country: "US", day: "2025-11-02", category: "robocall" },
    });
    expect(twice(["1", "2", "N", "", "", "Cold  Call"])).toMatchObject({ row: { category: "telemarketing" } });
    expect(twice(["1", "2", "N", "", "", "Aliens"])).toEqual({ row: { number: "2", country: "US" } });
    expect([...categories.unknown]).toEqual([["Aliens", 1]]);
  });
});

const records = (cells: readonly (readonly string[] | null)[]): Record[] =>
  cells.map((row, index) => {
    const place = { line: index + 2, end: { offset: 10 * (index + 1), line: index + 3 } };
    return row === null
      ? { kind: "broken", text: "?", reason: "csv-quote-not-closed", ...place }
      : { kind: "cells", cells: row, ...place };
  });

describe("batches", () => {
  const plain: Mapping = ([number = "", name = ""]) => ({ row: { number: number.trim(), country: "US", name } });
  const cut = async (cells: readonly (readonly string[] | null)[], limits = LIMITS, first = 0) => {
    const source = (async function* () {
      yield* records(cells);
    })();
    return Array.fromAsync(cutBatches(source, plain, first, limits));
  };

  it("hold every record once, in order, within the limits, and go on the same from any of them", async () => {
    const row = fc.option(fc.tuple(fc.string(), fc.string({ maxLength: 40 })), { freq: 8 });
    const limits = fc.record({ rows: fc.integer({ min: 1, max: 6 }), bytes: fc.integer({ min: 400, max: 700 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), limits, async (cells, limits) => {
        const batches = await cut(cells, limits);
        const lines = batches.flatMap(({ rows, refused }) =>
          [...rows, ...refused].map(({ line }) => line).sort((a, b) => a - b),
        );
        expect(lines).toEqual(cells.map((_, index) => index + 2));
        expect(batches.map(({ index }) => index)).toEqual(batches.map((_, index) => index));
        for (const { body, rows, refused, end } of batches) {
          expect(rows.length + refused.length).toBeLessThanOrEqual(limits.rows);
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.bytes);
          const sent = body
            .split("\n")
            .slice(0, -1)
            .map((line) => (JSON.parse(line) as { number: string }).number);
          expect(sent).toEqual(rows.map(({ cells: [number = ""] }) => number.trim()));
          expect(end.line).toBe(1 + Math.max(...[...rows, ...refused].map(({ line }) => line)));
        }
        const [head, ...rest] = batches;
        if (head === undefined) return;
        const again = await cut(cells.slice(head.rows.length + head.refused.length), limits, 1);
        expect(again.map(({ index, body }) => [index, body])).toEqual(rest.map(({ index, body }) => [index, body]));
      }),
    );
  });

  it("are of 1,000 rows", async () => {
    const batches = await cut(Array.from({ length: 2_401 }, (_, i) => [String(i), "name"]));
    expect(batches.map(({ rows }) => rows.length)).toEqual([1_000, 1_000, 401]);
  });

  it("stay under 4 MiB with rows that are long", async () => {
    const batches = await cut(Array.from({ length: 600 }, (_, i) => [String(i), "ß".repeat(15_000)]));
    expect(batches.length).toBeGreaterThan(3);
    for (const { body } of batches) expect(Buffer.byteLength(body)).toBeLessThan(4 * 1024 * 1024);
  });

  it("know their newest day", () => {
    expect(newerDay(null, "2025-01-02")).toBe("2025-01-02");
    expect(newerDay("2025-01-02", "2024-12-31")).toBe("2025-01-02");
    expect(newerDay("2025-01-02", "yesterday")).toBe("2025-01-02");
    expect(newerDay("2025-01-02", null)).toBe("2025-01-02");
  });
});
