import { ObjectRows } from "../storage/object-rows.ts";

/** The one row of a number's ownership, as stored. */
export interface OwnedRow {
  /** The number's keyed id. */
  readonly caller: string;
  /** The number, sealed: where it is published follows from its digits. */
  readonly number: string;
  /** `Owned`, sealed. */
  readonly sealed: string;
  /** Grows with every change; what it says is done when `done` has reached it. */
  readonly revision: number;
  readonly done: number;
  /** Whether the votes on the number are still to be dropped. */
  readonly emptying: boolean;
  /** Whether a tombstone may stand in the directory. */
  readonly tombstone: boolean;
  /** A sealed `HandOver` that the number's account has not been told yet; null for none. */
  readonly telling: string | null;
}

/** The row as the database has it: flags are 0 or 1. */
interface StoredRow extends Omit<OwnedRow, "emptying" | "tombstone"> {
  readonly one: number;
  readonly emptying: number;
  readonly tombstone: number;
}

const SCHEMA = [
  "CREATE TABLE owned (one INTEGER PRIMARY KEY CHECK (one = 1), caller TEXT, number TEXT, sealed TEXT, revision INTEGER, done INTEGER, emptying INTEGER, tombstone INTEGER, telling TEXT)",
];

/** What a number is sealed for in its owner's object. */
export function numberSeal(caller: string): { readonly table: "owners"; readonly id: string } {
  return { table: "owners", id: `number ${caller}` };
}

/** The row of one object. */
export class OwnershipStore {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "ownership", SCHEMA, [
      { table: "owned", column: "sealed", key: "one", bound: "caller", place: (id) => ({ table: "owners", id }) },
      { table: "owned", column: "number", key: "one", bound: "caller", place: numberSeal },
      { table: "owned", column: "telling", key: "one", bound: "caller", place: (id) => ({ table: "handovers", id }) },
    ]);
  }

  read(): OwnedRow | null {
    const stored = this.#rows.first<StoredRow>("SELECT * FROM owned");
    if (stored === null) return null;
    const { one: _, emptying, tombstone, ...row } = stored;
    return { ...row, emptying: emptying === 1, tombstone: tombstone === 1 };
  }

  write({ caller, number, sealed, revision, done, emptying, tombstone, telling }: OwnedRow): void {
    this.#rows.insert(
      "INSERT OR REPLACE INTO owned VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
      caller,
      number,
      sealed,
      revision,
      done,
      emptying ? 1 : 0,
      tombstone ? 1 : 0,
      telling,
    );
  }

  /** Marks a revision done. What a later one still wants stays wanted. */
  markDone(revision: number): void {
    this.#rows.change("UPDATE owned SET done = ?", revision);
    this.#rows.change("UPDATE owned SET emptying = 0 WHERE revision = ?", revision);
  }

  /** The account has been told. A later change of hands stays to be told. */
  markTold(telling: string): void {
    this.#rows.change("UPDATE owned SET telling = NULL WHERE telling = ?", telling);
  }

  /** Notes that a revision took the tombstone away. A later one may be about to set it again. */
  clearTombstone(revision: number): void {
    this.#rows.change("UPDATE owned SET tombstone = 0 WHERE revision = ?", revision);
  }
}
