import { sql } from "drizzle-orm";
import { D1 } from "../directory/d1-records.ts";
import { audit } from "./tables.ts";

export type AuditRecord = typeof audit.$inferSelect;

/** Entries dropped in one step. */
const DROPPED_A_STEP = 1000;
/** Greater than any id. */
const LAST = "g";

/** The audit in D1: ids sort by time. A failure throws `StoreFailure`. */
export class AuditRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  async write({ id, action, target, sealed, outcome }: AuditRecord): Promise<void> {
    await this.#d1.run(sql`INSERT INTO ${audit} (id, action, target, sealed, outcome)
      VALUES (${id}, ${action}, ${target}, ${sealed}, ${outcome})`);
  }

  /** Writes an outcome where none stands. */
  async settle(id: string, outcome: number): Promise<void> {
    await this.#d1.run(sql`UPDATE ${audit} SET outcome = ${outcome} WHERE id = ${id} AND outcome IS NULL`);
  }

  /** Entries before an id, or the newest, the newest first. */
  list(before: string | null, limit: number): Promise<AuditRecord[]> {
    return this.#d1.rows<AuditRecord>(sql`SELECT id, action, target, sealed, outcome FROM ${audit}
      WHERE id < ${before ?? LAST} ORDER BY id DESC LIMIT ${limit}`);
  }

  /** Removes the oldest entries with an id less than this, at most 1,000; how many. */
  async removeBefore(id: string): Promise<number> {
    const [removed] = await this.#d1.transaction([
      sql`DELETE FROM ${audit} WHERE id IN (SELECT id FROM ${audit} WHERE id < ${id} ORDER BY id LIMIT ${DROPPED_A_STEP})`,
    ]);
    return removed?.meta.changes ?? 0;
  }
}
