import { weekOfDay, type Week } from "../../src/verdict/decay.ts";
import { columnOf, dayIn, numberIn, readTable, type Row } from "./table.ts";

/** What the columns are called: as in the files of `shared/data`, then as their publishers call them. */
const DAY_COLUMNS = ["file_date", "date", "day", "created_date"];
const COMPLAINT_COLUMNS = ["company_phone_number", "phone_number", "phone", "number"];
const LEGITIMATE_COLUMNS = ["phone", "telephone_number", "phone_number", "telephone", "number", "phone7"];

/** Complaints that arrived on one day: ten digits each, as often as they are complained of. */
export interface Arrived {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly week: Week;
  /** False for complaints without a day: theirs is that of their arrival. */
  readonly dated: boolean;
  readonly numbers: readonly string[];
}

/**
 * Complaints by day, oldest first. Rows without a number are left out, those without a day too unless `undated` gives one.
 * @param undated the day of rows without a day, null for none
 */
export function complaintsByDay(file: string, undated: number | null): Arrived[] {
  const rows = readTable(file);
  const [dayColumn, numberColumn] = [columnOf(rows, file, DAY_COLUMNS), columnOf(rows, file, COMPLAINT_COLUMNS)];
  const said = rows.flatMap((row) => {
    const [day, number] = [dayIn(row[dayColumn] ?? ""), numberIn(row[numberColumn] ?? "")];
    const arrived = day ?? undated;
    return arrived === null || number === null ? [] : [{ day: arrived, dated: day !== null, number }];
  });
  return [...Map.groupBy(said, ({ day, dated }) => day * 2 + (dated ? 1 : 0))]
    .sort(([a], [b]) => a - b)
    .map(([key, some]) =>
      arrivedOn(
        key >> 1,
        key % 2 === 1,
        some.map(({ number }) => number),
      ),
    );
}

/** Complaints without days. @param day the day that they are taken to be of */
export function history(file: string, day: number): Arrived {
  const rows = readTable(file);
  const column = columnOf(rows, file, COMPLAINT_COLUMNS);
  return arrivedOn(day, false, numbersOf(rows, column, []));
}

/**
 * Numbers that nobody should be warned of, each once, sorted.
 * @param areaCodes what numbers of seven digits are read with, each of them; one of these readings is the number meant
 */
export function legitimateNumbers(files: readonly string[], areaCodes: readonly string[]): string[] {
  const numbers = files.flatMap((file) => {
    const rows = readTable(file);
    return numbersOf(rows, columnOf(rows, file, LEGITIMATE_COLUMNS), areaCodes);
  });
  return [...new Set(numbers)].sort();
}

function arrivedOn(day: number, dated: boolean, numbers: readonly string[]): Arrived {
  return { day, week: weekOfDay(day), dated, numbers };
}

function numbersOf(rows: readonly Row[], column: string, areaCodes: readonly string[]): string[] {
  return rows.flatMap((row) => {
    const text = row[column] ?? "";
    const number = numberIn(text);
    if (number !== null) return [number];
    return areaCodes.flatMap((code) => numberIn(code + text) ?? []);
  });
}
