import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What operators did. No index besides the key: an entry costs one row written. */
export const audit = sqliteTable("audit", {
  /** UUID version 7: its time, ms since 1970, then random bits. Sorted as text it is sorted by time. */
  id: text("id").primaryKey(),
  action: text("action").notNull(),
  /** A dataset's or a report's id, a notice's version, or a keyed hash of a number for this table alone. */
  target: text("target"),
  /** Who did it, and why, sealed. */
  sealed: text("sealed").notNull(),
  /** The status of the answer; null while the call runs. */
  outcome: integer("outcome"),
});
