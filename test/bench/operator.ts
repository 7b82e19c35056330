import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "../../src/commands/import/batches.ts";
import { AT_ONCE } from "../../src/commands/import/sending.ts";

const LOOK_MS = 1000;
const PATIENCE_MS = 30 * 60_000;
/** A token is good for 15 minutes. */
const FRESH_MS = 10 * 60_000;

/** A dataset's rows as NDJSON, in batches as the command `import` cuts them. */
export function batchesOf(rows: readonly string[]): string[] {
  const count = Math.ceil(rows.length / LIMITS.rows);
  return Array.from({ length: count }, (_, at) => rows.slice(at * LIMITS.rows, (at + 1) * LIMITS.rows).join("\n"));
}

/** An operator who imports as `npm run import` does. */
export class Operator {
  readonly #origin: string;
  readonly #mint: () => Promise<string>;
  #token: Promise<string> | null = null;
  #minted = 0;

  /** @param mint makes an operator's token */
  constructor(origin: string, mint: () => Promise<string>) {
    this.#origin = origin;
    this.#mint = mint;
  }

  async describe(id: string, kind: "complaints" | "directory"): Promise<void> {
    const about = { title: "Bench", kind, licence: "none", country: "US" };
    const headers = { "content-type": "application/json" };
    await this.#ask("PUT", `/v1/operators/datasets/${id}`, JSON.stringify(about), headers);
  }

  /** Sends batches, as many at a time as the command. @returns what each waited for its answer, ms */
  async takeIn(id: string, batches: readonly string[]): Promise<number[]> {
    const waited: number[] = [];
    const waiting = batches.values();
    const lane = async (): Promise<void> => {
      for (const batch of waiting) {
        const sent = performance.now();
        const headers = { "content-type": "application/x-ndjson", "idempotency-key": randomUUID() };
        await this.#ask("POST", `/v1/operators/datasets/${id}/rows`, batch, headers);
        waited.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return waited;
  }

  /** Resolves when nothing waits to be published. */
  async published(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const status = JSON.parse(await this.#ask("GET", "/v1/operators/status")) as { backlog: { blocks: number } };
      if (status.backlog.blocks === 0) return;
      await sleep(LOOK_MS);
    }
    throw new Error("the import was not published in half an hour");
  }

  async #ask(method: string, path: string, body: string | null = null, headers = {}): Promise<string> {
    if (this.#token === null || performance.now() - this.#minted > FRESH_MS) {
      this.#minted = performance.now();
      this.#token = this.#mint();
    }
    const authorization = `Bearer ${await this.#token}`;
    // A connection that is kept could be closed by the Worker at the very moment when it is used again.
    const all = { ...headers, authorization, connection: "close" };
    const answer = await fetch(`${this.#origin}${path}`, { method, body, headers: all });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return text;
  }
}
