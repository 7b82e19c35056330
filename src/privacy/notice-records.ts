import { sql } from "drizzle-orm";
import { D1 } from "../directory/d1-records.ts";
import { notices } from "./tables.ts";

export type NoticeRecord = typeof notices.$inferSelect;
export type NoticeDates = Omit<NoticeRecord, "texts">;

const DATES = sql.raw("version, effective_at AS effectiveAt, published_at AS publishedAt");

/** Notices in D1. */
export class NoticeRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** The notice in force at a time (ms), and the next one; null where there is none. Without their texts. */
  async readDates(now: number): Promise<{ inForce: NoticeDates | null; upcoming: NoticeDates | null }> {
    const [inForce, upcoming] = await this.#d1.transaction([
      sql`SELECT ${DATES} FROM ${notices} WHERE effective_at <= ${now} ORDER BY effective_at DESC, version DESC LIMIT 1`,
      sql`SELECT ${DATES} FROM ${notices} WHERE effective_at > ${now} ORDER BY effective_at, version LIMIT 1`,
    ]);
    const first = (result: D1Result | undefined): NoticeDates | null =>
      (result?.results[0] as NoticeDates | undefined) ?? null;
    return { inForce: first(inForce), upcoming: first(upcoming) };
  }

  /** A notice with its texts, or null. */
  async read(version: string): Promise<NoticeRecord | null> {
    const rows = await this.#d1.rows<NoticeRecord>(
      sql`SELECT ${DATES}, texts FROM ${notices} WHERE version = ${version}`,
    );
    return rows[0] ?? null;
  }

  /** Writes a notice that is new, or over one that takes effect at `changeableFrom` (ms) or later; whether it did. */
  async write(notice: NoticeRecord, changeableFrom: number): Promise<boolean> {
    const { version, effectiveAt, publishedAt, texts } = notice;
    const [result] = await this.#d1.transaction([
      sql`INSERT INTO ${notices} (version, effective_at, published_at, texts) VALUES (${version}, ${effectiveAt}, ${publishedAt}, ${texts})
        ON CONFLICT (version) DO UPDATE SET effective_at = excluded.effective_at, published_at = excluded.published_at, texts = excluded.texts
        WHERE notices.effective_at >= ${changeableFrom}`,
    ]);
    return (result?.meta.changes ?? 0) > 0;
  }
}
