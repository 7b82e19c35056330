import { CATEGORIES } from "../../verdict/evidence.ts";
import { CommandFailure } from "../failure.ts";
import { PRESETS } from "./presets.ts";

/** A short usage text. */
export const USAGE = `Usage:
  npm run import -- FILE.csv --preset ${Object.keys(PRESETS).join("|")} [--dataset ID] …
  npm run import -- FILE.csv --dataset ID --kind complaints|directory --country US --number-column NAME
      [--name-column NAME] [--count-column NAME] [--day-column NAME] [--category-column NAME]
      [--category-map "THEIR WORDS=CATEGORY"]… [--day-format mdy|dmy|ymd] [--as-of DAY] [--delimiter ;] [--encoding NAME]
      [--title TEXT] [--licence TEXT] [--to URL] [--replace] [--accept-refused]
  npm run import -- --drop --dataset ID [--to URL]
  npm run import -- --help`;

/** What `--help` prints. */
export const HELP = `${USAGE}

Brings a CSV file into a dataset and waits until it is published. It can be stopped and started again, and run twice.

  --preset NAME        what is known of a register: its columns, days and categories; any option says otherwise
${Object.entries(PRESETS)
  .map(([name, { what }]) => `                         ${name.padEnd(14)} ${what}`)
  .join("\n")}
  --dataset ID         lower-case letters, digits and dashes; the preset's name when left out
  --kind KIND          complaints (spam evidence, no names) or directory (official names: needs --name-column)
  --country CC         whose numbers are written without a country code; also how days and counts are written there
  --…-column NAME      a column of the first line; case, spaces, dashes and underscores do not matter
  --category-map PAIRS "Debt collector=debt", repeated or behind commas. Categories:
                       ${CATEGORIES.join(", ")}, none
  --day-format ORDER   mdy, dmy or ymd (or such as DD.MM.YYYY), where 01/02/2025 could be two days; else the file's
                       days above 12 decide, or the country. ISO days, times behind days, month names, Unix time and
                       Excel's day numbers are read anyway
  --as-of DAY          the day (YYYY-MM-DD) of rows that name none, such as a register's that has only numbers; else the
                       day of their arrival
  --delimiter CHAR     a character, or comma, semicolon, tab, pipe; else found by the header, or by a line "sep=;"
  --encoding NAME      such as windows-1251; else UTF-8, UTF-16 and Windows-1252 are recognised
  --replace            removes, when all is in, what earlier files left in the dataset; only if most rows were accepted
  --accept-refused     exit 0, and let --replace remove, though most rows were refused
  --drop               removes a dataset
  --to URL             the service, this machine's when left out (PORT)

Counts: 1,234 and 12.0 are read as people of the country write them. Cells such as ="0123" and '0123 are text.
A category that is none of ours costs the category, everything else that cannot be read its row. Refused rows are in
FILE.rejected.csv with reasons. Exit status: 0 when most rows were accepted, 1 when not, or when it failed, 2 for a
wrong command line. The last line is always: imported: N accepted, N changed, N rejected`;

/** A wrong command line: the problem and the usage, exit code 2. */
export function misuse(problem: string): CommandFailure {
  return new CommandFailure(`${problem}\n${USAGE}`, 2);
}
