import { eq, sql, type SQL } from "drizzle-orm";
import { among, type D1 } from "../storage/d1.ts";
import { dirty, pages } from "./tables.ts";

/** What goes first: what people did (votes, owners, operators), then datasets and what follows from them. */
export const LANES = { people: 0, datasets: 1 } as const;

/** The first characters that a block's id can have. */
const SLOTS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
/** Marks of a slot's lane that are counted at most: status is asked every second while an import waits. */
const COUNTED = 1000;
/** Each slot's lanes: with them marks are found in their index, whereas questions about all of them would read it whole. */
const QUEUES = sql`(SELECT s.value AS slot, l.value AS lane FROM json_each(${JSON.stringify(SLOTS)}) s, json_each(${JSON.stringify(Object.values(LANES))}) l)`;
const IN_QUEUE = sql`slot = queues.slot AND lane = queues.lane`;

/** A dirty mark as read: `mark` must still be there when the page is out. */
export type Mark = Readonly<Pick<typeof dirty.$inferSelect, "block" | "mark">>;

/**
 * Marks blocks dirty, given as a query of their ids. The mark is new with every change, the time that of the first; the
 * lane is the faster one. As SQL: drizzle's builder inserts what a query gives only where it gives every column in the
 * table's order.
 */
export function markDirty(blocks: SQL, lane: keyof typeof LANES, now: number): SQL {
  return sql`INSERT INTO ${dirty} (block, slot, lane, queued, since, mark)
    SELECT block, substr(block, 1, 1), ${LANES[lane]}, ${now}, ${now}, hex(randomblob(8)) FROM (${blocks}) WHERE true
    ON CONFLICT (block) DO UPDATE SET mark = excluded.mark, lane = min(lane, excluded.lane),
      queued = iif(excluded.lane < lane, excluded.queued, queued)`;
}

/** The marks of blocks whose pages wait to be published, in D1. */
export class DirtyRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /** The marks of a slot whose turn it is, at most `limit`. */
  readMarks(slot: string, limit: number): Promise<Mark[]> {
    return this.#d1.ask((db) =>
      db
        .select({ block: dirty.block, mark: dirty.mark })
        .from(dirty)
        .where(eq(dirty.slot, slot))
        .orderBy(dirty.lane, dirty.queued)
        .limit(limit),
    );
  }

  /**
   * Clears marks that are unchanged, of blocks whose page in D1 is still the one put into KV. What was
   * read by `read` (ms) is out then: a block that has changed since waits since then, and at the end of its lane. So one
   * that changes all the time neither grows old nor keeps others waiting. As SQL: what was read and put comes out of a
   * JSON array.
   */
  async clearMarks(published: readonly (Mark & { readonly version: number })[], read: number): Promise<void> {
    const json = JSON.stringify(published.map(({ block, mark, version }) => [block, mark, version]));
    const out = sql`SELECT d.block FROM json_each(${json}) j JOIN ${dirty} d ON d.block = j.value ->> 0 LEFT JOIN ${pages} p ON p.block = d.block
      WHERE ifnull(p.version, 0) = j.value ->> 2`;
    await this.#d1.transaction([
      sql`DELETE FROM ${dirty} WHERE block IN (${out} AND d.mark = j.value ->> 1)`,
      sql`UPDATE ${dirty} SET since = max(since, ${read}), queued = max(queued, ${read}) WHERE block IN (${out})`,
    ]);
  }

  /** Puts marks behind those of their lanes that came until now (ms). They have waited none the less. */
  async postpone(marks: readonly Mark[], now: number): Promise<void> {
    const blocks = marks.map(({ block }) => block);
    await this.#d1.ask((db) => db.update(dirty).set({ queued: now }).where(among(dirty.block, blocks)));
  }

  /** Slots with marks that have waited for their turn since before `before` (ms). As SQL: a question for each queue. */
  async readWaitingSlots(before: number): Promise<string[]> {
    const [rows = []] = await this.#d1.transaction<{ slot: string }>([
      sql`SELECT DISTINCT queues.slot FROM ${QUEUES} queues
        WHERE EXISTS (SELECT 1 FROM ${dirty} WHERE ${IN_QUEUE} AND queued < ${before})`,
    ]);
    return rows.map(({ slot }) => slot);
  }

  /**
   * How many blocks are unpublished, counting at most 1,000 of a slot's lane, and since when (ms, null when none is). As
   * SQL: a question for each queue.
   */
  async readBacklog(): Promise<{ blocks: number; oldest: number | null }> {
    const [rows = []] = await this.#d1.transaction<{ blocks: number | null; oldest: number | null }>([
      sql`SELECT sum((SELECT count(*) FROM (SELECT 1 FROM ${dirty} WHERE ${IN_QUEUE} LIMIT ${COUNTED}))) AS blocks,
        min((SELECT min(since) FROM (SELECT since FROM ${dirty} WHERE ${IN_QUEUE} ORDER BY queued LIMIT ${COUNTED}))) AS oldest
        FROM ${QUEUES} queues`,
    ]);
    return { blocks: rows[0]?.blocks ?? 0, oldest: rows[0]?.oldest ?? null };
  }
}
