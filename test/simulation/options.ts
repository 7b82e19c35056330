import { parseArgs } from "node:util";

export interface Options {
  /** CSV with the columns entity and name, or null for made-up ones. */
  readonly names: string | null;
  readonly complaints: string | null;
  readonly legitimate: string | null;
  readonly json: string | null;
  readonly seeds: number;
  readonly numbers: number;
}

export const USAGE = `npm run simulate -- [options]
  --names FILE       callers' real names, CSV with the columns entity and name (made-up ones)
  --complaints FILE  complaints by day, CSV with the columns file_date (or date, created_date) and company_phone_number
  --legitimate FILE  numbers that are no nuisance, CSV with the column phone (or telephone_number)
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
      legitimate: { type: "string" },
      json: { type: "string" },
      seeds: { type: "string", default: "5" },
      numbers: { type: "string", default: "1000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  if ((values.complaints === undefined) !== (values.legitimate === undefined)) {
    throw new Error("--complaints and --legitimate go together.");
  }
  return {
    names: values.names ?? null,
    complaints: values.complaints ?? null,
    legitimate: values.legitimate ?? null,
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
