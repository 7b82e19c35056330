import { cpSync } from "node:fs";
import { join } from "node:path";
import { mintToken } from "../../src/commands/access-token.ts";
import { LIMITS } from "../../src/commands/import/batches.ts";
import { caller, MOST_CALLERS } from "./callers.ts";
import { floorKeys } from "./directory.ts";
import { startProduct, type Grounds, type Pace } from "./duel.ts";
import { median } from "./figures.ts";
import { batchesOf, Operator } from "./operator.ts";
import { serve, type Server } from "./server.ts";

const KINDS = ["complaints", "directory"] as const;
/** Batches a turn, and those before the turns that count: the engine compiles what runs often. */
const BATCHES_A_TURN = 6;
const WARM_UP_BATCHES = 4;
/** A prime: numbers far from each other, as most of a register's are. */
const STRIDE = 7919;
const NAMES = ["Harbor Street Bakery", "Pinecrest Dental Care", "Lakeside Veterinary Clinic", "North Shore Plumbing"];

/** What one of the two took in in a round. */
export interface TakenIn {
  readonly rowsPerSecond: number;
  /** The median wait for a batch's answer, ms. */
  readonly batchMs: number;
  /** Processor time a row of the whole process, µs: until the answers, and with publishing what they brought. Null where it cannot be read. */
  readonly cpu: number | null;
  readonly published: number | null;
}

/** A kind of dataset: every round of both. */
export interface ImportDuel {
  readonly kind: (typeof KINDS)[number];
  readonly worker: readonly TakenIn[];
  readonly floor: readonly TakenIn[];
}

/**
 * Imports beside a floor that writes one row for each, in the same batches, in turns. What a turn of the Worker leaves to be
 * published is published before the floor has its turn.
 */
export async function runImportDuels(
  grounds: Grounds,
  callers: number,
  pace: Pace,
  scratch: string,
  say: (sentence: string) => void,
): Promise<ImportDuel[]> {
  const duels = KINDS.map((kind) => ({ kind, worker: [] as TakenIn[], floor: [] as TakenIn[] }));
  for (let round = 1; round <= pace.rounds; round += 1) {
    for (const { kind, worker, floor } of duels) {
      say(`imports of ${kind}, round ${round} of ${pace.rounds}`);
      const stores = {
        worker: join(scratch, `import-${kind}-${round}`),
        floor: join(scratch, `rows-${kind}-${round}`),
      };
      for (const one of ["worker", "floor"] as const) cpSync(grounds.stores[one], stores[one], { recursive: true });
      const servers = [await startProduct({ ...grounds, stores }), await startFloor({ ...grounds, stores })] as const;
      const mint = (): Promise<string> => mintToken(grounds.secrets.TOKEN_SIGNING_KEYS, "operator");
      const corner = async (server: Server, name: string): Promise<Corner> =>
        new Corner(server, new Operator(`http://127.0.0.1:${await server.port(name)}`, mint), name === "product");
      const corners = [await corner(servers[0], "product"), await corner(servers[1], "floor")] as const;
      await corners[0].operator.describe("bench", kind);
      const batches = batchesOf(rowsOf(kind, callers, (WARM_UP_BATCHES + pace.seconds * BATCHES_A_TURN) * LIMITS.rows));
      for (const one of corners) await one.turn(batches.slice(0, WARM_UP_BATCHES), false);
      for (let at = WARM_UP_BATCHES; at < batches.length; at += BATCHES_A_TURN) {
        for (const one of corners) await one.turn(batches.slice(at, at + BATCHES_A_TURN), true);
      }
      worker.push(corners[0].takenIn());
      floor.push(corners[1].takenIn());
      await Promise.all(servers.map((server) => server.stop()));
    }
  }
  return duels;
}

function startFloor(grounds: Grounds): Promise<Server> {
  const bindings = { CASE: "import", ...floorKeys(grounds.secrets), ANSWER: "{}", HEADERS: "{}" };
  return serve([{ name: "floor", built: grounds.floor, bindings }], grounds.stores.floor);
}

/** One of the two in a round. */
class Corner {
  readonly operator: Operator;
  readonly #server: Server;
  readonly #publishes: boolean;
  readonly #waited: number[] = [];
  #milliseconds = 0;
  #cpu = 0;
  #published = 0;
  #readable = true;

  constructor(server: Server, operator: Operator, publishes: boolean) {
    this.#server = server;
    this.operator = operator;
    this.#publishes = publishes;
  }

  /** @param counts whether it is measured, and not a warming up */
  async turn(batches: readonly string[], counts: boolean): Promise<void> {
    const before = this.#server.cpu();
    const begun = performance.now();
    const waited = await this.operator.takeIn("bench", batches);
    const milliseconds = performance.now() - begun;
    const after = this.#server.cpu();
    if (this.#publishes) await this.operator.published();
    const published = this.#server.cpu();
    if (!counts) return;
    this.#waited.push(...waited);
    this.#milliseconds += milliseconds;
    if (before === null || after === null || published === null) this.#readable = false;
    else {
      this.#cpu += after - before;
      this.#published += published - before;
    }
  }

  takenIn(): TakenIn {
    const rows = this.#waited.length * LIMITS.rows;
    return {
      rowsPerSecond: (rows / this.#milliseconds) * 1000,
      batchMs: median(this.#waited),
      cpu: this.#readable ? this.#cpu / rows : null,
      published: this.#readable ? this.#published / rows : null,
    };
  }
}

/** Rows as the command sends them, each of a number in a block of its own that the directory does not know. */
function rowsOf(kind: ImportDuel["kind"], known: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const number = caller(known + ((n * STRIDE) % (MOST_CALLERS - known))).slice(2);
    const row = { number, country: "US" };
    return JSON.stringify(
      kind === "complaints"
        ? { ...row, day: "2026-11-02", category: "robocall" }
        : { ...row, name: `${NAMES[n % NAMES.length]} ${n}` },
    );
  });
}
