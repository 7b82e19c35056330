import { and, desc, eq, inArray, isNull, lt } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { audit } from "./tables.ts";

export type AuditRecord = typeof audit.$inferSelect;

/** Entries deleted in one step. */
const DROPPED_A_STEP = 1000;

/** The audit log in D1; ids sort by time. A failure throws `StoreFailure`. */
export class AuditRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  async write(entry: AuditRecord): Promise<void> {
    await this.#d1.ask((db) => db.insert(audit).values(entry));
  }

  /** Writes an outcome if there is none. */
  async settle(id: string, outcome: number): Promise<void> {
    const unsettled = and(eq(audit.id, id), isNull(audit.outcome));
    await this.#d1.ask((db) => db.update(audit).set({ outcome }).where(unsettled));
  }

  /** Entries before an id, or the newest; newest first. */
  list(before: string | null, limit: number): Promise<AuditRecord[]> {
    const older = before === null ? undefined : lt(audit.id, before);
    return this.#d1.ask((db) => db.select().from(audit).where(older).orderBy(desc(audit.id)).limit(limit));
  }

  /** Removes the oldest entries with an id less than this, at most 1,000; how many. */
  async removeBefore(id: string): Promise<number> {
    const removed = await this.#d1.ask((db) => {
      const oldest = db.select({ id: audit.id }).from(audit).where(lt(audit.id, id)).orderBy(audit.id);
      return db.delete(audit).where(inArray(audit.id, oldest.limit(DROPPED_A_STEP)));
    });
    return removed.meta.changes;
  }
}
