import { and, eq, sql, type SQL } from "drizzle-orm";
import { bytesOf, hexOf } from "../storage/bytes-column.ts";
import type { D1 } from "../storage/d1.ts";
import { insertAreaMark, type NamedAreas } from "./area-marks.ts";
import { insertMarks, type NewMark } from "./dirty-records.ts";
import type { CallerPlace } from "./place.ts";
import { callers, evidence, unlisted } from "./tables.ts";

/** The parts of a caller, each with one writer. */
export type PartName = "ballot" | "ownership";

/** A part's columns: its sealed text and the writer's revision. */
const COLUMNS: Readonly<Record<PartName, { readonly part: SQL; readonly revision: SQL }>> = {
  ballot: { part: sql.raw("ballot"), revision: sql.raw("ballot_revision") },
  ownership: { part: sql.raw("ownership"), revision: sql.raw("ownership_revision") },
};

/** True for lines of blocks that are not unlisted. */
export function isListed(block: SQL, line: SQL): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${unlisted} u WHERE u.block = ${block} AND u.line = ${line})`;
}

/** What a change of a caller makes dirty: its block, and its ten thousand where a formula is fitted for it (else null). */
export interface CallerMarks {
  readonly marks: readonly NewMark[];
  readonly named: NamedAreas | null;
}

/** The callers' parts, and the tombstones of unlisted numbers. */
export class CallerRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /**
   * Writes a part and marks its block dirty, in one transaction. A part of an unlisted number, or not newer than the
   * one that stands, is left out; a caller without parts goes, its revisions with it. So does the revision of an
   * ownership that says nothing: its object has deleted everything, and may start again.
   */
  async writePart(
    name: PartName,
    place: CallerPlace,
    { marks, named }: CallerMarks,
    sealed: string | null,
    revision: number,
    now: number,
  ): Promise<{ unlisted: boolean }> {
    const columns = COLUMNS[name];
    const stored = name === "ownership" && sealed === null ? 0 : revision;
    const [area, block, line] = [bytesOf(place.area), bytesOf(place.block), place.line];
    const bytes = sealed === null ? null : bytesOf(sealed);
    const [, , , tombstones] = await this.#d1.batch((db) => [
      // As SQL: drizzle's builder inserts no row on a condition.
      db.run(sql`INSERT INTO ${callers} (area, block, line, ${columns.part}, ${columns.revision})
        SELECT ${area}, ${block}, ${line}, ${bytes}, ${revision} WHERE ${isListed(sql`${block}`, sql`${line}`)}
        ON CONFLICT (area, block, line) DO UPDATE SET ${columns.part} = excluded.${columns.part}, ${columns.revision} = ${stored}
        WHERE callers.${columns.revision} < excluded.${columns.revision}`),
      db.delete(callers).where(and(isCaller(place), sql`ballot IS NULL AND ownership IS NULL`)),
      db.run(insertMarks(marks, "people", now)),
      db.select().from(unlisted).where(isUnlisted(place)),
      ...(named === null ? [] : [db.run(insertAreaMark(named, now))]),
    ]);
    return { unlisted: tombstones.length > 0 };
  }

  /** Sets a number's tombstone and drops everything known of it, in one transaction with its block's dirty mark. */
  async unlist(place: CallerPlace, { marks, named }: CallerMarks, now: number): Promise<void> {
    const { area, block, line } = place;
    await this.#d1.batch((db) => [
      db.insert(unlisted).values({ block, line }).onConflictDoNothing(),
      db.delete(evidence).where(and(eq(evidence.area, area), eq(evidence.block, block), eq(evidence.line, line))),
      db.delete(callers).where(isCaller(place)),
      db.run(insertMarks(marks, "people", now)),
      ...(named === null ? [] : [db.run(insertAreaMark(named, now))]),
    ]);
  }

  /** Removes a tombstone. */
  async relist(place: CallerPlace): Promise<void> {
    await this.#d1.ask((db) => db.delete(unlisted).where(isUnlisted(place)));
  }

  /** Which of some numbers are unlisted, in their order, in one query. @param places a few thousand at most */
  async areUnlisted(places: readonly CallerPlace[]): Promise<boolean[]> {
    const json = JSON.stringify(places.map(({ block, line }) => [hexOf(block), line]));
    const [rows = []] = await this.#d1.transaction<{ at: number }>([
      sql`SELECT j.key AS at FROM json_each(${json}) j JOIN ${unlisted} u ON u.block = unhex(j.value ->> 0) AND u.line = j.value ->> 1`,
    ]);
    const out = new Set(rows.map(({ at }) => at));
    return places.map((_, at) => out.has(at));
  }
}

function isCaller({ area, block, line }: CallerPlace): SQL | undefined {
  return and(eq(callers.area, area), eq(callers.block, block), eq(callers.line, line));
}

function isUnlisted({ block, line }: CallerPlace): SQL | undefined {
  return and(eq(unlisted.block, block), eq(unlisted.line, line));
}
