import { mintToken } from "../../src/commands/access-token.ts";
import type { Built } from "./build.ts";
import type { Case } from "./cases.ts";
import { floorKeys, type BenchSecrets } from "./directory.ts";
import { lookupRequest, quantile, send } from "./load.ts";
import { serve, type Server } from "./server.ts";

/** What a Worker did in one measurement. */
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

/** A case: all rounds of both, in the order in which they were run. */
export interface Duel {
  readonly name: Case["name"];
  readonly goal: number | null;
  readonly worker: readonly Measured[];
  readonly floor: readonly Measured[];
}

export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Variables of the built Worker: development alone may run without limits. */
export const VARIABLES = { ENVIRONMENT: "development", RATE_LIMITS: "off" };

/** Accounts that ask: the isolate remembers each one's token. */
const ACCOUNTS = 32;
const WARM_UP_MS = 1500;
const SHORT_WARM_UP_MS = 300;

/** A product and a floor, each in a process of its own over its own copy of the same stores. */
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
    const keys = floorKeys(secrets);
    const floors = [];
    for (const tested of cases) {
      const answer = await answerTo(port, tested, secrets);
      floors.push({ name: tested.name, built: builds.floor, bindings: { CASE: tested.name, ...keys, ...answer } });
    }
    return new Ring(worker, await serve(floors, stores.floor), secrets);
  }

  /** Runs a case: Worker, floor, Worker, floor … */
  async run(tested: Case, pace: Pace): Promise<Duel> {
    const corners = [
      { server: this.#worker, port: await this.#worker.port("product"), from: 0, results: [] as Measured[] },
      { server: this.#floor, port: await this.#floor.port(tested.name), from: 0, results: [] as Measured[] },
    ] as const;
    for (let round = 0; round < pace.rounds; round += 1) {
      for (const corner of corners) {
        const { server, port } = corner;
        const load = { port, requests: await requestsOf(tested.numbers, this.#secrets), connections: pace.connections };
        const { mark } = tested;
        const warmUp = round === 0 ? WARM_UP_MS : SHORT_WARM_UP_MS;
        corner.from = (await send({ ...load, mark, milliseconds: warmUp, from: corner.from })).next;
        const before = server.cpu();
        const loaded = await send({ ...load, mark, milliseconds: pace.seconds * 1000, from: corner.from });
        const after = server.cpu();
        corner.from = loaded.next;
        corner.results.push({
          requestsPerSecond: (loaded.count / loaded.milliseconds) * 1000,
          p50: quantile(loaded.latencies, 0.5),
          p99: quantile(loaded.latencies, 0.99),
          cpu: before === null || after === null ? null : (after - before) / loaded.count,
          astray: loaded.unexpected / loaded.count,
        });
      }
    }
    return { name: tested.name, goal: tested.goal, worker: corners[0].results, floor: corners[1].results };
  }

  async close(): Promise<void> {
    await Promise.all([this.#worker.stop(), this.#floor.stop()]);
  }
}

/** Requests for the numbers from several accounts, whose tokens are fresh: they are good for 15 minutes. */
export async function requestsOf(numbers: readonly string[], secrets: BenchSecrets): Promise<Buffer[]> {
  const tokens = await Promise.all(Array.from({ length: ACCOUNTS }, () => mintToken(secrets.TOKEN_SIGNING_KEYS, "app")));
  const count = Math.max(numbers.length, ACCOUNTS);
  return Array.from({ length: count }, (_, at) =>
    lookupRequest(numbers[at % numbers.length] ?? "", tokens[at % ACCOUNTS] ?? ""),
  );
}

/** Headers that the platform adds, and the one that differs each time. */
const NOT_PREPARED = new Set(["content-length", "date", "connection", "keep-alive", "x-request-id"]);

/** The Worker's answer to the last number of a case: the first are asked first, and none should be remembered. */
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
  let answer = await ask();
  if (tested.name === "memory") answer = await ask();
  const ANSWER = await answer.text();
  const headers = [...answer.headers].filter(([name]) => !NOT_PREPARED.has(name));
  const HEADERS = JSON.stringify(Object.fromEntries(headers));
  if (answer.status !== 200 || !(HEADERS + ANSWER).includes(tested.mark)) {
    throw new Error(`the Worker's answer in case ${tested.name} is not what the case is about:\n${HEADERS}\n${ANSWER}`);
  }
  return { ANSWER, HEADERS };
}
