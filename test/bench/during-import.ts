import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import { mintToken } from "../../src/commands/access-token.ts";
import { caller, MOST_CALLERS, stranger } from "./callers.ts";
import { startProduct, type Grounds } from "./duel.ts";
import { batchesOf, Operator } from "./operator.ts";
import { SteadyLookups, type Waited } from "./steady-lookups.ts";

/** A prime. */
const STRIDE = 7919;
const IDLE_MS = 10_000;

/** What is imported into a directory of `callers` callers. */
export interface Importing {
  readonly callers: number;
  readonly rows: number;
  /** A file of complaints to take the rows' numbers from; null for made up ones, each in a block of its own. */
  readonly file: string | null;
}

/** Lookups from outside before, during and after an import. */
export interface DuringImport {
  readonly rows: number;
  readonly phases: readonly Waited[];
}

/**
 * Takes an import in and publishes it, and looks numbers up meanwhile: known ones, ones that are being imported and
 * strangers in turn, hardly any of them in memory. In a copy of the stores, since it changes them.
 */
export async function runDuringImport(
  grounds: Grounds,
  { callers, rows: count, file }: Importing,
  scratch: string,
  say: (sentence: string) => void,
): Promise<DuringImport> {
  const numbers = file === null ? madeUp(callers, count) : numbersIn(file, count);
  say(`lookups during an import of ${numbers.length.toLocaleString("en")} rows`);
  const stores = { ...grounds.stores, worker: join(scratch, "stores-import") };
  cpSync(grounds.stores.worker, stores.worker, { recursive: true });
  const server = await startProduct({ ...grounds, stores });
  try {
    const port = await server.port("product");
    const keys = grounds.secrets.TOKEN_SIGNING_KEYS;
    const operator = new Operator(`http://127.0.0.1:${port}`, () => mintToken(keys, "operator"));
    const known = Math.floor(callers / 2);
    const mixed = (n: number): string =>
      [caller((n * 7) % known), numbers[(n * 13) % numbers.length], stranger(n)][n % 3] ?? "";
    const phases: Waited[] = [];
    const during = async (phase: string, work: Promise<unknown>): Promise<void> => {
      // A token for each phase; none takes as long as one is good for, or the lookups say so.
      phases.push(await new SteadyLookups(port, await mintToken(keys, "app"), mixed).during(phase, work));
    };
    await operator.describe("bench", "complaints");
    const batches = batchesOf(numbers.map((number) => JSON.stringify({ number, category: "robocall" })));
    await during("before", sleep(IDLE_MS));
    await during("while rows are taken in", operator.takeIn("bench", batches));
    await during("while pages are published", operator.published());
    await during("after", sleep(IDLE_MS));
    return { rows: numbers.length, phases };
  } finally {
    await server.stop();
  }
}

/** Far from each other: of a thousand numbers hardly ever more than one, as with most of a register. */
function madeUp(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => caller(from + ((n * STRIDE) % (MOST_CALLERS - from))));
}

/** The numbers of a CSV file: those of the first column whose name says that it holds them. */
export function numbersIn(file: string, count: number): string[] {
  const records = parse<Record<string, string>>(readFileSync(file), {
    columns: true,
    to: count,
    relax_column_count: true,
  });
  const column = Object.keys(records[0] ?? {}).find((name) => /phone|number/i.test(name));
  if (column === undefined) throw new Error(`${file} has no column whose name says that it holds phone numbers.`);
  return records.flatMap((record) => record[column] ?? []);
}
