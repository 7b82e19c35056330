import { lt, sql } from "drizzle-orm";
import { dayOf } from "../time/days.ts";
import { D1 } from "./d1.ts";
import { skipped } from "./tables.ts";

/** Days for which counts are kept. */
const KEPT_DAYS = 30;

/** Skipped values of one place and reason. */
export interface SkippedCount {
  readonly place: string;
  readonly reason: string;
  /** Since midnight (UTC), and in 30 days. */
  readonly today: number;
  readonly month: number;
}

/** Counts of skipped values in D1: a row per day, place and reason. A failure throws `StoreFailure`. */
export class SkippedRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** Adds to a day's count. @param now ms since 1970 */
  async add(place: string, reason: string, count: number, now: number): Promise<void> {
    await this.#d1.ask((db) =>
      db
        .insert(skipped)
        .values({ day: dayOf(now), place, reason, count })
        .onConflictDoUpdate({
          target: [skipped.day, skipped.place, skipped.reason],
          set: { count: sql`${skipped.count} + ${count}` },
        }),
    );
  }

  /** Counts of the last 30 days. */
  read(now: number): Promise<SkippedCount[]> {
    const { day, place, reason, count } = skipped;
    const counts = {
      place,
      reason,
      today: sql<number>`sum(iif(${day} = ${dayOf(now)}, ${count}, 0))`.as("today"),
      month: sql<number>`sum(${count})`.as("month"),
    };
    return this.#d1.ask((db) => db.select(counts).from(skipped).groupBy(place, reason).orderBy(place, reason));
  }

  /** Drops counts older than 30 days. @returns how many rows */
  async forget(now: number): Promise<number> {
    const dropped = await this.#d1.ask((db) => db.delete(skipped).where(lt(skipped.day, dayOf(now) - KEPT_DAYS)));
    return dropped.meta.changes;
  }
}
