import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Outcome } from "./delivery.ts";
import type { DeliveryId, Kind, Medium } from "./message.ts";

/** Outcomes of messages that were given up. */
export const DEAD = ["expired", "refused", "unknown"] as const;
// In these the words stand in the statement: of bound values SQLite could not tell that a partial index serves.
/** Holds for messages that wait for a retry. */
export const IS_WAITING = sql.raw("outcome = 'waiting'");
/** Holds for messages that were given up. */
export const IS_DEAD = sql.raw(`outcome IN (${DEAD.map((outcome) => `'${outcome}'`).join(", ")})`);

/**
 * What became of each message of the last days, under a keyed id of the message that nothing joins with its recipient.
 * A row per message, so that a report that is repeated, or a callback delivered twice or late, counts once.
 */
export const deliveries = sqliteTable(
  "deliveries",
  {
    message: text("message").$type<DeliveryId>().primaryKey(),
    /** Day it was accepted, days since 1970-01-01. */
    day: integer("day").notNull(),
    kind: text("kind").$type<Kind>().notNull(),
    channel: text("channel").$type<Medium>().notNull(),
    /** ISO 3166 alpha-2, "" when unknown. */
    country: text("country").notNull(),
    carrier: text("carrier").notNull(),
    outcome: text("outcome").$type<Outcome>().notNull(),
    /** The provider's error code, 0 for none. */
    error: integer("error").notNull(),
    /** How final the outcome is: a lower one never replaces a higher. */
    stage: integer("stage").notNull(),
  },
  (table) => [
    index("deliveries_by_day").on(table.day),
    // What operators are shown again and again: few of all messages.
    index("deliveries_waiting").on(table.message).where(IS_WAITING),
    index("deliveries_dead").on(table.day, table.message).where(IS_DEAD),
  ],
);

/** The same, counted. */
export const deliveryCounts = sqliteTable(
  "delivery_counts",
  {
    day: integer("day").notNull(),
    kind: text("kind").$type<Kind>().notNull(),
    channel: text("channel").$type<Medium>().notNull(),
    country: text("country").notNull(),
    carrier: text("carrier").notNull(),
    outcome: text("outcome").$type<Outcome>().notNull(),
    error: integer("error").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.day, table.kind, table.channel, table.country, table.carrier, table.outcome, table.error],
    }),
  ],
);
