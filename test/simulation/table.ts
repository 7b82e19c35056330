import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

/** A row by its file's header, in small letters with one sign between words: "Company Phone Number" is `company_phone_number`. */
export type Row = Readonly<Record<string, string>>;

/** Rows of a CSV file as publishers make them: any order of columns, any line ends, stray quotes, short and long rows. */
export function readTable(file: string): Row[] {
  return parse(readFileSync(file), {
    bom: true,
    columns: (header: string[]) =>
      header.map((name) =>
        name
          .trim()
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "_"),
      ),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
}

/** The first of the columns that the rows have. @throws Error with a sentence when they have none of them */
export function columnOf(rows: readonly Row[], file: string, names: readonly string[]): string {
  const found = names.find((name) => rows[0] !== undefined && name in rows[0]);
  if (found === undefined) throw new Error(`${file} has no column ${names.join(" or ")}, or no rows.`);
  return found;
}

/** Ten digits of a North American number that can exist, however it is written; null for anything else. */
export function numberIn(text: string): string | null {
  const digits = text.replace(/\D/g, "").replace(/^1(?=\d{10}$)/, "");
  return /^[2-9]\d{2}[2-9]\d{6}$/.test(digits) ? digits : null;
}

/** Days since 1970-01-01 of a day written year first or, as in the USA, month first; a time after it is left out. */
export function dayIn(text: string): number | null {
  const [, year, month, day] = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)/.exec(text) ?? [];
  const [, usMonth, usDay, usYear] = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?!\d)/.exec(text) ?? [];
  const time = Date.UTC(Number(year ?? usYear), Number(month ?? usMonth) - 1, Number(day ?? usDay));
  return Number.isNaN(time) ? null : Math.floor(time / 86_400_000);
}
