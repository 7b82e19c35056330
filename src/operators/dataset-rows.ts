import * as z from "zod";
import type { DatasetRow } from "../directory/take-in.ts";
import { decodeUtf8 } from "../http/body.ts";
import { omittable } from "../http/fields.ts";
import { INVALID_REASONS, isCountry, parseNumber, type Country } from "../numbers/number.ts";
import { CATEGORIES, KINDS } from "../verdict/evidence.ts";
import { cleanName, NAME_REFUSALS } from "./dataset-name.ts";
import { dayNamed } from "../time/days.ts";

/** A row of NDJSON as operators send it. */
export const RowSchema = z
  .strictObject({
    number: z.string(),
    country: omittable(z.string()).describe("ISO 3166 alpha-2; the dataset's when left out."),
    name: omittable(z.string()).describe("Directory datasets only, and required there."),
    kind: omittable(z.enum(KINDS)).describe("Directory datasets only; business when left out."),
    complaints: omittable(z.int().min(1).max(1_000_000)).describe("Complaints datasets only; 1 when left out."),
    category: omittable(z.union([z.enum(CATEGORIES), z.string()])).describe(
      "Complaints datasets only, in whatever case. A row of any other category is taken without one.",
    ),
    day: omittable(z.iso.date()).describe(
      "The day of the complaints or the name; when left out, that of `asOf`, else of arrival.",
    ),
  })
  .meta({
    id: "DatasetRow",
    examples: [{ number: "+13125550123", name: "Chicago Dental Care", kind: "business", day: "2026-11-16" }],
  });

/** Why a row was refused: a closed list. */
export const ROW_REFUSALS = [
  ...INVALID_REASONS,
  ...NAME_REFUSALS,
  "not-json",
  "unknown-field",
  "field-of-other-kind",
  "invalid-field",
  "invalid-country",
  "invalid-complaints",
  "invalid-day",
  "day-in-future",
  "unknown-kind",
  "line-too-long",
] as const;
export type RowRefusal = (typeof ROW_REFUSALS)[number];

/** A refused row; `line` counts from 1 within the batch. */
export interface Rejection {
  readonly line: number;
  readonly reason: RowRefusal;
}

/** What rows are validated against. */
export interface RowContext {
  readonly of: "complaints" | "directory";
  /** The dataset's country, for rows that name none. */
  readonly country: Country;
  /** Today in days since 1970-01-01. */
  readonly today: number;
  /** Taken to be the day of rows that name none, `YYYY-MM-DD`; null: today. */
  readonly asOf: string | null;
}

export type RowsRead =
  | {
      readonly ok: true;
      readonly rows: readonly DatasetRow[];
      readonly rejections: readonly Rejection[];
      /** Accepted rows whose category is none of ours, and was left out. */
      readonly withoutCategory: number;
    }
  | { readonly ok: false; readonly code: "too-many-rows" };

export const MAX_ROWS = 5000;
const MAX_LINE_BYTES = 4096;
/** 2000-01-01: earlier days are more likely typing errors. */
const EARLIEST_DAY = 10_957;
const NEWLINE = 10;

/** Reads a batch line by line; a bad line is refused with its reason and the others stand. */
export function readRows(body: Uint8Array, context: RowContext): RowsRead {
  const rows: DatasetRow[] = [];
  const rejections: Rejection[] = [];
  let line = 0;
  let withoutCategory = 0;
  for (let start = 0; start < body.byteLength;) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline === -1 ? body.byteLength : newline;
    line += 1;
    const read = readLine(body.subarray(start, end), context);
    start = end + 1;
    if (read === null) continue;
    if (rows.length + rejections.length === MAX_ROWS) return { ok: false, code: "too-many-rows" };
    if (typeof read === "string") rejections.push({ line, reason: read });
    else {
      rows.push(read.row);
      withoutCategory += read.lostCategory ? 1 : 0;
    }
  }
  return { ok: true, rows, rejections, withoutCategory };
}

/** A row, and whether it had a category that is none of ours. */
interface RowRead {
  readonly row: DatasetRow;
  readonly lostCategory: boolean;
}

/** A row, the reason against it, or null for a blank line. */
function readLine(bytes: Uint8Array, context: RowContext): RowRead | RowRefusal | null {
  if (bytes.byteLength > MAX_LINE_BYTES) return "line-too-long";
  const text = decodeUtf8(bytes);
  if (text === null) return "not-json";
  if (text.trim() === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "not-json";
  }
  const parsed = RowSchema.safeParse(value);
  return parsed.success ? readRow(parsed.data, context) : refusalOf(parsed.error.issues);
}

function readRow(row: z.output<typeof RowSchema>, context: RowContext): RowRead | RowRefusal {
  const country = row.country?.toUpperCase() ?? context.country;
  if (!isCountry(country)) return "invalid-country";
  const parsed = parseNumber(row.number, country);
  // Any number can be complained of, even a spoofed one. In a directory an unassigned number is a misprint.
  if (!parsed.valid && (context.of === "directory" || parsed.reason !== "not-assigned")) return parsed.reason;
  const number = parsed.number.e164;

  const undated = row.day === undefined ? { undated: true } : {};
  const named = row.day ?? context.asOf;
  const day = named === null ? context.today : dayNamed(named);
  if (day === null || day < EARLIEST_DAY) return "invalid-day";
  // One day's grace: in some time zones it is already tomorrow.
  if (day > context.today + 1) return "day-in-future";

  if (context.of === "complaints") {
    // A complaint register names nobody: a name beside an unproved accusation is never taken in.
    if (row.name !== undefined || row.kind !== undefined) return "field-of-other-kind";
    // What a register calls it is no reason to lose the complaint.
    const category = CATEGORIES.find((ours) => ours === row.category?.toLowerCase()) ?? null;
    return {
      row: { of: "complaints", number, day, ...undated, complaints: row.complaints ?? 1, category },
      lostCategory: category === null && row.category !== undefined,
    };
  }
  if (row.complaints !== undefined || row.category !== undefined) return "field-of-other-kind";
  const name = cleanName(row.name ?? "");
  if (!name.ok) return name.reason;
  const entry = { of: "directory", number, day, ...undated, name: name.name, kind: row.kind ?? "business" } as const;
  return { row: entry, lostCategory: false };
}

const FIELD_REFUSALS: Readonly<Record<string, RowRefusal>> = {
  country: "invalid-country",
  complaints: "invalid-complaints",
  day: "invalid-day",
  kind: "unknown-kind",
};

function refusalOf(issues: readonly z.core.$ZodIssue[]): RowRefusal {
  const [issue] = issues;
  if (issue?.code === "unrecognized_keys") return "unknown-field";
  return FIELD_REFUSALS[String(issue?.path[0] ?? "")] ?? "invalid-field";
}
