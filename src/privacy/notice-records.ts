import { desc, eq, getTableColumns, gt, gte, lte } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { notices } from "./tables.ts";

export type NoticeRecord = typeof notices.$inferSelect;
export type NoticeDates = Omit<NoticeRecord, "texts">;

const { texts: _, ...DATES } = getTableColumns(notices);

/** Notices in D1. */
export class NoticeRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** The notice in force at a time (ms), and the next one, without texts; null if there is none. */
  async readDates(now: number): Promise<{ inForce: NoticeDates | null; upcoming: NoticeDates | null }> {
    const { effectiveAt, version } = notices;
    const [inForce, upcoming] = await this.#d1.batch((db) => [
      db.select(DATES).from(notices).where(lte(effectiveAt, now)).orderBy(desc(effectiveAt), desc(version)).limit(1),
      db.select(DATES).from(notices).where(gt(effectiveAt, now)).orderBy(effectiveAt, version).limit(1),
    ]);
    return { inForce: inForce[0] ?? null, upcoming: upcoming[0] ?? null };
  }

  /** A notice with its texts, or null. */
  read(version: string): Promise<NoticeRecord | null> {
    return this.#d1.first((db) => db.select().from(notices).where(eq(notices.version, version)));
  }

  /** Writes a new notice, or replaces one that takes effect at `changeableFrom` (ms) or later; returns whether it did. */
  async write(notice: NoticeRecord, changeableFrom: number): Promise<boolean> {
    const { version, ...said } = notice;
    const written = await this.#d1.ask((db) =>
      db
        .insert(notices)
        .values({ version, ...said })
        .onConflictDoUpdate({ target: notices.version, set: said, setWhere: gte(notices.effectiveAt, changeableFrom) }),
    );
    return written.meta.changes > 0;
  }
}
