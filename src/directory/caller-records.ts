import { sql, type SQL } from "drizzle-orm";
import { markDirty, type D1 } from "./d1-records.ts";
import { callers, evidence, unlisted } from "./tables.ts";

/** Where a number is published: keyed ids of number and block, and its line, 0–99. */
export interface CallerPlace {
  readonly caller: string;
  readonly block: string;
  readonly line: number;
}

/** The parts of a caller, each with one writer. */
export type PartName = "ballot" | "ownership";

/** A part's columns: its sealed text, and the writer's revision that it is of. */
const COLUMNS: Readonly<Record<PartName, { readonly part: SQL; readonly revision: SQL }>> = {
  ballot: { part: sql.raw("ballot"), revision: sql.raw("ballot_revision") },
  ownership: { part: sql.raw("ownership"), revision: sql.raw("ownership_revision") },
};

/** Holds for a caller that no part is known of. */
export const WITHOUT_PARTS = sql.raw("ballot IS NULL AND ownership IS NULL");

/** Holds for ids of numbers that are not unlisted. */
export function isListed(id: SQL): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${unlisted} WHERE ${unlisted.id} = ${id})`;
}

/** The callers' parts, and the tombstones of those that were taken out. */
export class CallerRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /**
   * Writes a part and marks its block dirty, in one transaction. A part of an unlisted number, or not newer than the
   * one that stands, is left out; a caller of which nothing is known any more goes, its revisions with it. So does the
   * revision of an ownership that says nothing any more: its object forgets everything, and may begin anew.
   */
  async writePart(
    name: PartName,
    { caller, block, line }: CallerPlace,
    sealed: string | null,
    revision: number,
    now: number,
  ): Promise<{ unlisted: boolean }> {
    const columns = COLUMNS[name];
    const stored = name === "ownership" && sealed === null ? 0 : revision;
    const results = await this.#d1.transaction([
      sql`INSERT INTO ${callers} (id, block, line, ${columns.part}, ${columns.revision})
        SELECT ${caller}, ${block}, ${line}, ${sealed}, ${revision} WHERE ${isListed(sql`${caller}`)}
        ON CONFLICT (id) DO UPDATE SET ${columns.part} = excluded.${columns.part}, ${columns.revision} = ${stored}
        WHERE callers.${columns.revision} < excluded.${columns.revision}`,
      sql`DELETE FROM ${callers} WHERE id = ${caller} AND ${WITHOUT_PARTS} AND NOT EXISTS (SELECT 1 FROM ${evidence} WHERE caller = ${caller})`,
      markDirty(sql`SELECT ${block} AS block`, now),
      sql`SELECT count(*) AS n FROM ${unlisted} WHERE id = ${caller}`,
    ]);
    return { unlisted: results[3]?.results[0]?.["n"] === 1 };
  }

  /** Sets a number's tombstone and drops all that is known of it, in one transaction with its block's dirty mark. */
  async unlist({ caller, block }: CallerPlace, now: number): Promise<void> {
    await this.#d1.transaction([
      sql`INSERT OR IGNORE INTO ${unlisted} (id) VALUES (${caller})`,
      sql`DELETE FROM ${evidence} WHERE caller = ${caller}`,
      sql`DELETE FROM ${callers} WHERE id = ${caller}`,
      markDirty(sql`SELECT ${block} AS block`, now),
    ]);
  }

  /** Takes a tombstone away. */
  async relist(caller: string): Promise<void> {
    await this.#d1.run(sql`DELETE FROM ${unlisted} WHERE id = ${caller}`);
  }

  async isUnlisted(caller: string): Promise<boolean> {
    const rows = await this.#d1.rows(sql`SELECT id FROM ${unlisted} WHERE id = ${caller}`);
    return rows.length > 0;
  }

  /** Those of some numbers that were taken out, in one query. @param ids their keyed ids, some thousands at most */
  async unlistedAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#d1.rows<{ id: string }>(
      sql`SELECT id FROM ${unlisted} WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
    );
    return new Set(rows.map(({ id }) => id));
  }
}
