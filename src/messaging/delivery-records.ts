import { and, count, desc, eq, getTableColumns, gt, inArray, lt, min, sql, type SQL } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { COUNT_DAYS, ROW_DAYS, stageOf, UNKNOWN_CARRIER, type Delivery, type DeliveryStatus } from "./delivery.ts";
import type { DeliveryId } from "./message.ts";
import { deliveries, deliveryCounts, IS_DEAD, IS_WAITING, type DEAD } from "./tables.ts";

/** Dead letters and counts that operators are shown at most. */
const MAX_DEAD = 100;
const MAX_COUNTS = 1000;
/** Days of counts that operators are shown. */
const SHOWN_DAYS = 30;
/** Rows dropped in one transaction. */
const FORGOTTEN_ROWS = 1000;

/** What became of messages, in D1: counts, and for some days a row for each, so that a repeat counts once. A failure throws `StoreFailure`. */
export class DeliveryRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /**
   * Writes what became of messages, and counts it; repeatable, and what is less final than what stands is left out. A
   * message counts as what is known of it, once.
   */
  async report(reported: readonly Delivery[], carrier = UNKNOWN_CARRIER): Promise<void> {
    // Of each message the most final report alone: what follows compares each with what stood before.
    const most = new Map<DeliveryId, Delivery>();
    for (const one of reported) {
      const other = most.get(one.message);
      if (other === undefined || stageOf(other.outcome) < stageOf(one.outcome)) most.set(one.message, one);
    }
    const json = JSON.stringify(
      [...most.values()].map(({ message, day, kind, channel, country, outcome, error }) => {
        return { message, day, kind, channel, country, carrier, outcome, error, stage: stageOf(outcome) };
      }),
    );
    // As SQL: rows come out of a JSON array, of which a query binds one, where drizzle's builder binds each value.
    const field = (name: string): SQL => sql.raw(`value ->> '${name}'`);
    const rows = sql`SELECT ${sql.join(
      REPORTED.map((name) => sql`${field(name)} AS ${sql.raw(name)}`),
      sql`, `,
    )} FROM json_each(${json})`;
    const alike = sql.raw(Object.keys(ALIKE).join(", "));
    await this.#d1.transaction([
      sql`INSERT INTO ${deliveryCounts} (${alike}, count) SELECT ${alike}, sum(n) FROM (
          SELECT d.day, d.kind, d.channel, d.country, d.carrier, d.outcome, d.error, -1 AS n
            FROM (${rows}) r JOIN ${deliveries} d ON d.message = r.message WHERE d.stage > 0 AND d.stage < r.stage
          UNION ALL
          SELECT ifnull(d.day, r.day), ifnull(d.kind, r.kind), ifnull(d.channel, r.channel), ifnull(d.country, r.country),
            iif(r.carrier = ${UNKNOWN_CARRIER}, ifnull(d.carrier, r.carrier), r.carrier), r.outcome, r.error, 1
            FROM (${rows}) r LEFT JOIN ${deliveries} d ON d.message = r.message
            WHERE r.stage > 0 AND (d.message IS NULL OR d.stage < r.stage))
        WHERE true GROUP BY ${alike} ON CONFLICT (${alike}) DO UPDATE SET count = count + excluded.count`,
      sql`INSERT INTO ${deliveries} (${sql.raw(REPORTED.join(", "))}) ${rows} WHERE true
        ON CONFLICT (message) DO UPDATE SET carrier = iif(excluded.carrier = ${UNKNOWN_CARRIER}, deliveries.carrier, excluded.carrier),
          outcome = excluded.outcome, error = excluded.error, stage = excluded.stage WHERE deliveries.stage < excluded.stage`,
    ]);
  }

  /** What operators see, out of counts and of indices of the few messages that are asked for. @param today days since 1970-01-01 */
  async readStatus(today: number): Promise<DeliveryStatus> {
    const { message, day, kind, channel, country, outcome, error } = deliveries;
    const { count: n } = deliveryCounts;
    const [pending, dead, counts] = await this.#d1.batch((db) => [
      db.select({ n: count() }).from(deliveries).where(IS_WAITING),
      db
        .select({ message, day, kind, channel, country, outcome: sql<(typeof DEAD)[number]>`${outcome}`, error })
        .from(deliveries)
        .where(IS_DEAD)
        .orderBy(desc(day), message)
        .limit(MAX_DEAD),
      db
        .select()
        .from(deliveryCounts)
        .where(and(gt(deliveryCounts.day, today - SHOWN_DAYS), gt(n, 0)))
        .orderBy(desc(deliveryCounts.day), desc(n))
        .limit(MAX_COUNTS),
    ]);
    return { pending: pending[0]?.n ?? 0, deadLetters: dead, counts };
  }

  /**
   * Drops the rows of days that are over, at most 1,000 of them, and old counts, a day of them. Returns how many rows and
   * counts are gone.
   * @param today days since 1970-01-01
   */
  async forget(today: number): Promise<number> {
    const [rows, dropped] = await this.#d1.batch((db) => {
      const old = db
        .select({ message: deliveries.message })
        .from(deliveries)
        .where(lt(deliveries.day, today - ROW_DAYS))
        .orderBy(deliveries.day, deliveries.message)
        .limit(FORGOTTEN_ROWS);
      const oldest = db.select({ day: min(deliveryCounts.day) }).from(deliveryCounts);
      return [
        db.delete(deliveries).where(inArray(deliveries.message, old)),
        // A day at once: its counts are no more than there are kinds, countries and carriers.
        db
          .delete(deliveryCounts)
          .where(and(eq(deliveryCounts.day, oldest), lt(deliveryCounts.day, today - COUNT_DAYS))),
      ];
    });
    return rows.meta.changes + dropped.meta.changes;
  }
}

/** What messages that are counted together have in common. */
const { count: _, ...ALIKE } = getTableColumns(deliveryCounts);
const REPORTED = Object.keys(getTableColumns(deliveries));
