import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { MAX_RECORD_BYTES, readHeaders, readRecords } from "../../src/commands/import/source.ts";
import type { Position, Record } from "../../src/commands/import/source.ts";
import { scratchFolder } from "./scratch.ts";

async function fileOf(content: string | Buffer) {
  const path = join(await scratchFolder(), "source.csv");
  await writeFile(path, content);
  const file = await open(path, "r");
  onTestFinished(() => file.close());
  return file;
}

async function readAll(
  content: string | Buffer,
  from?: Position,
): Promise<{ columns: readonly string[]; records: Record[] }> {
  const file = await fileOf(content);
  const [header] = await readHeaders(file);
  if (header === undefined) throw new Error("no header");
  const { columns, end } = header;
  return { columns, records: await Array.fromAsync(readRecords(file, from ?? end, undefined, columns.length)) };
}

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const brief = (records: readonly Record[]): unknown[] =>
  records.map((record) => (record.kind === "cells" ? [record.line, ...record.cells] : [record.line, record.reason]));

describe("reading CSV", () => {
  it("takes a byte order mark, CRLF, quotes, line breaks in quotes, blank lines and spaces", async () => {
    const text =
      '\uFEFFnumber, name \r\n1,"a, b"\r\n\r\n2,"two\r\nlines"\r\n 3 , "x ""y"" z" \r\n"4",5" pipe\r\n5\r\n6,a,b\r\n,\r\n7,é';
    const { columns, records } = await readAll(text);
    expect(columns).toEqual(["number", "name"]);
    expect(brief(records)).toEqual([
      [2, "1", "a, b"],
      [4, "2", "two\r\nlines"],
      [6, "3", 'x "y" z'],
      [7, "4", '5" pipe'],
      [8, "5"],
      [9, "6", "a", "b"],
      [11, "7", "é"],
    ]);
    expect(records.at(-1)?.end.offset).toBe(Buffer.byteLength(text));
  });

  it.each(["\n", "\r\n", "\r"])("takes lines ended by %j, also mixed", async (end) => {
    const { records } = await readAll(`n${end}1${end}2${end}${end}3\n`);
    expect(brief(records)).toEqual([
      [2, "1"],
      [3, "2"],
      [5, "3"],
    ]);
  });

  it.each([
    ["a quote that nobody closes", 'n,m\n1,a\n2,"b\n3,c\n4,d\n', [3, "csv-quote-not-closed"]],
    ["one that the next quote seems to close", 'n,m\n1,a\n2,"b\n3,"c"\n4,d\n', [3, "csv-text-after-quote"]],
    ["one in the last line", 'n,m\n1,a\n3,c\n4,"d', [4, "csv-quote-not-closed"]],
    ["one that moves the cells", 'n,m\n1,a\n"2,b\n3,c\n4,d"\n', [3, "csv-quote-not-closed"]],
    ["text behind a quote", 'n,m\n1,a\n"2" x,b\n3,c\n', [3, "csv-text-after-quote"]],
  ])("%s costs its line and no more", async (_, text, broken) => {
    const { records } = await readAll(text);
    const lines = text.trimEnd().split("\n").slice(1);
    expect(records.map(({ line }) => line)).toEqual(lines.map((__, index) => index + 2));
    expect(brief(records.filter(({ kind }) => kind === "broken"))).toEqual([broken]);
    const found = records.find((record) => record.kind === "broken");
    expect(found?.text).toBe(lines[(found?.line ?? 0) - 2]);
  });

  it("gives up on a record that is too long, and finds the next line behind it", async () => {
    const long = "x".repeat(3 * MAX_RECORD_BYTES);
    const { records } = await readAll(`n,m\n1,a\n2,${long}\r\n3,c\n`);
    expect(brief(records)).toEqual([
      [2, "1", "a"],
      [3, "csv-record-too-long"],
      [4, "3", "c"],
    ]);
  });

  it("reads a file of many chunks whole, and goes on from any record of it", async () => {
    const rows = Array.from({ length: 12_000 }, (_, i) => [String(i), i % 7 === 0 ? `"n,ß\r\n${i}"` : `näme ${i}`]);
    const text = `number,name\r\n${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;
    const { records } = await readAll(text);
    expect(records.map((record) => record.kind === "cells" && record.cells[0])).toEqual(rows.map(([n]) => n));
    for (const index of [0, 1, 4_321, 11_998]) {
      const { records: rest } = await readAll(text, records[index]?.end);
      expect(rest).toEqual(records.slice(index + 1));
    }
  });

  it("loses nothing of what was written as CSV, wherever it goes on", async () => {
    const cell = fc.oneof(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "1") }), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 20 }), fc.nat(), async (written, at) => {
        const rows = written.filter((row) => row.some((cell) => cell !== ""));
        const text = `n,m\n${written.map((row) => `${row.map(quoted).join(",")}\n`).join("")}`;
        const { records } = await readAll(text);
        expect(records.map((record) => record.kind === "cells" && record.cells)).toEqual(rows);
        if (rows.length === 0) return;
        const index = at % rows.length;
        expect((await readAll(text, records[index]?.end)).records).toEqual(records.slice(index + 1));
      }),
      { numRuns: 60 },
    );
  });

  it("names what is wrong with a file that has no usable header", async () => {
    await expect(readAll("")).rejects.toThrow("The file is empty: its first line must name the columns.");
    await expect(readAll('a,"b\n1,2\n')).rejects.toThrow(
      "The header of the file cannot be read (csv-quote-not-closed).",
    );
  });
});
