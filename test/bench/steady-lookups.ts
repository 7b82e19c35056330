import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "./figures.ts";

/** A lookup every so often, whether or not the one before was answered: those who wait do not make others come later. */
const EVERY_MS = 20;
/** Patience of a lookup: more than any goal, so that waiting is measured and not cut off. Who gets no answer waited that long. */
const PATIENCE_MS = 60_000;

/** What clients waited in a phase, ms. */
export interface Waited {
  readonly phase: string;
  readonly seconds: number;
  readonly lookups: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
  /** Lookups that were answered without a store that was asked, and those that were not answered in a minute. */
  readonly degraded: number;
}

/** Numbers looked up at a steady pace, each over a connection of its own, as one client after another would. */
export class SteadyLookups {
  readonly #port: number;
  readonly #token: string;
  readonly #number: (n: number) => string;
  #asked = 0;

  /** @param number the n-th number to look up */
  constructor(port: number, token: string, number: (n: number) => string) {
    this.#port = port;
    this.#token = token;
    this.#number = number;
  }

  /** Looks numbers up while some work goes on. A lookup belongs to the phase in which it was sent. */
  async during(phase: string, work: Promise<unknown>): Promise<Waited> {
    const over = new AbortController();
    const ended = work.finally(() => over.abort());
    // Whoever awaits it below is told; until then a failure is not one that nobody handles.
    ended.catch(() => undefined);
    const answers: Promise<{ waited: number; degraded: boolean }>[] = [];
    const begun = performance.now();
    for (let n = 1; !over.signal.aborted; n += 1) {
      answers.push(this.#lookUp(this.#number(this.#asked)));
      this.#asked += 1;
      await sleep(Math.max(0, begun + n * EVERY_MS - performance.now()));
    }
    await ended;
    const seconds = (performance.now() - begun) / 1000;
    const all = await Promise.all(answers);
    const waited = Float64Array.from(all, (answer) => answer.waited).sort();
    return {
      phase,
      seconds,
      lookups: waited.length,
      p50: quantile(waited, 0.5),
      p95: quantile(waited, 0.95),
      p99: quantile(waited, 0.99),
      most: waited.at(-1) ?? Number.NaN,
      degraded: all.filter((answer) => answer.degraded).length,
    };
  }

  /** What one client waits, from connecting to the last byte: `Server-Timing` does not see what goes before the Worker. */
  #lookUp(number: string): Promise<{ waited: number; degraded: boolean }> {
    const body = JSON.stringify({ number });
    const headers = {
      authorization: `Bearer ${this.#token}`,
      "content-type": "application/json",
      "content-length": body.length,
    };
    const sent = performance.now();
    return new Promise((resolve, reject) => {
      const asking = request(
        { host: "127.0.0.1", port: this.#port, method: "POST", path: "/v1/lookup", agent: false, headers },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (part: string) => (text += part));
          answer.once("end", () => {
            const waited = performance.now() - sent;
            if (answer.statusCode === 200) resolve({ waited, degraded: text.includes('"degraded":true') });
            else reject(new Error(`a lookup was answered ${answer.statusCode}: ${text}`));
          });
        },
      );
      asking.setTimeout(PATIENCE_MS, () => {
        resolve({ waited: performance.now() - sent, degraded: true });
        asking.destroy();
      });
      asking.once("error", reject).end(body);
    });
  }
}
