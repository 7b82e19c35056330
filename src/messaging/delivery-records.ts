import { and, count, desc, eq, getTableColumns, gt, inArray, lt, min, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/sqlite-core";
import { D1 } from "../storage/d1.ts";
import { COUNT_DAYS, ROW_DAYS, stageOf, UNKNOWN_CARRIER, type Delivery, type DeliveryStatus } from "./delivery.ts";
import { deliveries, deliveryCounts } from "./tables.ts";

/** Dead letters and counts that operators are shown at most. */
const MAX_DEAD = 100;
const MAX_COUNTS = 1000;
/** Days of counts that operators are shown. */
const SHOWN_DAYS = 30;
/** Rows folded in one transaction. */
const FOLD_ROWS = 1000;
/** Outcomes of messages that were given up. */
const DEAD = ["expired", "refused", "unknown"] as const;

/** What became of messages, in D1: a row for each of the last days, counts before. A failure throws `StoreFailure`. */
export class DeliveryRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** Writes what became of messages; repeatable, and what is less final than what stands is left out. */
  async report(reported: readonly Delivery[], carrier = UNKNOWN_CARRIER): Promise<void> {
    const rows = reported.map(({ message, day, kind, channel, country, outcome, error }) => [
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
    // As SQL: rows come out of a JSON array, of which a query binds one, where drizzle's builder binds each value.
    await this.#d1.transaction([
      sql`INSERT INTO ${deliveries} (message, day, kind, channel, country, carrier, outcome, error, stage)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8 FROM json_each(${JSON.stringify(rows)}) WHERE true
        ON CONFLICT (message) DO UPDATE SET carrier = iif(excluded.carrier = ${UNKNOWN_CARRIER}, deliveries.carrier, excluded.carrier),
          outcome = excluded.outcome, error = excluded.error, stage = excluded.stage WHERE deliveries.stage < excluded.stage`,
    ]);
  }

  /** What operators see. @param today days since 1970-01-01 */
  async readStatus(today: number): Promise<DeliveryStatus> {
    const { message, day, kind, channel, country, outcome, error } = deliveries;
    const [pending, dead, counts] = await this.#d1.batch((db) => {
      const counted = unionAll(
        db
          .select({ ...ALIKE, n: count().as("n") })
          .from(deliveries)
          .where(gt(deliveries.stage, 0))
          .groupBy(...Object.values(ALIKE)),
        db.select({ ...COUNTED_ALIKE, n: deliveryCounts.count }).from(deliveryCounts),
      ).as("counted");
      const alike = {
        day: counted.day,
        kind: counted.kind,
        channel: counted.channel,
        country: counted.country,
        carrier: counted.carrier,
        outcome: counted.outcome,
        error: counted.error,
      };
      const total = sql<number>`sum(${counted.n})`.as("total");
      return [
        db.select({ n: count() }).from(deliveries).where(eq(outcome, "waiting")),
        db
          .select({ message, day, kind, channel, country, outcome: sql<(typeof DEAD)[number]>`${outcome}`, error })
          .from(deliveries)
          .where(inArray(outcome, DEAD))
          .orderBy(desc(day), message)
          .limit(MAX_DEAD),
        db
          .select({ ...alike, count: total })
          .from(counted)
          .where(gt(alike.day, today - SHOWN_DAYS))
          .groupBy(...Object.values(alike))
          .orderBy(desc(alike.day), desc(total))
          .limit(MAX_COUNTS),
      ];
    });
    return { pending: pending[0]?.n ?? 0, deadLetters: dead, counts };
  }

  /**
   * Counts the rows of days that are over, at most 1,000 of them, in one transaction with their removal, and drops old
   * counts, a day of them. Returns how many rows and counts are gone.
   * @param today days since 1970-01-01
   */
  async fold(today: number): Promise<number> {
    const [, folded, dropped] = await this.#d1.batch((db) => {
      const old = inArray(
        deliveries.message,
        db
          .select({ message: deliveries.message })
          .from(deliveries)
          .where(lt(deliveries.day, today - ROW_DAYS))
          .orderBy(deliveries.day, deliveries.message)
          .limit(FOLD_ROWS),
      );
      const oldest = db.select({ day: min(deliveryCounts.day) }).from(deliveryCounts);
      return [
        db
          .insert(deliveryCounts)
          .select(
            db
              .select({ ...ALIKE, count: count().as("count") })
              .from(deliveries)
              .where(and(old, gt(deliveries.stage, 0)))
              .groupBy(...Object.values(ALIKE)),
          )
          .onConflictDoUpdate({
            target: Object.values(COUNTED_ALIKE),
            set: { count: sql`${deliveryCounts.count} + excluded.count` },
          }),
        db.delete(deliveries).where(old),
        // A day at once: its counts are no more than there are kinds, countries and carriers.
        db
          .delete(deliveryCounts)
          .where(and(eq(deliveryCounts.day, oldest), lt(deliveryCounts.day, today - COUNT_DAYS))),
      ];
    });
    return folded.meta.changes + dropped.meta.changes;
  }
}

/** What messages that are counted together have in common. */
const ALIKE = {
  day: deliveries.day,
  kind: deliveries.kind,
  channel: deliveries.channel,
  country: deliveries.country,
  carrier: deliveries.carrier,
  outcome: deliveries.outcome,
  error: deliveries.error,
};
const { count: _, ...COUNTED_ALIKE } = getTableColumns(deliveryCounts);
