import { parseArgs } from "node:util";
import type { ComplaintFiles } from "./complaints.ts";
import { dayIn } from "./table.ts";

export interface Options {
  /** CSV with the columns entity and name, or null for made-up ones. */
  readonly names: string | null;
  readonly complaints: ComplaintFiles | null;
  readonly json: string | null;
  readonly seeds: number;
  readonly numbers: number;
}

export const USAGE = `npm run simulate -- [options]
  --names FILE       callers' real names, CSV with the columns entity and name (made-up ones)
  --complaints FILE  complaints by day, CSV with the columns file_date (or date, created_date) and company_phone_number
  --history FILE     complaints before these without days, CSV with the column company_phone_number
  --as-of DAY        the day that complaints without one are taken to be of
  --count-from DAY   counts complaints from this day on (all but the first day's), so that history can go before
  --legitimate FILE  numbers that are no nuisance, CSV with the column phone (or telephone_number); several times for more
  --area-codes A,B   what numbers of seven digits are read with, each (312,773)
  --seeds N          runs, each with numbers and votes of its own (5)
  --numbers N        numbers a run (1000)
  --json FILE        the results as JSON`;

/** Reads the command line; null when help is asked for. @throws Error with a sentence for the reader */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      names: { type: "string" },
      complaints: { type: "string" },
      history: { type: "string" },
      "as-of": { type: "string" },
      "count-from": { type: "string" },
      legitimate: { type: "string", multiple: true },
      "area-codes": { type: "string", default: AREA_CODES },
      json: { type: "string" },
      seeds: { type: "string", default: "5" },
      numbers: { type: "string", default: "1000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { complaints, legitimate = [] } = values;
  if ((complaints === undefined) !== (legitimate.length === 0)) {
    throw new Error("--complaints and --legitimate go together.");
  }
  return {
    names: values.names ?? null,
    complaints:
      complaints === undefined
        ? null
        : {
            complaints,
            history: values.history ?? null,
            asOf: day("as-of", values["as-of"]),
            countFrom: day("count-from", values["count-from"]),
            legitimate,
            areaCodes: areaCodes(values["area-codes"]),
          },
    json: values.json ?? null,
    seeds: between("seeds", values.seeds, 1, 100),
    numbers: between("numbers", values.numbers, 10, 100_000),
  };
}

function between(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new Error(`--${name} is a whole number from ${least} to ${most}.`);
  return number;
}

/** Of the one file of seven-digit numbers that is at hand, Chicago's: which of its two a number has is not said. */
export const AREA_CODES = "312,773";

/** Area codes of a list. @throws Error with a sentence for the reader */
export function areaCodes(text: string): string[] {
  const codes = text.split(",");
  if (!codes.every((code) => /^[2-9]\d{2}$/.test(code)))
    throw new Error("--area-codes is a list of three digits each.");
  return codes;
}

/** A day in days since 1970-01-01; null if not given. @throws Error with a sentence for the reader */
export function day(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const said = dayIn(text);
  if (said === null) throw new Error(`--${name} is a day, such as 2026-01-31.`);
  return said;
}
