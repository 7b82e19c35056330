import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Privacy notices, each in one or more languages. Public. */
export const notices = sqliteTable("notices", {
  version: text("version").primaryKey(),
  /** ms since 1970. */
  effectiveAt: integer("effective_at").notNull(),
  publishedAt: integer("published_at").notNull(),
  /** JSON: `NoticeText[]`, the original first. One column, so that a notice is replaced as a whole. */
  texts: text("texts").notNull(),
});

/** What retention did, a row per step and day. */
export const retention = sqliteTable(
  "retention",
  {
    step: text("step").notNull(),
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
    removed: integer("removed").notNull(),
    /** When it last ran, ms since 1970, to the hour. */
    ran: integer("ran").notNull(),
    /** Since when it has been failing, ms since 1970, or null. */
    failing: integer("failing"),
  },
  (table) => [primaryKey({ columns: [table.step, table.day] })],
);
