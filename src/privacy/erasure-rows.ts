import type { ErasureReason, Removed } from "./erasure-state.ts";

/** Passes over all steps: at once, and when the last access token has expired. */
export type Pass = 1 | 2;

/** An erasure as its row has it. */
export interface ErasureRow {
  /** Whom it is about, sealed; null when it is done. */
  readonly erased: string | null;
  readonly reason: ErasureReason;
  /** When the second pass may begin, ms since 1970. */
  readonly sweepAt: number;
  readonly receipt: string | null;
  /** When the receipt goes, ms since 1970; null until there is one. */
  readonly forgetAt: number | null;
}

/** The rows of one erasure; made when it begins. */
export class ErasureRows {
  readonly #sql: SqlStorage;
  #made: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'erasure'").toArray().length > 0;
  }

  read(): ErasureRow | null {
    if (!this.#made) return null;
    return this.#sql
      .exec("SELECT erased, reason, sweepAt, receipt, forgetAt FROM erasure")
      .one() as unknown as ErasureRow;
  }

  make(erased: string, reason: ErasureReason, sweepAt: number): void {
    this.#sql.exec(`
      CREATE TABLE erasure (one INTEGER PRIMARY KEY CHECK (one = 1), erased TEXT, reason TEXT, sweepAt INTEGER, receipt TEXT, forgetAt INTEGER);
      CREATE TABLE step (pass INTEGER, name TEXT, PRIMARY KEY (pass, name)) WITHOUT ROWID;
      CREATE TABLE removed (kind TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
    `);
    this.#sql.exec("INSERT INTO erasure VALUES (1, ?, ?, ?, NULL, NULL)", erased, reason, sweepAt);
    this.#made = true;
  }

  /** To be called when everything has been deleted. */
  gone(): void {
    this.#made = false;
  }

  isDone(pass: Pass, step: string): boolean {
    return this.#sql.exec("SELECT 1 FROM step WHERE pass = ? AND name = ?", pass, step).toArray().length > 0;
  }

  /** Notes that a step is done in a pass, and adds to what is removed; nothing is awaited in between. */
  done(pass: Pass, step: string, removed: Removed = {}): void {
    this.#sql.exec("INSERT OR IGNORE INTO step VALUES (?, ?)", pass, step);
    for (const [kind, n] of Object.entries(removed)) {
      this.#sql.exec("INSERT INTO removed VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET n = n + excluded.n", kind, n);
    }
  }

  removed(): Removed {
    const rows = this.#sql.exec<{ kind: string; n: number }>("SELECT kind, n FROM removed ORDER BY kind").toArray();
    return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
  }

  /** Keeps the receipt, once, and forgets whom it was about. */
  finish(receipt: string, forgetAt: number): void {
    this.#sql.exec(
      "UPDATE erasure SET erased = NULL, receipt = ?, forgetAt = ? WHERE receipt IS NULL",
      receipt,
      forgetAt,
    );
    this.#sql.exec("DELETE FROM step; DELETE FROM removed;");
  }
}
