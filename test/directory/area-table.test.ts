import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAreaTable, encodeAreaTable } from "../../src/directory/area-table.ts";
import { AREAS, type AreaRow } from "../../src/verdict/areas.ts";

const WEEK = 2968;

/** Rows of one ten thousand, in any order, no two of the same digits. */
const rows = fc.uniqueArray(
  fc.record({
    digits: fc.oneof(...[0, 1, 2, 3].map((length) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)))),
    area: fc.constantFrom(...AREAS),
    until: fc.integer({ min: WEEK, max: WEEK + 600 }),
  }),
  { selector: ({ digits }) => digits, minLength: 1, maxLength: 40 },
);
/** A country whose numbers have several lengths, zeros at the beginning among them. */
const tables = fc.dictionary(fc.stringMatching(/^[0-9]{0,10}$/), rows, { maxKeys: 30 });

const tableOf = (code: string, digits: Readonly<Record<string, AreaRow[]>>): Map<string, AreaRow[]> =>
  new Map(Object.entries(digits).map(([national, areas]) => [`+${code}${national}`, areas]));
const sorted = (table: ReadonlyMap<string, readonly AreaRow[]>): unknown =>
  [...table]
    .map(([digits, areas]) => [digits, areas.toSorted((a, b) => compare(a.digits, b.digits))] as const)
    .sort(([a], [b]) => compare(a, b));
const compare = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

describe("the table of areas", () => {
  it("is read as it was written, whatever order it came in", () => {
    fc.assert(
      fc.property(fc.constantFrom("1", "44", "358"), tables, (code, digits) => {
        const table = tableOf(code, digits);
        const bytes = encodeAreaTable(code, table, WEEK);
        expect(sorted(decodeAreaTable(code, bytes) ?? new Map())).toEqual(sorted(table));
        const turned = new Map([...table].reverse().map(([key, areas]) => [key, areas.toReversed()]));
        expect(encodeAreaTable(code, turned, WEEK)).toEqual(bytes);
      }),
    );
  });

  it("leaves out what has ended", () => {
    const table = tableOf("1", {
      "312555": [
        { digits: "", area: "ten-thousand", until: WEEK - 1 },
        { digits: "01", area: "hundred", until: WEEK },
      ],
      "312556": [{ digits: "7", area: "thousand", until: WEEK - 3 }],
    });
    const left = decodeAreaTable("1", encodeAreaTable("1", table, WEEK));
    expect([...(left ?? [])]).toEqual([["+1312555", [{ digits: "01", area: "hundred", until: WEEK }]]]);
  });

  it("is unreadable in another form, cut short, or with something behind it", () => {
    const bytes = encodeAreaTable("1", tableOf("1", { "312555": [{ digits: "0", area: "ten", until: WEEK }] }), WEEK);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeAreaTable("1", bytes.slice(0, length))).toBeNull();
    }
    expect(decodeAreaTable("1", Uint8Array.of(...bytes, 0))).toBeNull();
    expect(decodeAreaTable("1", Uint8Array.of(2, ...bytes.slice(1)))).toBeNull();
  });
});
