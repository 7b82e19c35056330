import { ObjectRows } from "../storage/object-rows.ts";
import type { Removed } from "../lifecycle.ts";
import type { ErasureReason } from "./erasure-state.ts";

/** Passes over all steps: at once, and when the last access token has expired. */
export type Pass = 1 | 2;

/** An erasure as its row has it: it runs, then what it took back settles elsewhere, then there is a receipt. */
export interface ErasureRow {
  /** How many the account had before that are still remembered, or more. */
  readonly n: number;
  /** Whom it is about, sealed; null from when nothing is left to be done. */
  readonly erased: string | null;
  readonly reason: ErasureReason;
  /** When the second pass may begin, ms since 1970. */
  readonly sweepAt: number;
  /** When nothing of what was taken back stands anywhere, ms since 1970; 0 for at once. */
  readonly settleAt: number;
  /** What there was to remove, as JSON; null while it runs. */
  readonly counts: string | null;
  readonly receipt: string | null;
  /** When the receipt goes, ms since 1970; null until there is one. */
  readonly forgetAt: number | null;
}

const COLUMNS = "n, erased, reason, sweepAt, settleAt, counts, receipt, forgetAt";

const SCHEMA = [
  `CREATE TABLE erasure (n INTEGER PRIMARY KEY, erased TEXT, reason TEXT, sweepAt INTEGER, settleAt INTEGER, counts TEXT, receipt TEXT, forgetAt INTEGER);
  CREATE TABLE step (pass INTEGER, name TEXT, lingers INTEGER, PRIMARY KEY (pass, name)) WITHOUT ROWID;
  CREATE TABLE removed (kind TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;`,
];

/** The rows of one account's erasures. One runs at a time: steps and counts are its own. */
export class ErasureStore {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "erasures", SCHEMA);
  }

  all(): ErasureRow[] {
    return this.#rows.all<ErasureRow>(`SELECT ${COLUMNS} FROM erasure ORDER BY n`);
  }

  one(n: number): ErasureRow | null {
    return this.#rows.first<ErasureRow>(`SELECT ${COLUMNS} FROM erasure WHERE n = ?`, n);
  }

  /** Adds one that runs. @returns its `n` */
  make(erased: string, reason: ErasureReason, sweepAt: number): number {
    const n = (this.all().at(-1)?.n ?? -1) + 1;
    this.#rows.insert("INSERT INTO erasure VALUES (?, ?, ?, ?, 0, NULL, NULL, NULL)", n, erased, reason, sweepAt);
    return n;
  }

  isDone(pass: Pass, step: string): boolean {
    return this.#rows.any("SELECT 1 FROM step WHERE pass = ? AND name = ?", pass, step);
  }

  /** Notes what a step is about to remove, and for how long it may stand elsewhere afterwards (ms). */
  counted(pass: Pass, step: string, removed: Removed, lingers: number): void {
    this.#rows.change("INSERT OR IGNORE INTO step VALUES (?, ?, ?)", pass, countOf(step), lingers);
    for (const [kind, n] of Object.entries(removed)) {
      this.#rows.change(
        "INSERT INTO removed VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET n = n + excluded.n",
        kind,
        n,
      );
    }
  }

  isCounted(pass: Pass, step: string): boolean {
    return this.isDone(pass, countOf(step));
  }

  /** Notes that a step is done in a pass: what it said may stand elsewhere does so from now on. */
  done(pass: Pass, step: string, now: number): void {
    this.#rows.change("INSERT OR IGNORE INTO step VALUES (?, ?, 0)", pass, step);
    this.#rows.change(
      `UPDATE erasure SET settleAt = max(settleAt, ?1 + (SELECT lingers FROM step WHERE pass = ?2 AND name = ?3))
        WHERE erased IS NOT NULL AND (SELECT lingers FROM step WHERE pass = ?2 AND name = ?3) > 0`,
      now,
      pass,
      countOf(step),
    );
  }

  /** Says anew whom an erasure is about. */
  name(n: number, erased: string): void {
    this.#rows.change("UPDATE erasure SET erased = ? WHERE n = ?", erased, n);
  }

  /** Nothing is left to be done: forgets whom it was about, and keeps what was counted. */
  settle(n: number): void {
    const rows = this.#rows.all<{ kind: string; n: number }>("SELECT kind, n FROM removed ORDER BY kind");
    const counts = JSON.stringify(Object.fromEntries(rows.map((row) => [row.kind, row.n])));
    this.#rows.change("UPDATE erasure SET erased = NULL, counts = ? WHERE n = ?", counts, n);
    this.#rows.change("DELETE FROM step; DELETE FROM removed;");
  }

  /** Keeps the receipt, once. */
  finish(n: number, receipt: string, forgetAt: number): void {
    this.#rows.change(
      "UPDATE erasure SET receipt = ?, forgetAt = ? WHERE n = ? AND receipt IS NULL",
      receipt,
      forgetAt,
      n,
    );
  }

  forget(n: number): void {
    this.#rows.change("DELETE FROM erasure WHERE n = ?", n);
  }
}

function countOf(step: string): string {
  return `${step} counted`;
}
