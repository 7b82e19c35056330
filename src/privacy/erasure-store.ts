import { ObjectRows } from "../storage/object-rows.ts";
import type { Removed } from "../lifecycle.ts";
import type { ErasureReason } from "./erasure-state.ts";

/** Passes over all steps: at once, and when the last access token has expired. */
export type Pass = 1 | 2;

/** A row of `erasure`: it runs, then withdrawals settle elsewhere, then it has a receipt. */
export interface ErasureRow {
  /** Its position among the account's erasures. */
  readonly n: number;
  /** Whom it is about, sealed; null once nothing is left to do. */
  readonly erased: string | null;
  readonly reason: ErasureReason;
  /** When the second pass may begin, ms since 1970. */
  readonly sweepAt: number;
  /** When all withdrawals have settled everywhere, ms since 1970; 0 for at once. */
  readonly settleAt: number;
  /** What was removed, counted, as JSON; null while it runs. */
  readonly counts: string | null;
  readonly receipt: string | null;
  /** When the receipt expires, ms since 1970; null until there is one. */
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

  /** @param name of the object; whom an erasure is about is sealed for it */
  constructor(storage: DurableObjectStorage, name: string) {
    this.#rows = new ObjectRows(storage, "erasures", SCHEMA, [
      { table: "erasure", column: "erased", key: "n", place: () => ({ table: "erasures", id: name }) },
    ]);
  }

  all(): ErasureRow[] {
    return this.#rows.all<ErasureRow>(`SELECT ${COLUMNS} FROM erasure ORDER BY n`);
  }

  one(n: number): ErasureRow | null {
    return this.#rows.first<ErasureRow>(`SELECT ${COLUMNS} FROM erasure WHERE n = ?`, n);
  }

  /** Adds a running erasure. @returns its `n` */
  make(erased: string, reason: ErasureReason, sweepAt: number): number {
    const n = (this.all().at(-1)?.n ?? -1) + 1;
    this.#rows.insert("INSERT INTO erasure VALUES (?, ?, ?, ?, 0, NULL, NULL, NULL)", n, erased, reason, sweepAt);
    return n;
  }

  isDone(pass: Pass, step: string): boolean {
    return this.#rows.any("SELECT 1 FROM step WHERE pass = ? AND name = ?", pass, step);
  }

  /** Records what a step is about to remove, and how long it may remain elsewhere afterwards (ms). */
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

  /** Records that a step is done in a pass; the time for which something may remain elsewhere starts now. */
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

  /** Replaces the sealed subject of an erasure. */
  name(n: number, erased: string): void {
    this.#rows.change("UPDATE erasure SET erased = ? WHERE n = ?", erased, n);
  }

  /** Nothing is left to do: deletes whom it was about, and keeps the counts. */
  settle(n: number): void {
    const rows = this.#rows.all<{ kind: string; n: number }>("SELECT kind, n FROM removed ORDER BY kind");
    const counts = JSON.stringify(Object.fromEntries(rows.map((row) => [row.kind, row.n])));
    this.#rows.change("UPDATE erasure SET erased = NULL, counts = ? WHERE n = ?", counts, n);
    this.#rows.change("DELETE FROM step; DELETE FROM removed;");
  }

  /** Stores the receipt, once. */
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
