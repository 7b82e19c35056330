import { gt, inArray, sql } from "drizzle-orm";
import { bytesOf, hexOf, textFrom, type StoredBytes } from "../storage/bytes-column.ts";
import { chunksBySize, D1 } from "../storage/d1.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { BlockId } from "../vault/vault.ts";
import { AreaRecords } from "./area-records.ts";
import { CallerRecords, isListed } from "./caller-records.ts";
import { CopyRecords, KV_CACHE_TTL_S } from "./copy-records.ts";
import { DatasetRecords } from "./dataset-records.ts";
import { DirtyRecords } from "./dirty-records.ts";
import { DropRecords } from "./drop-records.ts";
import type { BlockPlace } from "./place.ts";
import { areas, batches, callers, evidence, pages } from "./tables.ts";

/** Where a row belongs. */
interface OnPage {
  readonly block: BlockId;
  readonly line: number;
}

/** Complaints about a line from one dataset, of one day and category, summed. */
export interface ComplaintSum extends OnPage {
  readonly dataset: string;
  readonly day: number;
  readonly undated: number;
  readonly category: number;
  readonly complaints: number;
}

/** A name that a dataset gives a line, sealed. */
export interface SealedName extends OnPage {
  readonly dataset: string;
  readonly day: number;
  readonly undated: number;
  readonly name: string;
  readonly kind: number;
}

/** The parts of a line, sealed. */
export interface SealedParts extends OnPage {
  readonly ballot: string | null;
  readonly ownership: string | null;
}

/** Everything that a run of the publisher needs, read in one transaction. */
export interface Snapshot {
  readonly complaints: readonly ComplaintSum[];
  readonly names: readonly SealedName[];
  readonly parts: readonly SealedParts[];
  /** What complaints make suspected in their ten thousands, sealed. */
  readonly areas: readonly { readonly block: BlockId; readonly body: string }[];
  readonly versions: ReadonlyMap<BlockId, number>;
}

/** A page to be written: its next version and its sealed bytes, or null to remove it. */
export interface PageWrite {
  readonly block: BlockId;
  readonly version: number;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** A row of the `at`-th of the blocks asked for. */
type At<Row> = Omit<Row, "block"> & { readonly at: number };

/** The directory's published pages in D1 and KV, and what they are made from. */
export class DirectoryRecords {
  readonly datasets: DatasetRecords;
  readonly callers: CallerRecords;
  readonly dirty: DirtyRecords;
  readonly copy: CopyRecords;
  readonly drops: DropRecords;
  readonly areas: AreaRecords;
  readonly #near: D1Database;
  readonly #d1: D1;
  readonly #kv: KVNamespace;

  constructor(d1: D1Database, kv: KVNamespace) {
    this.#near = d1;
    this.#d1 = new D1(d1);
    this.#kv = kv;
    this.datasets = new DatasetRecords(this.#d1);
    this.callers = new CallerRecords(this.#d1);
    this.dirty = new DirtyRecords(this.#d1);
    this.copy = new CopyRecords(this.#d1, kv);
    this.drops = new DropRecords(this.#d1);
    this.areas = new AreaRecords(this.#d1, kv);
  }

  // ── the read path ──

  /** The sealed page in KV, or null. One KV read. */
  async readPageFromKv(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () => this.#kv.get(block, { type: "arrayBuffer", cacheTtl: KV_CACHE_TTL_S }));
    return bytes === null ? null : new Uint8Array(bytes);
  }

  /** The sealed page as the nearest D1 replica has it, or null. One row. As SQL: a call waits for it (storage/README.md). */
  async readPageFromD1(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    const session = this.#near.withSession("first-unconstrained");
    const query = session.prepare("SELECT body FROM pages WHERE block = ?").bind(bytesOf(block));
    const body = await onStore("d1", () => query.first<StoredBytes>("body"));
    if (body === null) return null;
    return typeof body === "string" ? new Uint8Array(0) : Uint8Array.from(body); // a text does not open
  }

  // ── publishing ──

  /** The sealed pages of blocks, as far as they have one. */
  async readPages(blocks: readonly BlockId[]): Promise<{ block: BlockId; body: string }[]> {
    const { block, body } = pages;
    return this.#d1.ask((db) =>
      db
        .select({ block, body })
        .from(pages)
        .where(inArray(block, [...blocks])),
    );
  }

  /** Ids of pages in order, each with that of the key that sealed it. @param after the last one of those before */
  sealsOfPages(after: BlockId | string | null, limit: number): Promise<{ block: BlockId; key: string }[]> {
    const { block, body } = pages;
    const key = sql<string>`lower(hex(substr(${body}, 1, 4)))`.as("key");
    const later = after === null ? undefined : gt(block, after as BlockId);
    return this.#d1.ask((db) => db.select({ block, key }).from(pages).where(later).orderBy(block).limit(limit));
  }

  /** What is known of blocks. As SQL: which blocks they are comes out of a JSON array. */
  async readSnapshot(blocks: readonly BlockPlace[]): Promise<Snapshot> {
    const wanted = sql`json_each(${JSON.stringify(blocks.map(({ area, block }) => [hexOf(area), hexOf(block)]))}) j`;
    const [inArea, inBlock] = [sql`= unhex(j.value ->> 0)`, sql`= unhex(j.value ->> 1)`];
    // The last check that nothing of an unlisted number is published.
    const said = sql`FROM ${wanted} CROSS JOIN ${evidence} e ON e.area ${inArea} AND e.block ${inBlock}
      JOIN ${batches} b ON b.number = e.batch WHERE ${isListed(sql`e.block`, sql`e.line`)}`;
    const [complaints, names, parts, around, versions] = await this.#d1.batch((db) => [
      db.all<
        At<ComplaintSum>
      >(sql`SELECT j.key AS at, e.line, b.dataset, e.day, e.undated, e.form AS category, sum(e.complaints) AS complaints
        ${said} AND e.complaints > 0 GROUP BY j.key, e.line, b.dataset, e.day, e.undated, e.form`),
      db.all<
        At<Omit<SealedName, "name">> & { readonly name: StoredBytes }
      >(sql`SELECT j.key AS at, e.line, b.dataset, e.day, e.undated, e.kind, e.name
        ${said} AND e.name IS NOT NULL`),
      db.all<
        At<OnPage> & { readonly ballot: StoredBytes | null; readonly ownership: StoredBytes | null }
      >(sql`SELECT j.key AS at, c.line, c.ballot, c.ownership
        FROM ${wanted} CROSS JOIN ${callers} c ON c.area ${inArea} AND c.block ${inBlock} WHERE ${isListed(sql`c.block`, sql`c.line`)}`),
      db.all<{ at: number; body: StoredBytes }>(
        sql`SELECT j.key AS at, a.body FROM ${wanted} JOIN ${areas} a ON a.area ${inArea}`,
      ),
      db.all<{ at: number; version: number }>(
        sql`SELECT j.key AS at, p.version FROM ${wanted} JOIN ${pages} p ON p.block ${inBlock}`,
      ),
    ]);
    const ids = blocks.map(({ block }) => block);
    return {
      complaints: placed(ids, complaints),
      names: placed(ids, names).map((row) => ({ ...row, name: textFrom(row.name) })),
      parts: placed(ids, parts).map(({ ballot, ownership, ...row }) => ({
        ...row,
        ballot: ballot === null ? null : textFrom(ballot),
        ownership: ownership === null ? null : textFrom(ownership),
      })),
      areas: placed(ids, around).map((row) => ({ ...row, body: textFrom(row.body) })),
      versions: new Map(placed(ids, versions).map(({ block, version }) => [block, version])),
    };
  }

  /**
   * Writes pages to D1, each only over the version that it was made from. As SQL: rows come out of JSON arrays.
   */
  async writePages(writes: readonly PageWrite[]): Promise<void> {
    const puts = writes.filter((write) => write.body !== null);
    const removals = writes.filter((write) => write.body === null);
    const statements = chunksBySize(puts, ({ body }) => body?.byteLength ?? 0).map((part) => {
      const json = JSON.stringify(part.map(({ block, body, version }) => [hexOf(block), body?.toHex(), version]));
      return sql`INSERT INTO ${pages} (block, body, version) SELECT unhex(value ->> 0), unhex(value ->> 1), value ->> 2 FROM json_each(${json}) WHERE true
        ON CONFLICT (block) DO UPDATE SET body = excluded.body, version = excluded.version WHERE pages.version = excluded.version - 1`;
    });
    if (removals.length > 0) {
      const json = JSON.stringify(removals.map(({ block, version }) => [hexOf(block), version]));
      statements.push(sql`DELETE FROM ${pages} WHERE block IN (
        SELECT p.block FROM json_each(${json}) j JOIN ${pages} p ON p.block = unhex(j.value ->> 0) WHERE p.version = (j.value ->> 1) - 1)`);
    }
    await this.#d1.transaction(statements);
  }

  /** Puts or removes a page in KV. */
  async putPage(block: BlockId, body: Uint8Array<ArrayBuffer> | null): Promise<void> {
    await onStore("kv", () => (body === null ? this.#kv.delete(block) : this.#kv.put(block, body)));
  }

  /** D1's size in bytes. */
  async readSize(): Promise<number> {
    // It stands beside the rows that a statement gives, which the builder leaves out.
    const result = await this.#d1.ask((db) => db.run(sql`SELECT 1`));
    return result.meta.size_after;
  }

  /** Resolves if D1 answers. */
  probeD1(): Promise<unknown> {
    return this.#d1.transaction([sql`SELECT 1`]);
  }

  /** Resolves if KV answers. */
  probeKv(): Promise<unknown> {
    return onStore("kv", () => this.#kv.get("probe"));
  }
}

/** Rows with the block that they are of. */
function placed<Row extends { readonly at: number }>(
  blocks: readonly BlockId[],
  rows: readonly Row[],
): (Omit<Row, "at"> & { readonly block: BlockId })[] {
  return rows.flatMap(({ at, ...row }) => {
    const block = blocks[at];
    return block === undefined ? [] : [{ ...row, block }];
  });
}
