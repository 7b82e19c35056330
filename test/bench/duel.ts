import { mintToken } from "../../src/commands/access-token.ts";
import type { Built } from "./build.ts";
import type { Case } from "./cases.ts";
import { floorKeys, type BenchSecrets } from "./directory.ts";
import { quantile } from "./figures.ts";
import { lookupRequest, send } from "./load.ts";
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
  readonly name: Case["name"];
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
const WARM_UP_MS = 2000;
/** Within a round the two take turns this long: whatever else the machine does then falls on both. */
const TURN_MS = 500;

/** One of the two in a case, with what it has done in the round that is under way. */
class Corner {
  readonly measured: Measured[] = [];
  readonly #server: Server;
  readonly #port: number;
  readonly #connections: number;
  #from = 0;
  #count = 0;
  #milliseconds = 0;
  #unexpected = 0;
  #cpu: number | null = 0;
  #latencies: number[] = [];

  constructor(server: Server, port: number, connections: number) {
    this.#server = server;
    this.#port = port;
    this.#connections = connections;
  }

  async turn(requests: readonly Buffer[], mark: string, milliseconds: number): Promise<void> {
    const before = this.#server.cpu();
    const load = { port: this.#port, connections: this.#connections, requests, mark, milliseconds, from: this.#from };
    const loaded = await send(load);
    const after = this.#server.cpu();
    this.#from = loaded.next;
    this.#count += loaded.latencies.length;
    this.#milliseconds += loaded.milliseconds;
    this.#unexpected += loaded.unexpected;
    this.#cpu = this.#cpu === null || before === null || after === null ? null : this.#cpu + after - before;
    for (const latency of loaded.latencies) this.#latencies.push(latency);
  }

  /** Ends a round. @param counts whether it was one, and not the warming up */
  end(counts: boolean): void {
    const latencies = Float64Array.from(this.#latencies).sort();
    const measured = {
      requestsPerSecond: (this.#count / this.#milliseconds) * 1000,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpu: this.#cpu === null ? null : this.#cpu / this.#count,
      astray: this.#unexpected / this.#count,
    };
    if (counts) this.measured.push(measured);
    this.#count = 0;
    this.#milliseconds = 0;
    this.#unexpected = 0;
    this.#cpu = 0;
    this.#latencies = [];
  }
}

/** The product and the floor, each in a process of its own over its own copy of the same stores. */
export class Ring {
  readonly #worker: Server;
  readonly #floor: Server;
  readonly #secrets: BenchSecrets;

  private constructor(worker: Server, floor: Server, secrets: BenchSecrets) {
    this.#worker = worker;
    this.#floor = floor;
    this.#secrets = secrets;
  }

  /** Starts both; the floor learns from the Worker what it should answer. */
  static async open(
    builds: { readonly product: Built; readonly floor: Built },
    stores: { readonly worker: string; readonly floor: string },
    secrets: BenchSecrets,
    cases: readonly Case[],
  ): Promise<Ring> {
    const bindings = { ...secrets, ...VARIABLES };
    const worker = await serve([{ name: "product", built: builds.product, bindings }], stores.worker);
    const port = await worker.port("product");
    const floors = [];
    for (const tested of cases) {
      const answer = await answerTo(port, tested, secrets);
      const given = { CASE: tested.name, ...floorKeys(secrets), ...answer };
      floors.push({ name: tested.name, built: builds.floor, bindings: given });
    }
    return new Ring(worker, await serve(floors, stores.floor), secrets);
  }

  /** Runs a case: Worker, floor, Worker, floor … */
  async run(tested: Case, { rounds, seconds, connections }: Pace): Promise<Duel> {
    const worker = new Corner(this.#worker, await this.#worker.port("product"), connections);
    const floor = new Corner(this.#floor, await this.#floor.port(tested.name), connections);
    for (let round = 0; round <= rounds; round += 1) {
      const requests = await requestsOf(tested.numbers, this.#secrets);
      const milliseconds = round === 0 ? WARM_UP_MS : seconds * 1000;
      for (let spent = 0; spent < milliseconds; spent += TURN_MS) {
        await worker.turn(requests, tested.mark, TURN_MS);
        await floor.turn(requests, tested.mark, TURN_MS);
      }
      worker.end(round > 0);
      floor.end(round > 0);
    }
    return { name: tested.name, goal: tested.goal, worker: worker.measured, floor: floor.measured };
  }

  async close(): Promise<void> {
    await Promise.all([this.#worker.stop(), this.#floor.stop()]);
  }
}

/** Requests for the numbers from several accounts, whose tokens are fresh: they are good for 15 minutes. */
export async function requestsOf(numbers: readonly string[], secrets: BenchSecrets): Promise<Buffer[]> {
  const minted = Array.from({ length: ACCOUNTS }, () => mintToken(secrets.TOKEN_SIGNING_KEYS, "app"));
  const tokens = await Promise.all(minted);
  const count = Math.max(numbers.length, ACCOUNTS);
  return Array.from({ length: count }, (_, at) =>
    lookupRequest(numbers[at % numbers.length] ?? "", tokens[at % ACCOUNTS] ?? ""),
  );
}

/** Headers that the platform adds, and the one that differs each time. */
const NOT_PREPARED = new Set(["content-length", "date", "connection", "keep-alive", "x-request-id"]);

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
