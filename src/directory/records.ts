import { and, eq, gt, inArray, isNotNull, or, sql } from "drizzle-orm";
import { among, chunks, D1 } from "../storage/d1.ts";
import { onStore } from "../telemetry/store-failure.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import type { BlockId } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import { AreaRecords } from "./area-records.ts";
import { CallerRecords, isListed } from "./caller-records.ts";
import { CopyRecords, KV_CACHE_TTL_S } from "./copy-records.ts";
import { DatasetRecords } from "./dataset-records.ts";
import { DirtyRecords, type Mark } from "./dirty-records.ts";
import { callers, evidence, hundreds, pages } from "./tables.ts";
import { ThousandRecords, writeThousands, type HundredRecord, type ThousandChanges } from "./thousand-records.ts";

/** A page of 100 long names in the widest script is some 80 kB sealed. */
const PAGES_A_STATEMENT = 20;
/** Where a caller is on which page. */
interface OnPage {
  readonly block: BlockId;
  readonly line: number;
}
type Evidence = typeof evidence.$inferSelect;
type Parts = Pick<typeof callers.$inferSelect, "ballot" | "ownership">;

/** Everything that a run of the publisher needs, read in one transaction. */
export interface Snapshot {
  readonly complaints: readonly (OnPage & Pick<Evidence, "dataset" | "day" | "undated" | "category" | "complaints">)[];
  readonly names: readonly (OnPage &
    Pick<Evidence, "caller" | "dataset" | "day" | "undated" | "kind"> & { name: string })[];
  /** The callers with parts, sealed. */
  readonly parts: readonly (OnPage & { readonly caller: string } & Parts)[];
  /** All hundreds of the thousands in which the blocks lie, as far as they have rows. */
  readonly hundreds: readonly HundredRecord[];
  readonly versions: ReadonlyMap<BlockId, number>;
}

/** A page to be written: its next version and its sealed bytes as text, or null to remove it. */
export interface PageWrite {
  readonly block: BlockId;
  readonly version: number;
  readonly body: string | null;
}

/** The directory's published pages in D1 and KV, and what they are made from. */
export class DirectoryRecords {
  readonly datasets: DatasetRecords;
  readonly callers: CallerRecords;
  readonly dirty: DirtyRecords;
  readonly copy: CopyRecords;
  readonly thousands: ThousandRecords;
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
    this.copy = new CopyRecords(kv);
    this.thousands = new ThousandRecords(this.#d1);
    this.areas = new AreaRecords(kv);
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
    const query = session.prepare("SELECT body FROM pages WHERE block = ?").bind(block);
    const body = await onStore("d1", () => query.first<string>("body"));
    return body === null ? null : (fromBase64Url(body) ?? new Uint8Array(0)); // what is no base64 does not open
  }

  // ── publishing ──

  async readSnapshot(blocks: readonly BlockId[]): Promise<Snapshot> {
    // The last check that nothing of an unlisted number is published.
    const here = and(among(callers.block, blocks), isListed(sql`${callers.id}`));
    const onPage = { block: callers.block, line: callers.line };
    const { caller, dataset, day, undated, category, complaints, name, kind } = evidence;
    const complaint = { ...onPage, dataset, day, undated, category };
    const columns = [callers.block, callers.line, dataset, day, undated, category];
    const [complained, names, parts, siblings, versions] = await this.#d1.batch((db) => [
      db
        .select({ ...complaint, complaints: sql<number>`sum(${complaints})`.as("total") })
        .from(callers)
        .innerJoin(evidence, eq(caller, callers.id))
        .where(and(here, gt(complaints, 0)))
        .groupBy(...columns),
      db
        .select({ ...onPage, caller, dataset, day, undated, name: sql<string>`${name}`, kind })
        .from(callers)
        .innerJoin(evidence, eq(caller, callers.id))
        .where(and(here, isNotNull(name))),
      db
        .select({ ...onPage, caller: callers.id, ballot: callers.ballot, ownership: callers.ownership })
        .from(callers)
        .where(and(here, or(isNotNull(callers.ballot), isNotNull(callers.ownership)))),
      db
        .select({ block: hundreds.block, thousand: hundreds.thousand, until: hundreds.until })
        .from(hundreds)
        .where(
          inArray(
            hundreds.thousand,
            db.select({ thousand: hundreds.thousand }).from(hundreds).where(among(hundreds.block, blocks)),
          ),
        ),
      db.select({ block: pages.block, version: pages.version }).from(pages).where(among(pages.block, blocks)),
    ]);
    return {
      complaints: complained,
      names,
      parts,
      hundreds: siblings,
      versions: new Map(versions.map(({ block, version }) => [block, version])),
    };
  }

  /**
   * Writes pages to D1, each only over the version that it was made from, and what they change of their thousands.
   * Returns the blocks that became dirty by that. As SQL: rows come out of JSON arrays.
   */
  async writePages(
    writes: readonly PageWrite[],
    changes: ThousandChanges,
    week: Week,
    now: number,
  ): Promise<readonly BlockId[]> {
    const puts = writes.filter((write) => write.body !== null);
    const removals = writes.filter((write) => write.body === null);
    const statements = chunks(puts, PAGES_A_STATEMENT).map((part) => {
      const json = JSON.stringify(part.map((write) => [write.block, write.body, write.version]));
      return sql`INSERT INTO ${pages} (block, body, version) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${json}) WHERE true
        ON CONFLICT (block) DO UPDATE SET body = excluded.body, version = excluded.version WHERE pages.version = excluded.version - 1`;
    });
    if (removals.length > 0) {
      const json = JSON.stringify(removals.map((write) => [write.block, write.version]));
      statements.push(sql`DELETE FROM ${pages} WHERE block IN (
        SELECT p.block FROM json_each(${json}) j JOIN ${pages} p ON p.block = j.value ->> 0 WHERE p.version = (j.value ->> 1) - 1)`);
    }
    statements.push(...writeThousands(changes, week, now));
    const marked = await this.#d1.transaction<Pick<Mark, "block">>(statements);
    return marked.flat().map(({ block }) => block);
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
