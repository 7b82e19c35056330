import { sql, type SQL } from "drizzle-orm";
import { dirty } from "./tables.ts";

/**
 * Marks blocks dirty, given as a query of their ids. The mark is new with every change, the time that of the first. As
 * SQL: drizzle's builder inserts what a query gives only where it gives every column in the table's order.
 */
export function markDirty(blocks: SQL, now: number): SQL {
  return sql`INSERT INTO ${dirty} (block, slot, since, mark) SELECT block, substr(block, 1, 1), ${now}, hex(randomblob(8)) FROM (${blocks}) WHERE true
    ON CONFLICT (block) DO UPDATE SET mark = excluded.mark`;
}
