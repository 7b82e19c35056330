import { onStore } from "./store-failure.ts";
import { DAY_MS } from "../time/days.ts";

/** Days for which counts of skipped values are kept. */
const KEPT_DAYS = 30;

/** How often one kind of value could not be read and was skipped. */
export interface SkippedCount {
  readonly place: string;
  readonly reason: string;
  /** Since midnight (UTC), and in 30 days. */
  readonly today: number;
  readonly month: number;
}

/** Counts of skipped values in D1: one row per day, place and reason. Throws `StoreFailure`. */
export class SkippedRecords {
  readonly #d1: D1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
  }

  /** Adds to a day's count. @param now ms since 1970 */
  async add(place: string, reason: string, count: number, now: number): Promise<void> {
    await this.#run(
      `INSERT INTO skipped (day, place, reason, count) VALUES (?, ?, ?, ?)
        ON CONFLICT (day, place, reason) DO UPDATE SET count = count + excluded.count`,
      dayOf(now),
      place,
      reason,
      count,
    );
  }

  /** The counts of the last 30 days. */
  async read(now: number): Promise<SkippedCount[]> {
    const { results } = await this.#run<SkippedCount>(
      `SELECT place, reason, sum(count) AS month, sum(iif(day = ?, count, 0)) AS today
        FROM skipped GROUP BY place, reason ORDER BY place, reason`,
      dayOf(now),
    );
    return results;
  }

  /** Deletes counts older than 30 days. @returns how many rows */
  async forget(now: number): Promise<number> {
    const { meta } = await this.#run("DELETE FROM skipped WHERE day < ?", dayOf(now) - KEPT_DAYS);
    return meta.changes;
  }

  #run<Row>(statement: string, ...values: readonly (string | number)[]): Promise<D1Result<Row>> {
    // A batch of one, as every other statement of the service travels.
    return onStore("d1", async () => {
      const [result] = await this.#d1.batch<Row>([this.#d1.prepare(statement).bind(...values)]);
      if (result === undefined) throw new Error("a batch without a result");
      return result;
    });
  }
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}
