import { onStore } from "../telemetry/store-failure.ts";
import {
  COUNT_DAYS,
  ROW_DAYS,
  stageOf,
  UNKNOWN_CARRIER,
  type DeadLetter,
  type Delivery,
  type DeliveryCount,
  type DeliveryStatus,
} from "./delivery.ts";

/** Dead letters and counts that operators are shown at most. */
const MAX_DEAD = 100;
const MAX_COUNTS = 1000;
/** Days of counts that operators are shown. */
const SHOWN_DAYS = 30;
/** Rows folded in one transaction. */
const FOLD_ROWS = 1000;

/** What became of messages, in D1: a row for each of the last days, counts before. A failure throws `StoreFailure`. */
export class DeliveryRecords {
  readonly #d1: D1Database;

  constructor(d1: D1Database) {
    this.#d1 = d1;
  }

  /** Writes what became of messages; repeatable, and what is less final than what stands is left out. */
  async report(deliveries: readonly Delivery[], carrier = UNKNOWN_CARRIER): Promise<void> {
    const rows = deliveries.map(({ message, day, kind, channel, country, outcome, error }) => [
      message,
      day,
      kind,
      channel,
      country,
      carrier,
      outcome,
      error,
      stageOf(outcome),
    ]);
    await this.#batch([
      [
        `INSERT INTO deliveries (message, day, kind, channel, country, carrier, outcome, error, stage)
          SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8 FROM json_each(?) WHERE true
          ON CONFLICT (message) DO UPDATE SET carrier = iif(excluded.carrier = '${UNKNOWN_CARRIER}', deliveries.carrier, excluded.carrier),
            outcome = excluded.outcome, error = excluded.error, stage = excluded.stage WHERE deliveries.stage < excluded.stage`,
        JSON.stringify(rows),
      ],
    ]);
  }

  /** What operators see. @param today days since 1970-01-01 */
  async readStatus(today: number): Promise<DeliveryStatus> {
    const [pending, dead, counts] = await this.#batch([
      ["SELECT count(*) AS n FROM deliveries WHERE outcome = 'waiting'"],
      [
        `SELECT message, day, kind, channel, country, outcome, error FROM deliveries WHERE outcome IN ('expired', 'refused', 'unknown')
          ORDER BY day DESC, message LIMIT ${MAX_DEAD}`,
      ],
      [
        `SELECT day, kind, channel, country, carrier, outcome, error, sum(n) AS count FROM (
            SELECT day, kind, channel, country, carrier, outcome, error, count(*) AS n FROM deliveries WHERE stage > 0 GROUP BY 1, 2, 3, 4, 5, 6, 7
            UNION ALL SELECT day, kind, channel, country, carrier, outcome, error, count FROM delivery_counts)
          WHERE day > ? GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY day DESC, count DESC LIMIT ${MAX_COUNTS}`,
        today - SHOWN_DAYS,
      ],
    ]);
    return {
      pending: (pending?.results[0]?.["n"] as number | undefined) ?? 0,
      deadLetters: (dead?.results ?? []) as unknown as DeadLetter[],
      counts: (counts?.results ?? []) as unknown as DeliveryCount[],
    };
  }

  /**
   * Counts the rows of days that are over, at most 1,000 of them, in one transaction with their removal, and drops old
   * counts, a day of them. Returns how many rows and counts are gone.
   * @param today days since 1970-01-01
   */
  async fold(today: number): Promise<number> {
    const old = `SELECT message FROM deliveries WHERE day < ? ORDER BY day, message LIMIT ${FOLD_ROWS}`;
    const [, folded, dropped] = await this.#batch([
      [
        `INSERT INTO delivery_counts (day, kind, channel, country, carrier, outcome, error, count)
          SELECT day, kind, channel, country, carrier, outcome, error, count(*) FROM deliveries WHERE message IN (${old}) AND stage > 0 GROUP BY 1, 2, 3, 4, 5, 6, 7
          ON CONFLICT (day, kind, channel, country, carrier, outcome, error) DO UPDATE SET count = count + excluded.count`,
        today - ROW_DAYS,
      ],
      [`DELETE FROM deliveries WHERE message IN (${old})`, today - ROW_DAYS],
      // A day at once: its counts are no more than there are kinds, countries and carriers.
      [
        "DELETE FROM delivery_counts WHERE day = (SELECT min(day) FROM delivery_counts) AND day < ?",
        today - COUNT_DAYS,
      ],
    ]);
    return (folded?.meta.changes ?? 0) + (dropped?.meta.changes ?? 0);
  }

  #batch(
    statements: readonly (readonly [sql: string, ...bindings: (string | number)[]])[],
  ): Promise<D1Result<Record<string, unknown>>[]> {
    const prepared = statements.map(([sql, ...bindings]) => this.#d1.prepare(sql).bind(...bindings));
    return onStore("d1", () => this.#d1.batch<Record<string, unknown>>(prepared));
  }
}
