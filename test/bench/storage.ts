import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../src/commands/import/batches.ts";
import { caller } from "./callers.ts";
import type { Built } from "./build.ts";
import { openDirectory, type BenchSecrets } from "./directory.ts";
import { numbersIn } from "./during-import.ts";
import type { Said, Written } from "./storekeeper.ts";

/** What a caller costs of one kind of directory. */
export interface Stored {
  readonly kind: string;
  readonly callers: number;
  /** Rows written, everything published; and of D1's bytes, KV's puts and bytes. */
  readonly rows: number;
  readonly bytes: number;
  readonly puts: number;
  readonly putBytes: number;
  readonly goal: { readonly rows: number; readonly bytes: number | null } | null;
}

/** A kind of directory: what is said of which numbers. */
interface Kind {
  readonly kind: string;
  readonly of: Said["of"];
  readonly rows: readonly { readonly number: string; readonly name: string; readonly complaints: number }[];
  readonly goal: Stored["goal"];
}

/** Names as long as a register's are. */
const NAMES = ["Harbor Street Bakery", "Pinecrest Dental Care", "Lakeside Veterinary Clinic", "North Shore Plumbing"];
/** Of a made register of complaints: every how many-th number has more than one. In real ones one in 15. */
const MORE_THAN_ONE = 15;
/** Batches that are taken in while publishers wait for more. */
const BATCHES_A_RUN = 5;
/** A vote is a transaction of its own. */
const VOTES_BY = 10;

/**
 * Rows written and bytes a caller, as the product's own modules write them into an empty D1 of the product's own schema, all
 * publication included. @param file complaints to take the register's numbers from, or null
 */
export async function measureStorage(
  librarian: Built,
  secrets: BenchSecrets,
  { stored: callers, file }: { readonly stored: number; readonly file: string | null },
  scratch: string,
  say: (sentence: string) => void,
): Promise<Stored[]> {
  const found: Stored[] = [];
  for (const [at, { kind, of, rows, goal }] of kindsOf(callers, file).entries()) {
    say(`storing ${rows.length.toLocaleString("en")} rows: ${kind}`);
    const stores = join(scratch, `stored-${at}`);
    mkdirSync(stores);
    const directory = await openDirectory(librarian, stores, secrets);
    const before = await directory.written();
    for (let from = 0; from < rows.length; from += LIMITS.rows) {
      await directory.say({ of, rows: rows.slice(from, from + LIMITS.rows) });
      // As publishers do meanwhile, so that the marks of the whole import do not stand in D1 at once.
      if ((from / LIMITS.rows) % BATCHES_A_RUN === BATCHES_A_RUN - 1) await directory.publishMarks();
    }
    await directory.publishMarks();
    const after = await directory.written();
    await directory.close();
    const numbers = new Set(rows.map(({ number }) => number)).size;
    const each = (of: keyof Written): number => (after[of] - before[of]) / numbers;
    found.push({
      kind,
      callers: numbers,
      rows: each("rows"),
      bytes: each("bytes"),
      puts: each("puts"),
      putBytes: each("putBytes"),
      goal,
    });
  }
  return found;
}

function kindsOf(callers: number, file: string | null): Kind[] {
  const made = (count: number): Kind["rows"] =>
    Array.from({ length: count }, (_, n) => ({
      number: caller(n),
      name: `${NAMES[n % NAMES.length]} ${n}`,
      complaints: 1,
    }));
  const lonely = made(callers);
  const register =
    file === null
      ? lonely.map((row, n) => (n % MORE_THAN_ONE === 0 ? { ...row, complaints: 2 + (n % 3) } : row))
      : numbersIn(file, Number.MAX_SAFE_INTEGER).map((number) => ({ number, name: "", complaints: 1 }));
  return [
    { kind: "directory", of: "directory", rows: lonely, goal: { rows: 4, bytes: 300 } },
    { kind: "lonely complaints", of: "complaints", rows: lonely, goal: { rows: 3, bytes: null } },
    { kind: "register of complaints", of: "complaints", rows: register, goal: null },
    { kind: "votes", of: "votes", rows: made(Math.ceil(callers / VOTES_BY)), goal: null },
  ];
}
