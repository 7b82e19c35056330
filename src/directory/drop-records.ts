import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { bytesOf, textFrom } from "../storage/bytes-column.ts";
import type { D1 } from "../storage/d1.ts";
import { copyNamed } from "./area-marks.ts";
import { insertShownMarks, marksOfDropped } from "./dirty-records.ts";
import { batches, datasets, evidence } from "./tables.ts";

/** Rows of evidence that one step walks over, of whatever dataset: reading a row costs a thousandth of writing one. */
const ROWS_A_STEP = 2500;
/** Bytes of an id. */
const ID = 16;

/** A drop under way: the edition that is kept ("" for none), and how far it has come (null at the beginning). */
interface Dropping {
  readonly dataset: string;
  readonly keep: string;
  readonly walked: string | null;
}

/**
 * Dropping a dataset, or all of it but one edition. Evidence has no index by batch, which every row would pay for, so a
 * drop walks over all of it in the order of its key. How far it has come is stored with what it removes.
 */
export class DropRecords {
  readonly #d1: D1;

  constructor(d1: D1) {
    this.#d1 = d1;
  }

  /**
   * Marks a dataset for dropping: all its rows but those of edition `keep` ("" keeps none, and begins anew). While a drop is
   * under way no other edition can be kept: rows of it may be gone, and its batches would still be taken for imported.
   */
  async mark(dataset: string, keep: string): Promise<void> {
    const walked = sql`iif(keep IS ${keep}, walked, NULL)`;
    await this.#d1.ask((db) =>
      db
        .update(datasets)
        .set({ keep, walked })
        .where(and(eq(datasets.id, dataset), sql`(keep IS NULL OR keep = ${keep} OR ${keep} = '')`)),
    );
  }

  /**
   * Removes the next rows, marks their blocks dirty, and at the end removes the dataset, or its old batches. Does nothing
   * if another step was faster. @param rows walked over, as far as the last block of them
   */
  async step(
    dataset: string,
    keep: string,
    now: number,
    rows = ROWS_A_STEP,
  ): Promise<{ removed: number; done: boolean }> {
    const [found] = await this.#d1.ask((db) =>
      db.select({ keep: datasets.keep, walked: datasets.walked }).from(datasets).where(eq(datasets.id, dataset)),
    );
    if (found?.keep !== keep) return { removed: 0, done: true };
    const dropping = { dataset, keep, walked: found.walked };
    const from = bytesOf(found.walked ?? "");
    const end = await this.#end(from, rows);
    const within = sql`(area, block) > (${from.slice(0, ID)}, ${from.slice(ID)})${end === null ? sql`` : sql` AND (area, block) <= (${end.slice(0, ID)}, ${end.slice(ID)})`}`;
    const dropped = and(within, inArray(evidence.batch, oldBatches(dropping)));
    const { area, block } = evidence;
    const blocks = await this.#d1.ask((db) => db.selectDistinct({ area, block }).from(evidence).where(dropped));
    const marks = marksOfDropped(blocks);
    const isMine = and(eq(datasets.id, dataset), isAsRead(dropping));
    const [, removed] = await this.#d1.batch((db) => [
      db.run(insertShownMarks(marks, now)),
      db.delete(evidence).where(dropped),
      ...(end === null
        ? [
            db.run(copyNamed(inArray(batches.number, oldBatches(dropping)), now)),
            db.delete(batches).where(inArray(batches.number, oldBatches(dropping))),
            keep === ""
              ? db.delete(datasets).where(isMine)
              : db.update(datasets).set({ keep: null, walked: null }).where(isMine),
          ]
        : [
            db
              .update(datasets)
              .set({ walked: textFrom([...end]) })
              .where(isMine),
          ]),
    ]);
    return { removed: removed.meta.changes, done: end === null };
  }

  /** The last area and block of the next step's rows, or null if they are the last ones. */
  async #end(from: Uint8Array<ArrayBuffer>, rows: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const [found = []] = await this.#d1.transaction<{ area: string; block: string }>([
      sql`SELECT hex(area) AS area, hex(block) AS block FROM ${evidence}
        WHERE (area, block) > (${from.slice(0, ID)}, ${from.slice(ID)}) ORDER BY area, block LIMIT 1 OFFSET ${rows - 1}`,
    ]);
    const [row] = found;
    return row === undefined ? null : Uint8Array.fromHex(`${row.area}${row.block}`);
  }
}

/** True for the dataset while its drop is where it was read to be. */
function isAsRead({ keep, walked }: Dropping): SQL {
  return sql`keep = ${keep} AND walked IS ${walked === null ? null : bytesOf(walked)}`;
}

/** The numbers of the batches that a drop removes. */
function oldBatches(dropping: Dropping): SQL {
  const { dataset, keep } = dropping;
  const old = keep === "" ? sql`` : sql` AND b.edition <> ${keep}`;
  return sql`(SELECT b.number FROM ${batches} b JOIN ${datasets} d ON d.id = b.dataset
    WHERE d.id = ${dataset} AND ${isAsRead(dropping)}${old})`;
}
