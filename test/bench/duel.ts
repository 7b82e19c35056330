import { mintToken } from "../../src/commands/access-token.ts";
import type { Built } from "./build.ts";
import type { Case } from "./cases.ts";
import { floorKeys, type BenchSecrets } from "./directory.ts";
import { quantile } from "./figures.ts";
import { lookupRequest, send, type Load } from "./load.ts";
import { serve, type Server } from "./server.ts";

/** What a Worker did in one round. */
export interface Measured {
  readonly requestsPerSecond: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the whole workerd process, µs a request; null where it cannot be read. */
  readonly cpu: number | null;
  /** Share of the answers that went another way than the case is about. */
  readonly astray: number;
}

/** A case: every round of both. */
export interface Duel {
  readonly name: string;
  readonly goal: number | null;
  readonly worker: readonly Measured[];
  readonly floor: readonly Measured[];
}

export interface Pace {
  readonly rounds: number;
  /** Of measurement for each of the two, a round. */
  readonly seconds: number;
  readonly connections: number;
}

/** Variables of the built Worker: development alone may run without limits. */
export const VARIABLES = { ENVIRONMENT: "development", RATE_LIMITS: "off" };

/** Accounts that ask: the isolate remembers each one's token. */
const ACCOUNTS = 32;
/** Turns of each before those that count: the engine compiles what is hot, and hot pages come to memory. */
const WARM_UP_TURNS = 2;
/** Within a round the two take turns this long: whatever else the machine does meanwhile falls on both. */
const TURN_MS = 500;

/** What the two run on. */
export interface Grounds {
  readonly product: Built;
  readonly floor: Built;
  /** A directory of stores for each, with the same in them. */
  readonly stores: { readonly worker: string; readonly floor: string };
  readonly secrets: BenchSecrets;
}

/**
 * Runs the cases round by round: Worker, floor, Worker, floor … Each is a process of its own, and new in every round,
 * since a process keeps the luck that it had with its memory.
 */
export async function runDuels(
  grounds: Grounds,
  cases: readonly Case[],
  pace: Pace,
  say: (sentence: string) => void,
): Promise<Duel[]> {
  const duels = cases.map(({ name, goal }) => ({ name, goal, worker: [] as Measured[], floor: [] as Measured[] }));
  for (let round = 1; round <= pace.rounds; round += 1) {
    say(`round ${round} of ${pace.rounds}`);
    const worker = await startProduct(grounds);
    const floor = await startFloor(grounds, await worker.port("product"), cases);
    for (const [at, tested] of cases.entries()) {
      const requests = await requestsOf(tested.numbers, grounds.secrets);
      const corners = [
        new Corner(worker, await worker.port("product"), requests, tested.mark, pace.connections),
        new Corner(floor, await floor.port(tested.name), requests, tested.mark, pace.connections),
      ] as const;
      const turns = Math.ceil((pace.seconds * 1000) / TURN_MS);
      for (let turn = -WARM_UP_TURNS; turn < turns; turn += 1) {
        for (const corner of corners) await corner.turn(turn >= 0);
      }
      duels[at]?.worker.push(corners[0].measured());
      duels[at]?.floor.push(corners[1].measured());
    }
    await Promise.all([worker.stop(), floor.stop()]);
  }
  return duels;
}

/** Serves the built Worker. */
export function startProduct({ product, stores, secrets }: Grounds): Promise<Server> {
  return serve([{ name: "product", built: product, bindings: { ...secrets, ...VARIABLES } }], stores.worker);
}

/** A floor for each case, which learns from the Worker what it should answer. */
async function startFloor(grounds: Grounds, port: number, cases: readonly Case[]): Promise<Server> {
  const floors = [];
  for (const tested of cases) {
    const answer = await answerTo(port, tested, grounds.secrets);
    const given = { CASE: tested.name, ...floorKeys(grounds.secrets), ...answer };
    floors.push({ name: tested.name, built: grounds.floor, bindings: given });
  }
  return serve(floors, grounds.stores.floor);
}

/** One of the two in a case of a round. */
export class Corner {
  readonly #server: Server;
  readonly #load: Omit<Load, "from" | "count">;
  readonly #most: number;
  #next = 0;
  #count = 0;
  #milliseconds = 0;
  #unexpected = 0;
  #cpu: number | null = 0;
  readonly #latencies: number[] = [];

  /** @param most requests in a turn, which ends when they are answered or when its time is over */
  constructor(
    server: Server,
    port: number,
    requests: readonly Buffer[],
    mark: string,
    connections: number,
    { milliseconds = TURN_MS, most = Infinity } = {},
  ) {
    this.#server = server;
    this.#load = { port, requests, mark, connections, milliseconds };
    this.#most = most;
  }

  /** Goes on with this request of the list. */
  goTo(request: number): void {
    this.#next = request;
  }

  /** Sends some requests, uncounted. */
  async warmUp(count: number, settled?: (server: Server) => Promise<void>): Promise<void> {
    const { milliseconds: _, ...load } = this.#load;
    this.#next = (await send({ ...load, from: this.#next, count })).next;
    await settled?.(this.#server);
  }

  /** @param counts whether it is measured, and not a warming up @param settled waits for work that goes on behind the answers */
  async turn(counts: boolean, settled?: (server: Server) => Promise<void>): Promise<void> {
    const before = this.#server.cpu();
    const loaded = await send({ ...this.#load, from: this.#next, count: this.#most });
    await settled?.(this.#server);
    const after = this.#server.cpu();
    this.#next = loaded.next;
    if (!counts) return;
    this.#count += loaded.latencies.length;
    this.#milliseconds += loaded.milliseconds;
    this.#unexpected += loaded.unexpected;
    this.#cpu = this.#cpu === null || before === null || after === null ? null : this.#cpu + after - before;
    for (const latency of loaded.latencies) this.#latencies.push(latency);
  }

  measured(): Measured {
    const latencies = Float64Array.from(this.#latencies).sort();
    return {
      requestsPerSecond: (this.#count / this.#milliseconds) * 1000,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpu: this.#cpu === null ? null : this.#cpu / this.#count,
      astray: this.#unexpected / this.#count,
    };
  }
}

/** Requests about the numbers from several accounts, whose tokens are fresh: they are good for 15 minutes. */
export async function requestsOf(
  numbers: readonly string[],
  secrets: BenchSecrets,
  requestOf = lookupRequest,
): Promise<Buffer[]> {
  const minted = Array.from({ length: ACCOUNTS }, () => mintToken(secrets.TOKEN_SIGNING_KEYS, "app"));
  const tokens = await Promise.all(minted);
  const count = Math.max(numbers.length, ACCOUNTS);
  return Array.from({ length: count }, (_, at) =>
    requestOf(numbers[at % numbers.length] ?? "", tokens[at % ACCOUNTS] ?? ""),
  );
}

/** Headers that the platform adds, and the one that differs each time. */
export const NOT_PREPARED = new Set(["content-length", "date", "connection", "keep-alive", "x-request-id"]);

/** The Worker's answer to the last number of a case, asked twice where the first does not come from memory. */
async function answerTo(
  port: number,
  tested: Case,
  secrets: BenchSecrets,
): Promise<{ ANSWER: string; HEADERS: string }> {
  const token = await mintToken(secrets.TOKEN_SIGNING_KEYS, "app");
  const ask = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/v1/lookup`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ number: tested.numbers.at(-1) }),
    });
  if (tested.name === "memory") await (await ask()).text();
  const answer = await ask();
  const ANSWER = await answer.text();
  const headers = [...answer.headers].filter(([name]) => !NOT_PREPARED.has(name));
  const HEADERS = JSON.stringify(Object.fromEntries(headers));
  if (answer.status !== 200 || !(HEADERS + ANSWER).replaceAll('\\"', '"').includes(tested.mark)) {
    throw new Error(`the Worker's answer in case ${tested.name} is not what the case is about:\n${HEADERS}\n${ANSWER}`);
  }
  return { ANSWER, HEADERS };
}
