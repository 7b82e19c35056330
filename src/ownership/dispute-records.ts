import { and, eq, lte, sql } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { disputes } from "./tables.ts";

export type DisputeRecord = typeof disputes.$inferSelect;

/** Disputes of a page. */
export const PAGE_ROWS = 200;
/** Most expired disputes returned at once. */
const MOST_OVER = 50;

/** Disputes in D1. */
export class DisputeRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** Writes a dispute; an open one is not replaced, unless it is of day `over` or earlier and so has expired. */
  async write({ id, sealed, day }: DisputeRecord, over: number): Promise<void> {
    await this.#d1.ask((db) =>
      db
        .insert(disputes)
        .values({ id, sealed, day })
        .onConflictDoUpdate({ target: disputes.id, set: { sealed, day }, setWhere: lte(disputes.day, over) }),
    );
  }

  /** The oldest disputes, a page of them. @param after the last one of the page before; null for the first page */
  list(after: DisputeRecord | null): Promise<DisputeRecord[]> {
    const { day, id } = disputes;
    const later = after === null ? undefined : sql`(${day}, ${id}) > (${after.day}, ${after.id})`;
    return this.#d1.ask((db) => db.select().from(disputes).where(later).orderBy(day, id).limit(PAGE_ROWS));
  }

  /** Disputes of day `over` or earlier, at most 50, the oldest first. */
  listOver(over: number): Promise<DisputeRecord[]> {
    return this.#d1.ask((db) =>
      db.select().from(disputes).where(lte(disputes.day, over)).orderBy(disputes.day, disputes.id).limit(MOST_OVER),
    );
  }

  read(id: string): Promise<DisputeRecord | null> {
    return this.#d1.first((db) => db.select().from(disputes).where(eq(disputes.id, id)));
  }

  /** Removes a dispute, optionally only if it is still of day `over` or earlier. */
  async remove(id: string, over?: number): Promise<void> {
    const wanted = and(eq(disputes.id, id), over === undefined ? undefined : lte(disputes.day, over));
    await this.#d1.ask((db) => db.delete(disputes).where(wanted));
  }
}
