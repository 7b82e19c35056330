import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Disputes that wait for operators. `id` is a keyed hash of the number for this table alone. */
export const disputes = sqliteTable(
  "disputes",
  {
    id: text("id").primaryKey(),
    /** Number, cause and the owner's words, sealed. */
    sealed: text("sealed").notNull(),
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
  },
  (table) => [index("disputes_by_day").on(table.day)],
);
