import { sql } from "drizzle-orm";
import { index, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Which account a number has: at most one, whoever signs in at the same moment. `number` is a keyed hash for this table
 * alone, so that nothing joins it with the directory; `account` is the keyed id that names the account's object.
 */
export const accounts = sqliteTable(
  "accounts",
  {
    number: text("number").primaryKey(),
    account: text("account").notNull().unique(),
    /** The random account id that tokens carry, sealed. */
    subject: text("subject").notNull(),
    state: text("state", { enum: ["active", "erasing", "leaving"] }).notNull(),
  },
  // For retention: few accounts leave at a time.
  (table) => [
    index("accounts_leaving")
      .on(table.state)
      .where(sql`${table.state} = 'leaving'`),
    // For operators: few accounts are being erased at a time.
    index("accounts_erasing")
      .on(table.state)
      .where(sql`${table.state} = 'erasing'`),
  ],
);
