import { asc, eq, gt, sql } from "drizzle-orm";
import { hexOf, textFrom, type StoredBytes } from "../storage/bytes-column.ts";
import type { D1 } from "../storage/d1.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { BlockId } from "../vault/vault.ts";
import { MARKER_KEY } from "./copy-marker.ts";
import type { CopyState } from "./copy-state.ts";
import { insertMarks, slotOf, type NewMark } from "./dirty-records.ts";
import { copy, dirty, pages } from "./tables.ts";

/** Seconds for which a KV read is kept near the reader, absence included. */
export const KV_CACHE_TTL_S = 60;
/** A page's key: a keyed id. KV holds other things under shorter ones. */
const PAGE_KEY = /^[A-Za-z0-9_-]{22}$/;

/** No bytes: before all ids. */
const FIRST = "" as BlockId;

/** The state as it was read: a change is made to this version only. */
export interface StoredCopy {
  readonly version: number;
  readonly state: CopyState;
}

/** Pages of D1 and KV, side by side. */
export class CopyRecords {
  readonly #d1: D1;
  readonly #kv: KVNamespace;

  constructor(d1: D1, kv: KVNamespace) {
    this.#d1 = d1;
    this.#kv = kv;
  }

  // ── what is known of them ──

  async read(): Promise<StoredCopy | null> {
    const row = await this.#d1.first((db) => db.select().from(copy));
    // Only this class writes it.
    return row === null ? null : { version: row.version, state: JSON.parse(row.state) as CopyState };
  }

  /** Writes the first state; if another one was faster, nothing. */
  async create(state: CopyState): Promise<void> {
    const row = { one: 1, version: 1, state: JSON.stringify(state) };
    await this.#d1.ask((db) => db.insert(copy).values(row).onConflictDoNothing());
  }

  /**
   * Writes the state that follows from the one that was read, and marks blocks. False if that is not the newest any more:
   * then only the marks were written, which does no harm.
   */
  async write({ version }: StoredCopy, state: CopyState, marks: readonly NewMark[], now: number): Promise<boolean> {
    const next = { version: version + 1, state: JSON.stringify(state) };
    const [, written] = await this.#d1.batch((db) => [
      db.run(insertMarks(marks, "datasets", now)),
      db.update(copy).set(next).where(eq(copy.version, version)),
    ]);
    return written.meta.changes > 0;
  }

  /** The sealed marker, or null. One KV read. */
  async readMarker(): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#get(MARKER_KEY);
  }

  /** Puts the marker, or removes it. */
  async putMarker(sealed: Uint8Array<ArrayBuffer> | null): Promise<void> {
    await onStore("kv", () => (sealed === null ? this.#kv.delete(MARKER_KEY) : this.#kv.put(MARKER_KEY, sealed)));
  }

  // ── D1's pages ──

  /** The next pages in the order of their ids, sealed, base64url. @param after null for the first */
  readPages(after: BlockId | null, limit: number): Promise<{ block: BlockId; body: string }[]> {
    const { block, body } = pages;
    const later = gt(block, after ?? FIRST);
    return this.#d1.ask((db) => db.select({ block, body }).from(pages).where(later).orderBy(asc(block)).limit(limit));
  }

  /** The ids of the next pages. @param after null for the first */
  async readBlocks(after: BlockId | null, limit: number): Promise<BlockId[]> {
    const { block } = pages;
    const later = gt(block, after ?? FIRST);
    const rows = await this.#d1.ask((db) =>
      db.select({ block }).from(pages).where(later).orderBy(asc(block)).limit(limit),
    );
    return rows.map((row) => row.block);
  }

  async countPages(): Promise<number> {
    const row = await this.#d1.first((db) => db.select({ n: sql<number>`count(*)` }).from(pages));
    return row?.n ?? 0;
  }

  /** Those of the blocks that have no page in D1. As SQL: they come out of a JSON array. */
  async withoutPage(blocks: readonly BlockId[]): Promise<BlockId[]> {
    const [rows = []] = await this.#d1.transaction<{ block: StoredBytes }>([
      sql`SELECT unhex(j.value) AS block FROM json_each(${JSON.stringify(blocks.map(hexOf))}) j
        WHERE NOT EXISTS (SELECT 1 FROM ${pages} p WHERE p.block = unhex(j.value))`,
    ]);
    return rows.map(({ block }) => textFrom(block) as BlockId);
  }

  // ── marks ──

  /** Those of the blocks that no mark names. As SQL: they come out of a JSON array. Reads all marks of their slots. */
  async withoutMark(blocks: readonly BlockId[]): Promise<BlockId[]> {
    if (blocks.length === 0) return [];
    const [rows = []] = await this.#d1.transaction<{ block: StoredBytes }>([
      sql`WITH marked AS (SELECT DISTINCT upper(b.value) AS block FROM ${dirty} d, json_each(d.blocks) b
          WHERE d.slot IN (SELECT value FROM json_each(${JSON.stringify([...new Set(blocks.map(slotOf))])})))
        SELECT unhex(j.value) AS block FROM json_each(${JSON.stringify(blocks.map(hexOf))}) j
        WHERE upper(j.value) NOT IN (SELECT block FROM marked)`,
    ]);
    return rows.map(({ block }) => textFrom(block) as BlockId);
  }

  /** Whether a mark of until then (ms) was never tried. One whose page cannot be made was, and keeps nobody waiting. */
  async hasUntriedMark(until: number): Promise<boolean> {
    const untried = sql`${dirty.since} <= ${until} AND ${dirty.queued} = ${dirty.since}`;
    const row = await this.#d1.first((db) => db.select({ mark: dirty.mark }).from(dirty).where(untried).limit(1));
    return row !== null;
  }

  // ── KV's pages ──

  /** A sealed page in KV, or null. One KV read. */
  readCopied(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#get(block);
  }

  /** The blocks that have a page in KV, at most 1,000, and where to go on: null at the end. @param cursor null for the first */
  async listCopied(cursor: string | null): Promise<{ blocks: BlockId[]; cursor: string | null }> {
    const list = await onStore("kv", () => this.#kv.list(cursor === null ? {} : { cursor }));
    const blocks = list.keys.map(({ name }) => name).filter((name) => PAGE_KEY.test(name)) as BlockId[];
    return { blocks, cursor: list.list_complete ? null : list.cursor };
  }

  async #get(key: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () => this.#kv.get(key, { type: "arrayBuffer", cacheTtl: KV_CACHE_TTL_S }));
    return bytes === null ? null : new Uint8Array(bytes);
  }
}
