import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Counts of stored values that could not be read, by day, place and reason; without ids. */
export const skipped = sqliteTable(
  "skipped",
  {
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
    /** `StoredPlace`: what kind of value it was. */
    place: text("place").notNull(),
    reason: text("reason").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.place, table.reason] })],
);
