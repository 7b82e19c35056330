import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Privacy notices, each in one or more languages. Public: nothing here is about anybody. */
export const notices = sqliteTable("notices", {
  version: text("version").primaryKey(),
  /** ms since 1970. */
  effectiveAt: integer("effective_at").notNull(),
  publishedAt: integer("published_at").notNull(),
  /** JSON: `NoticeText[]`, the original first. In one column, so that a notice is replaced whole or not at all. */
  texts: text("texts").notNull(),
});

/** What the minute's round over lifetimes did, a row for each step and day. */
export const retention = sqliteTable(
  "retention",
  {
    step: text("step").notNull(),
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
    removed: integer("removed").notNull(),
    /** When it last ran, ms since 1970, to the hour. */
    ran: integer("ran").notNull(),
    /** Since when it fails, ms since 1970; null while it does not. */
    failing: integer("failing"),
  },
  (table) => [primaryKey({ columns: [table.step, table.day] })],
);
