import { and, eq, sql, type SQL } from "drizzle-orm";
import type { D1 } from "../storage/d1.ts";
import { hexOf, textFrom } from "../storage/bytes-column.ts";
import type { AreaId, BlockId, Vault } from "../vault/vault.ts";
import type { BlockPlace } from "./place.ts";
import { callers, dirty, evidence, pages } from "./tables.ts";

/** What goes first: what people did (votes, owners, operators), then datasets and what follows from them. */
export const LANES = { people: 0, datasets: 1 } as const;

/** The first characters that a block's id can have. */
const SLOTS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
/** Blocks that one mark names at most: what a publisher's run publishes. */
export const BLOCKS_A_MARK = 25;
/** Marks of a slot's lane that are counted at most: status is asked every second while an import waits. */
const COUNTED = 1000;
/** Each slot's lanes: with them marks are found by their key, whereas questions about all of them would read the table. */
const QUEUES = sql`(SELECT s.value AS slot, l.value AS lane FROM json_each(${JSON.stringify(SLOTS)}) s, json_each(${JSON.stringify(Object.values(LANES))}) l)`;
const IN_QUEUE = sql`slot = queues.slot AND lane = queues.lane`;

/** A mark as read; `digits` are sealed. */
export interface Mark extends Pick<typeof dirty.$inferSelect, "slot" | "lane" | "queued" | "mark" | "digits"> {
  readonly blocks: readonly BlockId[];
}

/** A block to mark; without its area only whether it has a page can be told. */
interface MarkedBlock {
  readonly area?: AreaId;
  readonly block: BlockId;
}

/** A mark to write: blocks of one slot. */
export interface NewMark {
  readonly slot: string;
  readonly blocks: readonly MarkedBlock[];
  /** Sealed; null where a page holds them. */
  readonly digits: string | null;
}

/** The publisher's slot of a block: the first character of its id. */
export function slotOf(block: BlockId): string {
  return block.charAt(0);
}

/** Marks that name blocks and hold their digits. */
export async function marksOf(vault: Vault, blocks: Iterable<BlockPlace>): Promise<NewMark[]> {
  return Promise.all(
    bySlot(blocks).map(async ({ slot, some }) => ({
      slot,
      blocks: some,
      digits: await vault.sealText(
        { table: "dirty", id: slot },
        JSON.stringify(some.map(({ block, digits }) => [block, digits])),
      ),
    })),
  );
}

/** Marks that name blocks whose digits their pages hold: without a page there is nothing to publish. */
export function marksOfPages(blocks: readonly BlockId[]): NewMark[] {
  return marksOfDropped(blocks.map((block) => ({ block })));
}

/** The same of blocks of which something is dropped. */
export function marksOfDropped(blocks: Iterable<MarkedBlock>): NewMark[] {
  return bySlot(blocks).map(({ slot, some }) => ({ slot, blocks: some, digits: null }));
}

/** The digits of blocks in a mark, by their ids; null if they cannot be opened. */
export async function digitsIn(vault: Vault, { slot, digits }: Mark): Promise<readonly [BlockId, string][] | null> {
  return digits === null ? [] : vault.stored.json<[BlockId, string][]>({ table: "dirty", id: slot }, digits);
}

/**
 * A statement that writes marks. Each change writes its own: a publisher removes those that it read, and whatever
 * changes while it works has left another. As SQL: rows come out of a JSON array.
 */
export function insertMarks(marks: readonly NewMark[], lane: keyof typeof LANES, now: number): SQL {
  return insertInto(marks, lane, now, sql`true`);
}

/**
 * `insertMarks` for datasets, of those blocks alone that have a page or may need one (`needsPage`): with more than one
 * lonely complaint, a name, or a part. To run while all evidence stands that was or will be there: after the insertion of
 * some, before its deletion.
 */
export function insertShownMarks(marks: readonly NewMark[], now: number): SQL {
  const [isArea, isBlock] = [sql`area = unhex(b.value ->> 0)`, sql`block = unhex(b.value ->> 1)`];
  return insertInto(
    marks,
    "datasets",
    now,
    sql`((SELECT sum(iif(name IS NULL, complaints, 2)) FROM ${evidence} WHERE ${isArea} AND ${isBlock}) >= 2
      OR EXISTS (SELECT 1 FROM ${pages} WHERE ${isBlock}) OR EXISTS (SELECT 1 FROM ${callers} WHERE ${isArea} AND ${isBlock}))`,
  );
}

/** @param condition on a block of a mark, `b` */
function insertInto(marks: readonly NewMark[], lane: keyof typeof LANES, now: number, condition: SQL): SQL {
  const rows = marks.map(({ slot, blocks, digits }) => [
    slot,
    blocks.map(({ area = "", block }) => [hexOf(area), hexOf(block)]),
    digits === null ? null : hexOf(digits),
  ]);
  return sql`INSERT INTO ${dirty} (slot, lane, queued, mark, since, blocks, digits)
    SELECT m.value ->> 0, ${LANES[lane]}, ${now}, hex(randomblob(8)), ${now}, json_group_array(b.value ->> 1), unhex(m.value ->> 2)
    FROM json_each(${JSON.stringify(rows)}) m, json_each(m.value ->> 1) b WHERE ${condition} GROUP BY m.key`;
}

/** The marks of blocks whose pages wait to be published, in D1. */
export class DirtyRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /** The marks of a slot whose turn it is, at most `limit`. */
  async readMarks(slot: string, limit: number): Promise<Mark[]> {
    const { lane, queued, mark, blocks, digits } = dirty;
    const rows = await this.#d1.ask((db) =>
      db
        .select({ slot: dirty.slot, lane, queued, mark, blocks, digits })
        .from(dirty)
        .where(eq(dirty.slot, slot))
        .orderBy(lane, queued, mark)
        .limit(limit),
    );
    return rows.map((row) => ({ ...row, blocks: blocksIn(row.blocks) }));
  }

  /** Writes marks. */
  async mark(marks: readonly NewMark[], lane: keyof typeof LANES, now: number): Promise<void> {
    await this.#d1.ask((db) => db.run(insertMarks(marks, lane, now)));
  }

  /**
   * Removes marks all of whose blocks have a page in D1 that is still the one put into KV. As SQL: what was put comes out
   * of a JSON array.
   * @param versions of the pages put; 0 for no page
   */
  async clearMarks(marks: readonly Mark[], versions: ReadonlyMap<BlockId, number>): Promise<void> {
    const rows = marks.map(({ slot, lane, queued, mark, blocks }) => [
      slot,
      lane,
      queued,
      mark,
      blocks.map((block) => [hexOf(block), versions.get(block) ?? 0]),
    ]);
    await this.#d1.transaction([
      sql`DELETE FROM ${dirty} WHERE (slot, lane, queued, mark) IN (
        SELECT m.value ->> 0, m.value ->> 1, m.value ->> 2, m.value ->> 3 FROM json_each(${JSON.stringify(rows)}) m
        WHERE NOT EXISTS (SELECT 1 FROM json_each(m.value ->> 4) b LEFT JOIN ${pages} p ON p.block = unhex(b.value ->> 0)
          WHERE ifnull(p.version, 0) <> b.value ->> 1))`,
    ]);
  }

  /** Puts marks behind those of their lanes that came until now (ms). They have waited none the less. */
  async postpone(marks: readonly Mark[], now: number): Promise<void> {
    const [first, ...others] = marks;
    if (first === undefined) return;
    await this.#d1.batch((db) => {
      const put = ({ slot, lane, queued, mark }: Mark) =>
        db
          .update(dirty)
          .set({ queued: now })
          .where(and(eq(dirty.slot, slot), eq(dirty.lane, lane), eq(dirty.queued, queued), eq(dirty.mark, mark)));
      return [put(first), ...others.map(put)];
    });
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
   * How many blocks are unpublished, of at most 1,000 marks of a slot's lane, a block that changed twice before its
   * page was made counting twice; and since when (ms, null when none is). As SQL: a question for each queue.
   */
  async readBacklog(): Promise<{ blocks: number; oldest: number | null }> {
    const first = sql`SELECT since, json_array_length(blocks) AS n FROM ${dirty} WHERE ${IN_QUEUE} ORDER BY queued LIMIT ${COUNTED}`;
    const [rows = []] = await this.#d1.transaction<{ blocks: number | null; oldest: number | null }>([
      sql`SELECT sum((SELECT sum(n) FROM (${first}))) AS blocks, min((SELECT min(since) FROM (${first}))) AS oldest FROM ${QUEUES} queues`,
    ]);
    return { blocks: rows[0]?.blocks ?? 0, oldest: rows[0]?.oldest ?? null };
  }
}

/** Splits blocks by slot, and so that each part fits a mark. */
function bySlot<T extends { readonly block: BlockId }>(blocks: Iterable<T>): { slot: string; some: T[] }[] {
  return [...Map.groupBy(blocks, ({ block }) => slotOf(block))].flatMap(([slot, all]) =>
    Array.from({ length: Math.ceil(all.length / BLOCKS_A_MARK) }, (_, at) => ({
      slot,
      some: all.slice(at * BLOCKS_A_MARK, (at + 1) * BLOCKS_A_MARK),
    })),
  );
}

function blocksIn(json: string): BlockId[] {
  // Only `insertMarks` writes it.
  return (JSON.parse(json) as string[]).map((hex) => textFrom([...Uint8Array.fromHex(hex)]) as BlockId);
}
