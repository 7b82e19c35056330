import { sql } from "drizzle-orm";
import { D1 } from "../directory/d1-records.ts";
import { disputes } from "./tables.ts";

export type DisputeRecord = typeof disputes.$inferSelect;

/** Disputes told at once: operators decide about these first. */
const MOST_TOLD = 200;

/** Disputes in D1. */
export class DisputeRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** Writes a dispute; one that stands stays as it is. */
  async write({ id, sealed, day }: DisputeRecord): Promise<void> {
    await this.#d1.run(sql`INSERT OR IGNORE INTO ${disputes} (id, sealed, day) VALUES (${id}, ${sealed}, ${day})`);
  }

  /** The oldest disputes. */
  list(): Promise<DisputeRecord[]> {
    return this.#d1.rows<DisputeRecord>(
      sql`SELECT id, sealed, day FROM ${disputes} ORDER BY day, id LIMIT ${MOST_TOLD}`,
    );
  }

  async read(id: string): Promise<DisputeRecord | null> {
    const rows = await this.#d1.rows<DisputeRecord>(sql`SELECT id, sealed, day FROM ${disputes} WHERE id = ${id}`);
    return rows[0] ?? null;
  }

  async remove(id: string): Promise<void> {
    await this.#d1.run(sql`DELETE FROM ${disputes} WHERE id = ${id}`);
  }
}
