import { sql } from "drizzle-orm";
import { onStore } from "../telemetry/store-failure.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import type { BlockId } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import { CallerRecords, isListed, WITHOUT_PARTS, type PartName } from "./caller-records.ts";
import { chunks, D1 } from "./d1-records.ts";
import { DatasetRecords } from "./dataset-records.ts";
import { callers, dirty, evidence, pages } from "./tables.ts";
import {
  selectHundreds,
  ThousandRecords,
  writeThousands,
  type HundredRecord,
  type ThousandChanges,
} from "./thousand-records.ts";

/** A page of 100 long names in the widest script is some 80 kB sealed. */
const PAGES_A_STATEMENT = 20;
/** Seconds for which a KV read is kept near the reader, absence included. */
export const KV_CACHE_TTL_S = 60;

/** A dirty mark as read: `mark` must still be there when the page is out. */
export interface Mark {
  readonly block: BlockId;
  readonly mark: string;
}

/** All that a run of the publisher needs to know, read in one transaction. */
export interface Snapshot {
  readonly complaints: readonly {
    block: BlockId;
    line: number;
    dataset: string;
    day: number;
    undated: number;
    category: string;
    complaints: number;
  }[];
  readonly names: readonly {
    block: BlockId;
    line: number;
    caller: string;
    dataset: string;
    day: number;
    undated: number;
    name: string;
    kind: string | null;
  }[];
  /** The callers of whom a part is known, with the sealed parts. */
  readonly parts: readonly ({ block: BlockId; line: number; caller: string } & Readonly<
    Record<PartName, string | null>
  >)[];
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
  readonly thousands: ThousandRecords;
  readonly #near: D1Database;
  readonly #d1: D1;
  readonly #kv: KVNamespace;

  constructor(d1: D1Database, kv: KVNamespace) {
    this.#near = d1;
    this.#d1 = new D1(d1);
    this.#kv = kv;
    this.datasets = new DatasetRecords(this.#d1);
    this.callers = new CallerRecords(this.#d1);
    this.thousands = new ThousandRecords(this.#d1);
  }

  // ── the read path ──

  /** The sealed page as KV has it, or null. One KV read. */
  async readPageFromKv(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () => this.#kv.get(block, { type: "arrayBuffer", cacheTtl: KV_CACHE_TTL_S }));
    return bytes === null ? null : new Uint8Array(bytes);
  }

  /** The sealed page as the nearest D1 replica has it, or null. One row. Not through drizzle: it is the hot path. */
  async readPageFromD1(block: BlockId): Promise<Uint8Array<ArrayBuffer> | null> {
    const session = this.#near.withSession("first-unconstrained");
    const query = session.prepare("SELECT body FROM pages WHERE block = ?").bind(block);
    const body = await onStore("d1", () => query.first<string>("body"));
    return body === null ? null : (fromBase64Url(body) ?? new Uint8Array(0)); // what is no base64 does not open
  }

  // ── publishing ──

  /** The oldest marks of a slot, at most `limit`. */
  async readMarks(slot: string, limit: number): Promise<Mark[]> {
    return this.#d1.rows<Mark>(
      sql`SELECT block, mark FROM ${dirty} WHERE slot = ${slot} ORDER BY since LIMIT ${limit}`,
    );
  }

  async readSnapshot(blocks: readonly BlockId[]): Promise<Snapshot> {
    const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(blocks)}))`;
    // Nothing of an unlisted number gets in; this is the last door.
    const here = sql`c.block IN ${wanted} AND ${isListed(sql.raw("c.id"))}`;
    const about = sql`FROM ${callers} c JOIN ${evidence} e ON e.caller = c.id WHERE ${here}`;
    const [complaints, names, parts, hundreds, versions] = await this.#d1.transaction([
      sql`SELECT c.block, c.line, e.dataset, e.day, e.undated, e.category, sum(e.complaints) AS complaints
        ${about} AND e.complaints > 0 GROUP BY 1, 2, 3, 4, 5, 6`,
      sql`SELECT c.block, c.line, e.caller, e.dataset, e.day, e.undated, e.name, e.kind ${about} AND e.name IS NOT NULL`,
      sql`SELECT c.block, c.line, c.id AS caller, c.ballot, c.ownership FROM ${callers} c
        WHERE ${here} AND NOT (${WITHOUT_PARTS})`,
      selectHundreds(wanted),
      sql`SELECT block, version FROM ${pages} WHERE block IN ${wanted}`,
    ]);
    return {
      complaints: (complaints?.results ?? []) as unknown as Snapshot["complaints"],
      names: (names?.results ?? []) as unknown as Snapshot["names"],
      parts: (parts?.results ?? []) as unknown as Snapshot["parts"],
      hundreds: (hundreds?.results ?? []) as unknown as Snapshot["hundreds"],
      versions: new Map((versions?.results ?? []).map((row) => [row["block"] as BlockId, row["version"] as number])),
    };
  }

  /**
   * Writes pages to D1, each only over the version that it was made from, and what they change of their thousands.
   * Returns the blocks that became dirty by that.
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
    const results = statements.length === 0 ? [] : await this.#d1.transaction(statements);
    return results.flatMap((result) => result.results.map((row) => row["block"] as BlockId));
  }

  /** Puts or removes a page in KV. */
  async putPage(block: BlockId, body: Uint8Array<ArrayBuffer> | null): Promise<void> {
    await onStore("kv", () => (body === null ? this.#kv.delete(block) : this.#kv.put(block, body)));
  }

  /** Clears marks that are still the ones read, of blocks whose page in D1 is still the one that was put into KV. */
  async clearMarks(published: readonly (Mark & { readonly version: number })[]): Promise<void> {
    const json = JSON.stringify(published.map(({ block, mark, version }) => [block, mark, version]));
    await this.#d1.run(sql`DELETE FROM ${dirty} WHERE block IN (
      SELECT d.block FROM json_each(${json}) j JOIN ${dirty} d ON d.block = j.value ->> 0 LEFT JOIN ${pages} p ON p.block = d.block
      WHERE d.mark = j.value ->> 1 AND ifnull(p.version, 0) = j.value ->> 2)`);
  }

  /** Puts marks behind those that came until now (ms). */
  async postpone(marks: readonly Mark[], now: number): Promise<void> {
    const json = JSON.stringify(marks.map(({ block }) => block));
    await this.#d1.run(sql`UPDATE ${dirty} SET since = ${now} WHERE block IN (SELECT value FROM json_each(${json}))`);
  }

  /** Slots with marks that have waited since before `before` (ms). */
  async readWaitingSlots(before: number): Promise<string[]> {
    const rows = await this.#d1.rows<{ slot: string }>(sql`SELECT DISTINCT slot FROM ${dirty} WHERE since < ${before}`);
    return rows.map((row) => row.slot);
  }

  /** How much is unpublished, and since when (ms, null when nothing is); D1's size in bytes. */
  async readBacklog(): Promise<{ blocks: number; oldest: number | null; bytes: number }> {
    const [result] = await this.#d1.transaction([sql`SELECT count(*) AS blocks, min(since) AS oldest FROM ${dirty}`]);
    const row = result?.results[0];
    return {
      blocks: (row?.["blocks"] as number | undefined) ?? 0,
      oldest: (row?.["oldest"] as number | null | undefined) ?? null,
      bytes: result?.meta.size_after ?? 0,
    };
  }

  /** Answers when D1 does. */
  probeD1(): Promise<unknown> {
    return this.#d1.run(sql`SELECT 1`);
  }

  /** Answers when KV does. */
  probeKv(): Promise<unknown> {
    return onStore("kv", () => this.#kv.get("probe"));
  }
}
