import type { SkipReason, Skips, StoredPlace } from "../vault/stored-seals.ts";
import { consoleLogger, type Logger } from "../telemetry/logger.ts";
import { SkippedRecords } from "./skipped-records.ts";

/** Lets work continue after the response: the context of a Durable Object or of the Worker. */
export interface Background {
  waitUntil(work: Promise<unknown>): void;
}

/** Counts skipped values in D1. @param background the context of the object or the Worker */
export function countedSkips(d1: ConstructorParameters<typeof SkippedRecords>[0], background: Background): Skips {
  return new CountedSkips(new SkippedRecords(d1), consoleLogger, background);
}

const LONGEST_WRITE_MS = 10_000;

/** Logs skipped values and counts them in D1, one write at a time; values skipped during a write go into the next. */
export class CountedSkips implements Skips {
  readonly #records: Pick<SkippedRecords, "add">;
  readonly #logger: Logger;
  readonly #background: Background;
  readonly #waiting = new Map<string, { readonly place: StoredPlace; readonly reason: SkipReason; count: number }>();
  /** Until when a write is assumed to be running, ms since 1970, because its caller may have been cut off. */
  #writingUntil = 0;

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
    if (Date.now() >= this.#writingUntil) this.#background.waitUntil(this.#write());
  }

  async #write(): Promise<void> {
    this.#writingUntil = Date.now() + LONGEST_WRITE_MS;
    try {
      for (const [key, { place, reason, count }] of this.#waiting) {
        this.#waiting.delete(key);
        await this.#records.add(place, reason, count, Date.now());
      }
    } catch {
      // Already logged; a count is not worth a retry.
    } finally {
      this.#writingUntil = 0;
    }
  }
}
