import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { MOST_CALLERS } from "./callers.ts";
import { CASES, LEAST_CALLERS, type CaseName } from "./cases.ts";

export interface Options {
  readonly callers: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly cases: readonly CaseName[];
  readonly curve: boolean;
  /** Rows of the case `during-import`, and the CSV file that they are of, or null. */
  readonly rows: number;
  readonly file: string | null;
  /** Callers of each directory of the case `storage`. */
  readonly stored: number;
  /** File for the results, or null. */
  readonly json: string | null;
}

export const USAGE = `npm run bench -- [options]
  --callers N      callers in the directory, ${LEAST_CALLERS} to ${MOST_CALLERS} (10000)
  --seconds N      length of a measurement (4)
  --rounds N       measurements of each, in alternation (3)
  --connections N  requests under way at a time (10)
  --case NAME      only this one, may be repeated: ${CASES.join(", ")}
  --rows N         rows of the case during-import (50000)
  --file CSV       complaints that the cases during-import and storage take numbers from; else they are made up
  --stored N       callers of each directory of the case storage, which runs only if it is named (100000)
  --curve          also directories of 10^3 to 10^6 callers
  --json FILE      the results as JSON`;

/** Reads the command line. @throws Error with a sentence for the reader */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      callers: { type: "string", default: "10000" },
      seconds: { type: "string", default: "4" },
      rounds: { type: "string", default: "3" },
      connections: { type: "string", default: "10" },
      case: { type: "string", multiple: true },
      curve: { type: "boolean", default: false },
      rows: { type: "string", default: "50000" },
      file: { type: "string" },
      stored: { type: "string", default: "100000" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const cases = values.case ?? CASES.filter((name) => name !== "storage");
  for (const name of cases) {
    if (!isCase(name)) throw new Error(`--case is one of ${CASES.join(", ")}.`);
  }
  return {
    callers: between("callers", values.callers, LEAST_CALLERS, MOST_CALLERS),
    seconds: between("seconds", values.seconds, 1, 600),
    rounds: between("rounds", values.rounds, 1, 100),
    connections: between("connections", values.connections, 1, 200),
    cases: CASES.filter((name) => cases.includes(name)),
    curve: values.curve,
    rows: between("rows", values.rows, 1000, MOST_CALLERS / 2),
    // npm starts commands in the project's root; paths are meant from where the user stands.
    file: values.file === undefined ? null : resolve(process.env["INIT_CWD"] ?? ".", values.file),
    stored: between("stored", values.stored, 1000, MOST_CALLERS),
    json: values.json ?? null,
  };
}

function isCase(name: string): name is CaseName {
  return (CASES as readonly string[]).includes(name);
}

function between(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Error(`--${name} is a whole number from ${least} to ${most}.`);
  }
  return number;
}
