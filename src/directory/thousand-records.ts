import { inArray, sql, type SQL } from "drizzle-orm";
import { hexOf } from "../storage/bytes-column.ts";
import { among, chunks, type D1 } from "../storage/d1.ts";
import type { AreaId, BlockId } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import { THOUSAND_HUNDREDS } from "../verdict/thousand.ts";
import { LANES, slotOf } from "./dirty-records.ts";
import { dirty, evidence, hundreds, thousands } from "./tables.ts";

/** A block in its thousand; keyed ids. */
export interface HundredRecord {
  readonly block: BlockId;
  readonly thousand: string;
  /** `complainedUntil` of the block when it was last published; null without fresh complaints. */
  readonly until: Week | null;
}

/** Blocks that complaints name, and their thousands with the sealed digits that these share. */
export interface Hundreds {
  readonly blocks: readonly (Omit<HundredRecord, "until"> & { readonly area: AreaId })[];
  readonly thousands: readonly { readonly id: string; readonly prefix: string }[];
}

/** Rows for the blocks that complaints name. Those of which only unlisted numbers were named have no evidence, and get none. */
export function insertHundreds({ blocks, thousands: prefixes }: Hundreds): SQL[] {
  const used = sql`EXISTS (SELECT 1 FROM ${hundreds} WHERE thousand = value ->> 0)`;
  return [
    ...chunks(blocks).map((part) => {
      const json = JSON.stringify(
        part.map(({ area, block, thousand }) => [hexOf(area), hexOf(block), thousand, slotOf(block)]),
      );
      return sql`INSERT OR IGNORE INTO ${hundreds} (block, thousand, slot)
        SELECT unhex(value ->> 1), value ->> 2, value ->> 3 FROM json_each(${json})
        WHERE EXISTS (SELECT 1 FROM ${evidence} WHERE area = unhex(value ->> 0) AND block = unhex(value ->> 1))`;
    }),
    ...chunks(prefixes).map(
      (part) => sql`INSERT OR IGNORE INTO ${thousands} (id, prefix)
        SELECT value ->> 0, value ->> 1 FROM json_each(${JSON.stringify(part.map(({ id, prefix }) => [id, prefix]))}) WHERE ${used}`,
    ),
  ];
}

/** What publishing some blocks changes of their thousands. */
export interface ThousandChanges {
  /** Blocks whose `until` is another one than it was. */
  readonly changed: readonly HundredRecord[];
  /** Hundreds of bad thousands that have no row yet: they get one, and a page. */
  readonly missing: readonly Omit<HundredRecord, "until">[];
  /** Blocks without a complaint and outside bad thousands: their rows go. */
  readonly quiet: readonly (HundredRecord & { readonly area: AreaId })[];
}

/**
 * Statements that write changes of thousands, to run in the transaction that writes the pages: what stands in a row is
 * what its siblings were told of, whatever dies in between. Where a thousand is bad before or after the change, all its
 * blocks become dirty, those just published too: between their reading and this another publisher may have written. The
 * rows that the statements return are the slots that have new marks.
 */
export function writeThousands({ changed, missing, quiet }: ThousandChanges, week: Week, now: number): SQL[] {
  const isBad = (thousand: SQL): SQL =>
    sql`(SELECT count(*) FROM ${hundreds} b WHERE b.thousand = ${thousand} AND b.until >= ${week}) >= ${THOUSAND_HUNDREDS}`;
  const mark = (which: SQL): SQL =>
    sql`INSERT INTO ${dirty} (slot, lane, queued, mark, since, blocks)
      SELECT slot, ${LANES.datasets}, ${now}, hex(randomblob(8)), ${now}, json_group_array(hex(block)) FROM ${hundreds} s
      WHERE ${which} GROUP BY slot RETURNING slot`;
  const statements: SQL[] = [];
  if (changed.length > 0) {
    const json = JSON.stringify(changed.map(({ block, thousand, until }) => [hexOf(block), thousand, until]));
    const siblings = sql`s.thousand IN (SELECT value ->> 1 FROM json_each(${json})) AND ${isBad(sql.raw("s.thousand"))}`;
    statements.push(
      mark(siblings),
      sql`UPDATE ${hundreds} SET until = j.value ->> 2 FROM json_each(${json}) j WHERE block = unhex(j.value ->> 0)`,
      mark(siblings),
    );
  }
  if (missing.length > 0) {
    const json = JSON.stringify(missing.map(({ block, thousand }) => [hexOf(block), thousand, slotOf(block)]));
    statements.push(
      sql`INSERT OR IGNORE INTO ${hundreds} (block, thousand, slot) SELECT unhex(value ->> 0), value ->> 1, value ->> 2 FROM json_each(${json})`,
      mark(sql`s.block IN (SELECT unhex(value ->> 0) FROM json_each(${json}))`),
    );
  }
  if (quiet.length > 0) {
    const json = JSON.stringify(quiet.map(({ area, block, thousand }) => [hexOf(area), hexOf(block), thousand]));
    statements.push(
      sql`DELETE FROM ${hundreds} WHERE block IN (SELECT unhex(value ->> 1) FROM json_each(${json}) j WHERE NOT EXISTS (
          SELECT 1 FROM ${evidence} e WHERE e.area = unhex(j.value ->> 0) AND e.block = unhex(j.value ->> 1) AND e.complaints > 0))
        AND until IS NULL AND NOT ${isBad(sql.raw("hundreds.thousand"))}`,
      sql`DELETE FROM ${thousands} WHERE id IN (SELECT value ->> 2 FROM json_each(${json}))
        AND NOT EXISTS (SELECT 1 FROM ${hundreds} WHERE thousand = thousands.id)`,
    );
  }
  return statements;
}

/** The thousands' digits, in D1. */
export class ThousandRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /** The sealed digits that the numbers of a thousand share, by its id. */
  async readPrefixes(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#d1.ask((db) => db.select().from(thousands).where(among(thousands.id, ids)));
    return new Map(rows.map(({ id, prefix }) => [id, prefix]));
  }

  /** The thousands in which blocks lie that are known from complaints or lie around such blocks. */
  readThousandsOf(blocks: readonly BlockId[]): Promise<{ block: BlockId; thousand: string }[]> {
    const { block, thousand } = hundreds;
    return this.#d1.ask((db) =>
      db
        .select({ block, thousand })
        .from(hundreds)
        .where(inArray(block, [...blocks])),
    );
  }
}
