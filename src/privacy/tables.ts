import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Privacy notices, each in one or more languages. Public: nothing here is about anybody. */
export const notices = sqliteTable("notices", {
  version: text("version").primaryKey(),
  /** ms since 1970. */
  effectiveAt: integer("effective_at").notNull(),
  publishedAt: integer("published_at").notNull(),
  /** JSON: `NoticeText[]`, the original first. In one column, so that a notice is replaced whole or not at all. */
  texts: text("texts").notNull(),
});
