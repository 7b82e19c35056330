import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { bytesColumn } from "../storage/bytes-column.ts";

/** The keys of `SEAL_KEYS` under which something may be sealed. A row goes when nothing is and the key is no longer configured. */
export const sealKeys = sqliteTable("seal_keys", {
  /** Derived from the key: the first bytes of whatever it sealed, in hexadecimal. */
  id: text("id").primaryKey(),
  /** A fixed text, sealed under this key. */
  canary: text("canary").notNull(),
  /** A keyed hash of `id`: another `INDEX_KEY` makes another one. */
  mark: text("mark").notNull(),
  /** Since when it seals, ms since 1970. */
  since: integer("since").notNull(),
  /** When another key took over, ms since 1970; null for the one that seals. */
  until: integer("until"),
  /** When it was found that nothing is sealed under it any more, ms since 1970, or null. */
  done: integer("done"),
});

/** How far the renewal of seals is, a row for each list that it walks. */
export const renewals = sqliteTable("renewals", {
  store: text("store").primaryKey(),
  /** When the pass over all lists began, ms since 1970. */
  pass: integer("pass").notNull(),
  /** Where it goes on; null at the beginning. */
  after: text("after"),
  /** When it came to its end, ms since 1970, or null. */
  ended: integer("ended"),
  renewed: integer("renewed").notNull().default(0),
  /** JSON: values that do not open and were left, by the id of their key. */
  left: text("left").notNull().default("{}"),
});

/** Objects that hold something sealed and that no other table names. `id` is the object's name, a keyed id. */
export const sealedObjects = sqliteTable(
  "sealed_objects",
  {
    class: text("class", { enum: ["Ballot", "Ownership"] }).notNull(),
    id: bytesColumn("id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.class, table.id] })],
);
