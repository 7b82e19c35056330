import type { SkipReason, Skips, StoredPlace } from "../vault/stored-seals.ts";
import { consoleLogger, type Logger } from "./logger.ts";
import { SkippedRecords } from "./skipped-records.ts";

/** Keeps work going when the answer is out: a Durable Object's context, or the Worker's. */
export interface Background {
  waitUntil(work: Promise<unknown>): void;
}

/** Counts in D1 what is skipped. @param background of the object or the Worker */
export function countedSkips(d1: ConstructorParameters<typeof SkippedRecords>[0], background: Background): Skips {
  return new CountedSkips(new SkippedRecords(d1), consoleLogger, background);
}

/** Skips in the log and in D1. One write at a time: what is skipped meanwhile goes with the next, however much it is. */
export class CountedSkips implements Skips {
  readonly #records: Pick<SkippedRecords, "add">;
  readonly #logger: Logger;
  readonly #background: Background;
  readonly #waiting = new Map<string, { readonly place: StoredPlace; readonly reason: SkipReason; count: number }>();
  #writing = false;

  constructor(records: Pick<SkippedRecords, "add">, logger: Logger, background: Background) {
    this.#records = records;
    this.#logger = logger;
    this.#background = background;
  }

  count(place: StoredPlace, reason: SkipReason): void {
    this.#logger.log("vault.refused", { table: place, reason });
    const key = `${place} ${reason}`;
    const waiting = this.#waiting.get(key) ?? { place, reason, count: 0 };
    waiting.count += 1;
    this.#waiting.set(key, waiting);
    if (!this.#writing) this.#background.waitUntil(this.#write());
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      for (const [key, { place, reason, count }] of this.#waiting) {
        this.#waiting.delete(key);
        await this.#records.add(place, reason, count, Date.now());
      }
    } catch {
      // The log has it. A count is not worth another try.
    } finally {
      this.#writing = false;
    }
  }
}
