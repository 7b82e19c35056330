import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** How often something stored could not be read and was skipped: counts by day, place and reason, nothing about whose. */
export const skipped = sqliteTable(
  "skipped",
  {
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
    /** `StoredPlace`: what kind of thing it was. */
    place: text("place").notNull(),
    reason: text("reason").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.place, table.reason] })],
);
