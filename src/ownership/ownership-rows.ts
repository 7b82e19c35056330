/** Where a number is published: keyed ids of number and block, and its line, 0–99. */
export interface OwnedPlace {
  readonly caller: string;
  readonly block: string;
  readonly line: number;
}

/** The one row of a number's ownership, as stored. */
export interface OwnedRow extends OwnedPlace {
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

/** The row of one object. The table is made with the first row: a question about a number leaves nothing behind. */
export class OwnershipRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): OwnedRow | null {
    const made = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'owned'").toArray().length > 0;
    const [row] = made ? this.#sql.exec("SELECT * FROM owned").toArray() : [];
    if (row === undefined) return null;
    const { emptying, tombstone, ...rest } = row as unknown as Record<"emptying" | "tombstone", number> &
      Omit<OwnedRow, "emptying" | "tombstone">;
    return { ...rest, emptying: emptying === 1, tombstone: tombstone === 1 };
  }

  write({ caller, block, line, sealed, revision, done, emptying, tombstone, telling }: OwnedRow): void {
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS owned (one INTEGER PRIMARY KEY CHECK (one = 1), caller TEXT, block TEXT, line INTEGER, sealed TEXT, revision INTEGER, done INTEGER, emptying INTEGER, tombstone INTEGER, telling TEXT)",
    );
    this.#sql.exec(
      "INSERT OR REPLACE INTO owned VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      caller,
      block,
      line,
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
    this.#sql.exec("UPDATE owned SET done = ?", revision);
    this.#sql.exec("UPDATE owned SET emptying = 0 WHERE revision = ?", revision);
  }

  /** The account has been told. A later change of hands stays to be told. */
  markTold(telling: string): void {
    this.#sql.exec("UPDATE owned SET telling = NULL WHERE telling = ?", telling);
  }

  /** Notes that a revision took the tombstone away. A later one may be about to set it again. */
  clearTombstone(revision: number): void {
    this.#sql.exec("UPDATE owned SET tombstone = 0 WHERE revision = ?", revision);
  }
}
