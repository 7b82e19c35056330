import { and, eq, notExists, sql, type SQL } from "drizzle-orm";
import { among, type D1 } from "../storage/d1.ts";
import { markDirty } from "./dirty-records.ts";
import { callers, evidence, unlisted } from "./tables.ts";

/** Where a number is published: keyed ids of number and block, and its line, 0–99. */
export interface CallerPlace {
  readonly caller: string;
  readonly block: string;
  readonly line: number;
}

/** The parts of a caller, each with one writer. */
export type PartName = "ballot" | "ownership";

/** A part's columns: its sealed text and the writer's revision. */
const COLUMNS: Readonly<Record<PartName, { readonly part: SQL; readonly revision: SQL }>> = {
  ballot: { part: sql.raw("ballot"), revision: sql.raw("ballot_revision") },
  ownership: { part: sql.raw("ownership"), revision: sql.raw("ownership_revision") },
};

/** True for a caller without parts. */
export const WITHOUT_PARTS = sql`ballot IS NULL AND ownership IS NULL`;

/** True for ids of numbers that are not unlisted. */
export function isListed(id: SQL): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${unlisted} WHERE ${unlisted.id} = ${id})`;
}

/** The callers' parts, and the tombstones of unlisted numbers. */
export class CallerRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /**
   * Writes a part and marks its block dirty, in one transaction. A part of an unlisted number, or not newer than the
   * one that stands, is left out; a caller of which nothing is known any more goes, its revisions with it. So does the
   * revision of an ownership that says nothing: its object has deleted everything, and may start again.
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
    const isUnlisted = eq(unlisted.id, caller);
    const [, , , tombstones] = await this.#d1.batch((db) => [
      // As SQL: drizzle's builder inserts no row on a condition.
      db.run(sql`INSERT INTO ${callers} (id, block, line, ${columns.part}, ${columns.revision})
        SELECT ${caller}, ${block}, ${line}, ${sealed}, ${revision} WHERE ${isListed(sql`${caller}`)}
        ON CONFLICT (id) DO UPDATE SET ${columns.part} = excluded.${columns.part}, ${columns.revision} = ${stored}
        WHERE callers.${columns.revision} < excluded.${columns.revision}`),
      db
        .delete(callers)
        .where(
          and(
            eq(callers.id, caller),
            WITHOUT_PARTS,
            notExists(db.select().from(evidence).where(eq(evidence.caller, caller))),
          ),
        ),
      db.run(markDirty(sql`SELECT ${block} AS block`, "people", now)),
      db.select({ id: unlisted.id }).from(unlisted).where(isUnlisted),
    ]);
    return { unlisted: tombstones.length > 0 };
  }

  /** Sets a number's tombstone and drops everything known of it, in one transaction with its block's dirty mark. */
  async unlist({ caller, block }: CallerPlace, now: number): Promise<void> {
    await this.#d1.batch((db) => [
      db.insert(unlisted).values({ id: caller }).onConflictDoNothing(),
      db.delete(evidence).where(eq(evidence.caller, caller)),
      db.delete(callers).where(eq(callers.id, caller)),
      db.run(markDirty(sql`SELECT ${block} AS block`, "people", now)),
    ]);
  }

  /** Removes a tombstone. */
  async relist(caller: string): Promise<void> {
    await this.#d1.ask((db) => db.delete(unlisted).where(eq(unlisted.id, caller)));
  }

  async isUnlisted(caller: string): Promise<boolean> {
    return (await this.unlistedAmong([caller])).has(caller);
  }

  /** The unlisted ones among some numbers, in one query. @param ids their keyed ids, a few thousand at most */
  async unlistedAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#d1.ask((db) => db.select().from(unlisted).where(among(unlisted.id, ids)));
    return new Set(rows.map(({ id }) => id));
  }
}
