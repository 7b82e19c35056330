import { lt, sql } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { retention } from "./tables.ts";
import { dayOf, HOUR_MS } from "../time/days.ts";

/** Days for which retention runs are recorded. */
export const REPORT_DAYS = 30;

/** What a step did in one run. */
export interface RetentionRun {
  readonly step: string;
  readonly removed: number;
  readonly failed: boolean;
}

/** The state of a step: times in ms since 1970, `ran` to the hour. */
export interface RetentionStatus {
  readonly step: string;
  readonly ran: number;
  /** Since when it has been failing, or null. */
  readonly failing: number | null;
  /** What it removed since midnight (UTC), and in 30 days. */
  readonly today: number;
  readonly month: number;
}

/** What retention did, in D1: a row per step and day. A failure throws `StoreFailure`. */
export class RetentionRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /**
   * Records a run, in one statement. Writes a row only if something was removed, a step started or stopped failing, or an
   * hour has passed.
   */
  async write(runs: readonly RetentionRun[], now: number): Promise<void> {
    const rows = JSON.stringify(runs.map(({ step, removed, failed }) => [step, removed, failed]));
    // Raw SQL: drizzle's builder cannot insert rows from a JSON array.
    await this.#d1.transaction([
      sql`INSERT INTO ${retention} (step, day, removed, ran, failing)
        SELECT value ->> 0, ${dayOf(now)}, value ->> 1, ${now}, iif(value ->> 2, coalesce(
          (SELECT failing FROM ${retention} AS last WHERE last.step = value ->> 0 ORDER BY last.day DESC LIMIT 1), ${now}), NULL)
        FROM json_each(${rows}) WHERE true
        ON CONFLICT (step, day) DO UPDATE SET removed = removed + excluded.removed, ran = excluded.ran, failing = excluded.failing
        WHERE excluded.removed > 0 OR excluded.ran >= ran + ${HOUR_MS} OR excluded.failing IS NOT failing`,
    ]);
  }

  /** The state of each step. */
  read(now: number): Promise<RetentionStatus[]> {
    const { step, day, removed, ran, failing } = retention;
    const status = {
      step,
      ran: sql<number>`max(${ran})`.as("last_ran"),
      failing, // SQLite takes what stands beside max() from the row that has it
      today: sql<number>`sum(iif(${day} = ${dayOf(now)}, ${removed}, 0))`.as("today"),
      month: sql<number>`sum(${removed})`.as("month"),
    };
    return this.#d1.ask((db) => db.select(status).from(retention).groupBy(step).orderBy(step));
  }

  /** Deletes records older than 30 days; returns how many. */
  async forget(now: number): Promise<number> {
    const dropped = await this.#d1.ask((db) => db.delete(retention).where(lt(retention.day, dayOf(now) - REPORT_DAYS)));
    return dropped.meta.changes;
  }
}
