import { sql } from "drizzle-orm";
import { D1 } from "../directory/d1-records.ts";
import { disputes } from "./tables.ts";

export type DisputeRecord = typeof disputes.$inferSelect;

/** Disputes told at once: operators decide about these first. */
const MOST_TOLD = 200;
/** Disputes whose time is over, told at once. */
const MOST_OVER = 50;

/** Disputes in D1. */
export class DisputeRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** Writes a dispute; one that stands stays as it is, unless it is of day `over` or earlier: then its time is over. */
  async write({ id, sealed, day }: DisputeRecord, over: number): Promise<void> {
    await this.#d1.run(sql`INSERT INTO ${disputes} (id, sealed, day) VALUES (${id}, ${sealed}, ${day})
      ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, day = excluded.day WHERE disputes.day <= ${over}`);
  }

  /** The oldest disputes. */
  list(): Promise<DisputeRecord[]> {
    return this.#d1.rows<DisputeRecord>(
      sql`SELECT id, sealed, day FROM ${disputes} ORDER BY day, id LIMIT ${MOST_TOLD}`,
    );
  }

  /** Disputes of day `over` or earlier, at most 50, the oldest first. */
  listOver(over: number): Promise<DisputeRecord[]> {
    return this.#d1.rows<DisputeRecord>(
      sql`SELECT id, sealed, day FROM ${disputes} WHERE day <= ${over} ORDER BY day, id LIMIT ${MOST_OVER}`,
    );
  }

  async read(id: string): Promise<DisputeRecord | null> {
    const rows = await this.#d1.rows<DisputeRecord>(sql`SELECT id, sealed, day FROM ${disputes} WHERE id = ${id}`);
    return rows[0] ?? null;
  }

  /** Removes a dispute, or only if it is of day `over` or earlier still. */
  async remove(id: string, over = Number.MAX_SAFE_INTEGER): Promise<void> {
    await this.#d1.run(sql`DELETE FROM ${disputes} WHERE id = ${id} AND day <= ${over}`);
  }
}
