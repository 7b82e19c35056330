import { lt, sql } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { retention } from "./tables.ts";
import { dayOf, HOUR_MS } from "../time/days.ts";

/** Days of which it is kept what the rounds did. */
export const REPORT_DAYS = 30;

/** What a step did in one round. */
export interface RetentionRun {
  readonly step: string;
  readonly removed: number;
  readonly failed: boolean;
}

/** How a step does: times in ms since 1970, `ran` to the hour. */
export interface RetentionStatus {
  readonly step: string;
  readonly ran: number;
  /** Since when it fails, or null. */
  readonly failing: number | null;
  /** What it removed since midnight (UTC), and in 30 days. */
  readonly today: number;
  readonly month: number;
}

/** What the rounds over lifetimes did, in D1: a row for each step and day. A failure throws `StoreFailure`. */
export class RetentionRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /**
   * Adds a round, in one statement. It writes a row where something was removed, where a step began or ceased to fail,
   * and once an hour; rounds come every minute, and mostly there is nothing to tell.
   */
  async write(runs: readonly RetentionRun[], now: number): Promise<void> {
    const rows = JSON.stringify(runs.map(({ step, removed, failed }) => [step, removed, failed]));
    // As SQL: drizzle's builder inserts no rows out of a JSON array.
    await this.#d1.transaction([
      sql`INSERT INTO ${retention} (step, day, removed, ran, failing)
        SELECT value ->> 0, ${dayOf(now)}, value ->> 1, ${now}, iif(value ->> 2, coalesce(
          (SELECT failing FROM ${retention} AS last WHERE last.step = value ->> 0 ORDER BY last.day DESC LIMIT 1), ${now}), NULL)
        FROM json_each(${rows}) WHERE true
        ON CONFLICT (step, day) DO UPDATE SET removed = removed + excluded.removed, ran = excluded.ran, failing = excluded.failing
        WHERE excluded.removed > 0 OR excluded.ran >= ran + ${HOUR_MS} OR excluded.failing IS NOT failing`,
    ]);
  }

  /** How each step does. */
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

  /** Drops what was done more than 30 days ago; how many rows. There is one a step and day. */
  async forget(now: number): Promise<number> {
    const dropped = await this.#d1.ask((db) => db.delete(retention).where(lt(retention.day, dayOf(now) - REPORT_DAYS)));
    return dropped.meta.changes;
  }
}
