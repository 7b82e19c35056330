import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ROWS, readRows, ROW_REFUSALS, type RowContext } from "../../src/operators/dataset-rows.ts";

const TODAY = 20_775;
const complaints: RowContext = { of: "complaints", country: "US", today: TODAY, asOf: null };
const names: RowContext = { of: "directory", country: "US", today: TODAY, asOf: null };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const one = (row: unknown, context = complaints) =>
  readRows(bytes(typeof row === "string" ? row : JSON.stringify(row)), context);
const reason = (row: unknown, context = complaints) => {
  const read = one(row, context);
  return read.ok ? read.rejections[0]?.reason : read.code;
};

describe("rows of a dataset", () => {
  it("are taken with what they leave out filled in", () => {
    expect(one({ number: "3125550123" })).toMatchObject({
      ok: true,
      rows: [{ of: "complaints", number: "+13125550123", day: TODAY, complaints: 1, category: null }],
    });
    expect(
      one({ number: "020 7946 0123", country: "gb", name: "  Fiction \u00a0Bank ", day: "2026-11-01" }, names),
    ).toMatchObject({
      rows: [{ of: "directory", number: "+442079460123", name: "Fiction Bank", kind: "business", day: TODAY - 17 }],
    });
    expect(one({ number: "3125550123", complaints: 7, category: "robocall" })).toMatchObject({
      rows: [{ complaints: 7, category: "robocall" }],
    });
  });

  it("are of the day that was said for all, where they name none, and stay undated", () => {
    const asOf = { ...complaints, asOf: "2026-10-18" };
    expect(one({ number: "3125550123" }, asOf)).toMatchObject({ rows: [{ day: TODAY - 31, undated: true }] });
    const dated = one({ number: "3125550123", day: "2026-11-01" }, asOf);
    expect(dated).toMatchObject({ rows: [{ day: TODAY - 17 }] });
    expect(dated.ok && dated.rows[0]?.undated).toBeFalsy();
    const later = { ...complaints, asOf: "2026-11-20" };
    expect(reason({ number: "3125550123" }, later)).toBe("day-in-future");
    expect(reason({ number: "3125550123" }, { ...complaints, asOf: "1999-12-31" })).toBe("invalid-day");
  });

  it.each([
    ["not json", "not-json"],
    ["[]", "invalid-field"],
    ["{}", "invalid-field"],
    [{ number: 3125550123 }, "invalid-field"],
    [{ number: "970" }, "too-short"],
    [{ number: "81300000000000" }, "too-long"],
    [{ number: "3125550123", caller: "x" }, "unknown-field"],
    [{ number: "3125550123", complaints: 0 }, "invalid-complaints"],
    [{ number: "3125550123", complaints: 1.5 }, "invalid-complaints"],
    [{ number: "3125550123", complaints: 1e9 }, "invalid-complaints"],
    [{ number: "3125550123", day: "2026-02-30" }, "invalid-day"],
    [{ number: "3125550123", day: "11/14/2025" }, "invalid-day"],
    [{ number: "3125550123", day: "1970-01-01" }, "invalid-day"],
    [{ number: "3125550123", day: "2026-11-20" }, "day-in-future"],
    [{ number: "3125550123", category: 7 }, "invalid-field"],
    [{ number: "3125550123", country: "UK" }, "invalid-country"],
    [{ number: "3125550123", name: "Somebody" }, "field-of-other-kind"],
    [`{"number":"3125550123","name":"${"x".repeat(5000)}"}`, "line-too-long"],
  ])("of complaints: %j is refused as %s", (row, expected) => {
    expect(reason(row)).toBe(expected);
  });

  it.each([
    [{}, "name-missing"],
    [{ name: " " }, "name-missing"],
    [{ name: "Fiction ".repeat(16) }, "name-too-long"],
    [{ name: "Fiction\u202eknaB" }, "name-not-allowed"],
    [{ name: "Fiction\u0000" }, "name-not-allowed"],
    [{ name: "\ud800" }, "name-not-allowed"],
    [{ name: "..." }, "name-not-allowed"],
    [{ name: "N/A" }, "name-missing"],
    [{ name: "Nan" }, "name-missing"],
    [{ name: "null null" }, "name-missing"],
    [{ name: "Fiction", complaints: 1 }, "field-of-other-kind"],
    [{ name: "Fiction", kind: "alien" }, "unknown-kind"],
  ])("of a directory: %j is refused as %s", (row, expected) => {
    expect(reason({ number: "3125550123", ...row }, names)).toBe(expected);
  });

  it.each([
    ["rude", null],
    ["toString", null],
    ["", null],
    ["Robocall", "robocall"],
    ["FRAUD", "fraud"],
  ])("of complaints of the category %j are taken, as %j", (category, taken) => {
    const read = one({ number: "3125550123", category, complaints: 3 });
    const withoutCategory = taken === null ? 1 : 0;
    expect(read).toMatchObject({ rows: [{ complaints: 3, category: taken }], rejections: [], withoutCategory });
  });

  it("may say null for what they leave out", () => {
    const nothing = { country: null, day: null };
    expect(one({ number: "3125550123", ...nothing, category: null, complaints: null })).toMatchObject({
      rows: [{ number: "+13125550123", day: TODAY, undated: true, complaints: 1, category: null }],
      withoutCategory: 0,
    });
    expect(one({ number: "3125550123", name: "Fiction Bank", ...nothing, kind: null }, names)).toMatchObject({
      rows: [{ name: "Fiction Bank", kind: "business" }],
    });
  });

  it("of complaints are taken of a number that nobody is assigned; of a directory they are not", () => {
    expect(one({ number: "+11115550123" })).toMatchObject({ rows: [{ number: "+11115550123" }] });
    expect(reason({ number: "+11115550123", name: "Fiction Bank" }, names)).toBe("not-assigned");
  });

  it("keep their line numbers, blank lines and a missing last newline included", () => {
    const read = readRows(bytes('{"number":"3125550123"}\n\n{"number":"970"}\r\n{"number":"3125550124"}'), complaints);
    expect(read).toMatchObject({ ok: true, rejections: [{ line: 3, reason: "too-short" }] });
    expect(read.ok && read.rows).toHaveLength(2);
  });

  it("are at most 5,000 a batch", () => {
    const line = '{"number":"3125550123"}\n';
    expect(readRows(bytes(line.repeat(MAX_ROWS)), complaints)).toMatchObject({ ok: true });
    expect(readRows(bytes(line.repeat(MAX_ROWS + 1)), complaints)).toEqual({ ok: false, code: "too-many-rows" });
  });

  it("are each accepted or refused with a reason of the list, whatever the bytes", () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(bytes),
      fc.object().map((value) => bytes(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(complaints, names), (body, context) => {
        const read = readRows(body, context);
        if (!read.ok) throw new Error(read.code);
        for (const { reason } of read.rejections) expect(ROW_REFUSALS).toContain(reason);
      }),
    );
  });
});
