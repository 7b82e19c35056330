import { and, eq, gt, lte, sql } from "drizzle-orm";
import { hexOf, textFrom, type StoredBytes } from "../storage/bytes-column.ts";
import { chunksBySize, type D1 } from "../storage/d1.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { AreaId, BlockId } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import type { AreaComplaint } from "./area-fold.ts";
import { copyNamed, insertAreaMark, type NamedAreas } from "./area-marks.ts";
import { isListed } from "./caller-records.ts";
import { insertMarks, type NewMark } from "./dirty-records.ts";
import { areas, areaTables, batches, callers, dirtyAreas, evidence } from "./tables.ts";

/** Rows of the table read at once: some 200 bytes each. */
const ROWS_A_READ = 1000;
/**
 * Bytes of the marks that a run claims, of some 11 an area: each 250 areas cost seven queries, of which the platform
 * allows an invocation 1,000. A batch of 5,000 rows names 5,000 areas at most, in 55 kB.
 */
const NAMED_A_CLAIM = 250_000;
/** Marks that are counted at most. */
const COUNTED = 1000;

/** What is known of some ten thousands; `at` is the place of one among those asked for. */
export interface AreaSnapshot {
  readonly complaints: readonly (AreaComplaint & { readonly at: number })[];
  /** What owners and operators say of lines, sealed. */
  readonly owned: readonly { at: number; block: BlockId; line: number; ownership: string }[];
  /** What stands of them, sealed. */
  readonly standing: readonly { at: number; body: string }[];
}

/** What a step of a run writes. */
export interface AreaWrites {
  readonly put: readonly {
    readonly area: AreaId;
    readonly code: string;
    readonly body: string;
    readonly changes: Week;
  }[];
  readonly gone: readonly AreaId[];
  /** Blocks some of whose numbers say something else of themselves. */
  readonly marks: readonly NewMark[];
  /** The ten thousands' calling codes, and whether their table is another one. A first table is published in any case. */
  readonly codes: ReadonlyMap<string, boolean>;
}

/** A calling code's table, as it stands between D1 and KV. */
export type TableState = typeof areaTables.$inferSelect;

/** What the complaints of ten thousands make suspected: in D1, and a calling code's table of it in KV. */
export class AreaRecords {
  readonly #d1: D1;
  readonly #kv: KVNamespace;

  constructor(d1: D1, kv: KVNamespace) {
    this.#d1 = d1;
    this.#kv = kv;
  }

  // ── marks ──

  /**
   * Claims the marks that have waited longest, at most `limit`, and fewer where they name many areas. Whoever claimed before writes nothing any more: of two runs
   * at a time the later one has read the newer evidence.
   */
  async claim(claim: string, limit: number): Promise<string[]> {
    const oldest = sql`SELECT since, mark, named FROM ${dirtyAreas} ORDER BY since, mark LIMIT ${limit}`;
    const next = sql`SELECT since, mark FROM (
        SELECT since, mark, row_number() OVER (ORDER BY since, mark) AS nth, sum(length(named)) OVER (ORDER BY since, mark) AS bytes
        FROM (${oldest})) WHERE nth = 1 OR bytes <= ${NAMED_A_CLAIM}`;
    const [, claimed = []] = await this.#d1.transaction<{ named: StoredBytes }>([
      sql`UPDATE ${dirtyAreas} SET claim = NULL WHERE claim IS NOT NULL`,
      sql`UPDATE ${dirtyAreas} SET claim = ${claim} WHERE (since, mark) IN (${next}) RETURNING named`,
    ]);
    return claimed.map(({ named }) => textFrom(named));
  }

  /** Removes the claimed marks: what they name is written. */
  async finish(claim: string): Promise<void> {
    await this.#d1.ask((db) => db.delete(dirtyAreas).where(eq(dirtyAreas.claim, claim)));
  }

  /** Writes marks. */
  async mark(named: readonly NamedAreas[], now: number): Promise<void> {
    await this.#d1.transaction(named.map((one) => insertAreaMark(one, now)));
  }

  /**
   * How many changes of evidence wait, counting at most 1,000, a batch being one; and since when (ms, null when none does).
   * As SQL: of the first rows.
   */
  async readBacklog(): Promise<{ changes: number; oldest: number | null }> {
    const [rows = []] = await this.#d1.transaction<{ changes: number; oldest: number | null }>([
      sql`SELECT count(*) AS changes, min(since) AS oldest
        FROM (SELECT since FROM ${dirtyAreas} ORDER BY since, mark LIMIT ${COUNTED})`,
    ]);
    return rows[0] ?? { changes: 0, oldest: null };
  }

  // ── rows ──

  /** What is known of ten thousands. As SQL: which ones comes out of a JSON array. */
  async readSnapshot(wanted: readonly AreaId[]): Promise<AreaSnapshot> {
    const json = sql`json_each(${JSON.stringify(wanted.map(hexOf))}) j`;
    type Hex = { readonly block: string };
    const [complaints, owned, standing] = await this.#d1.batch((db) => [
      db.all<Omit<AreaSnapshot["complaints"][number], "block" | "undated"> & Hex & { undated: number }>(
        sql`SELECT j.key AS at, hex(e.block) AS block, e.line, b.dataset, e.day, e.undated, sum(e.complaints) AS complaints
          FROM ${json} CROSS JOIN ${evidence} e ON e.area = unhex(j.value) JOIN ${batches} b ON b.number = e.batch
          WHERE e.complaints > 0 AND ${isListed(sql`e.block`, sql`e.line`)}
          GROUP BY j.key, e.block, e.line, b.dataset, e.day, e.undated`,
      ),
      db.all<Omit<AreaSnapshot["owned"][number], "block" | "ownership"> & Hex & { ownership: StoredBytes }>(
        sql`SELECT j.key AS at, hex(c.block) AS block, c.line, c.ownership
          FROM ${json} CROSS JOIN ${callers} c ON c.area = unhex(j.value) WHERE c.ownership IS NOT NULL`,
      ),
      db.all<{ at: number; body: StoredBytes }>(
        sql`SELECT j.key AS at, a.body FROM ${json} CROSS JOIN ${areas} a ON a.area = unhex(j.value)`,
      ),
    ]);
    return {
      complaints: complaints.map((row) => ({ ...row, block: blockFrom(row.block), undated: row.undated === 1 })),
      owned: owned.map((row) => ({ ...row, block: blockFrom(row.block), ownership: textFrom(row.ownership) })),
      standing: standing.map((row) => ({ ...row, body: textFrom(row.body) })),
    };
  }

  /** Writes what a step of a run made of its ten thousands, unless another run has claimed its marks. @param marks claimed */
  async write(
    claim: string,
    marks: number,
    { put, gone, ...also }: AreaWrites,
    week: Week,
    now: number,
  ): Promise<void> {
    const isMine = sql`(SELECT count(*) FROM ${dirtyAreas} WHERE claim = ${claim}) = ${marks}`;
    const tables = [...also.codes].map(
      ([code, isOther]) => sql`INSERT INTO ${areaTables} (code, week, mark, since)
        VALUES (${code}, ${week}, hex(randomblob(8)), ${now})
        ON CONFLICT (code) DO UPDATE SET mark = excluded.mark, since = ifnull(since, excluded.since) WHERE ${isOther ? 1 : 0}`,
    );
    const puts = chunksBySize(put, ({ body }) => body.length).map((part) => {
      const rows = part.map(({ area, code, body, changes }) => [hexOf(area), code, hexOf(body), changes]);
      return sql`INSERT INTO ${areas} (area, code, body, changes)
        SELECT unhex(value ->> 0), value ->> 1, unhex(value ->> 2), value ->> 3 FROM json_each(${JSON.stringify(rows)}) WHERE ${isMine}
        ON CONFLICT (area) DO UPDATE SET body = excluded.body, changes = excluded.changes`;
    });
    await this.#d1.transaction([
      ...puts,
      sql`DELETE FROM ${areas} WHERE area IN (SELECT unhex(value) FROM json_each(${JSON.stringify(gone.map(hexOf))})) AND ${isMine}`,
      // More marks than needed do no harm.
      insertMarks(also.marks, "datasets", now),
      ...tables,
    ]);
  }

  /** What stands of a ten thousand, sealed. */
  async readBody(area: AreaId): Promise<string | null> {
    const found = await this.#d1.first((db) => db.select({ body: areas.body }).from(areas).where(eq(areas.area, area)));
    return found?.body ?? null;
  }

  /** The rows of a calling code after one (null: from the first), sealed. */
  readRows(code: string, after: AreaId | null): Promise<{ area: AreaId; body: string }[]> {
    const later = after === null ? undefined : gt(areas.area, after);
    return this.#d1.ask((db) =>
      db
        .select({ area: areas.area, body: areas.body })
        .from(areas)
        .where(and(eq(areas.code, code), later))
        .orderBy(areas.area)
        .limit(ROWS_A_READ),
    );
  }

  /** Rows that ageing alone changes in a week, sealed; the first of them. */
  readAgeing(week: Week): Promise<{ area: AreaId; body: string }[]> {
    const { area, body, changes } = areas;
    return this.#d1.ask((db) => db.select({ area, body }).from(areas).where(lte(changes, week)).limit(ROWS_A_READ));
  }

  // ── tables ──

  readTables(): Promise<TableState[]> {
    return this.#d1.ask((db) => db.select().from(areaTables).orderBy(areaTables.code));
  }

  /** Says that a table is to be published, and of which week its rows are. */
  async dueTable(code: string, week: Week, now: number): Promise<void> {
    const changed = { week, mark: sql`hex(randomblob(8))`, since: sql`ifnull(since, ${now})` };
    await this.#d1.ask((db) => db.update(areaTables).set(changed).where(eq(areaTables.code, code)));
  }

  /** Says that a table is in KV. What has changed since `mark` was read is still to be published. @param published ms */
  async publishedTable(code: string, mark: string | null, bytes: number, published: number): Promise<void> {
    const isDone = sql`mark IS ${mark}`;
    const changed = {
      published,
      bytes,
      mark: sql`iif(${isDone}, NULL, mark)`,
      since: sql`iif(${isDone}, NULL, since)`,
    };
    await this.#d1.ask((db) => db.update(areaTables).set(changed).where(eq(areaTables.code, code)));
  }

  /** A calling code's sealed table, or null. One KV read. @param cacheTtl seconds for which it is kept near the reader */
  async readTable(callingCode: string, cacheTtl: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () => this.#kv.get(keyOf(callingCode), { type: "arrayBuffer", cacheTtl }));
    return bytes === null ? null : new Uint8Array(bytes);
  }

  async putTable(callingCode: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
    await onStore("kv", () => this.#kv.put(keyOf(callingCode), sealed));
  }

  // ── all of it ──

  /**
   * Marks what the next batches named, and after the last of them every row that stands: so all ten thousands of which
   * anything was ever said are computed anew, and each table is published. @param after number of the batch before, 0 at first
   * @returns the last batch that was marked, null at the end
   */
  async markAll(after: number, limit: number, now: number): Promise<number | null> {
    const next = sql`SELECT number FROM ${batches} WHERE number > ${after} ORDER BY number LIMIT ${limit}`;
    const [rows = []] = await this.#d1.transaction<{ last: number | null; n: number }>([
      sql`SELECT max(number) AS last, count(*) AS n FROM (${next})`,
      copyNamed(sql`number IN (${next})`, now),
    ]);
    const { last, n } = rows[0] ?? { last: null, n: 0 };
    if (n === limit) return last;
    // As if a week had begun in which ageing changes each of them.
    await this.#d1.transaction([
      sql`UPDATE ${areas} SET changes = 0`,
      sql`UPDATE ${areaTables} SET week = 0, mark = hex(randomblob(8)), since = ifnull(since, ${now})`,
    ]);
    return null;
  }
}

/** Pages have ids of 22 characters, so no page is in the way. */
function keyOf(callingCode: string): string {
  return `areas-${callingCode}`;
}

function blockFrom(hex: string): BlockId {
  return textFrom([...Uint8Array.fromHex(hex)]) as BlockId;
}
