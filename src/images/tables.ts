import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Pictures that may have bytes: written before and removed after the bytes, so that none is left behind. A picture's state
 * is in its object.
 */
export const pictures = sqliteTable(
  "pictures",
  {
    /** Keyed hash of the link's token: also the key of the bytes in R2 and the name of the object. */
    id: text("id").primaryKey(),
    /** Keyed hash of the sender's account, under a key of its own: it joins with nothing else. */
    sender: text("sender").notNull(),
    /** The same of the recipient's account, under another key; null for who gets a link. */
    recipient: text("recipient"),
    /** ms since 1970, whole seconds. */
    expires: integer("expires").notNull(),
    /** Whether operators have to decide about it. */
    reported: integer("reported", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [
    index("pictures_by_sender").on(table.sender),
    index("pictures_by_recipient").on(table.recipient),
    index("pictures_by_expiry").on(table.expires),
  ],
);
