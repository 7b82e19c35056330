import type { ChallengeState } from "./challenge-state.ts";

/** What is written beside the state; a field left out stays. */
interface Beside {
  /** The number, sealed; null forgets it. */
  readonly number?: string | null;
  /** The code on its way, sealed, until the outbox has it. */
  readonly unsent?: string | null;
}

/** What stands in it; the fields of the code are null together. */
interface Row {
  readonly day: number;
  readonly codes: number;
  readonly id: string | null;
  readonly hash: string | null;
  readonly madeAt: number;
  readonly wrong: number;
  readonly number: string | null;
  readonly unsent: string | null;
}

/** The one row of a challenge. Its table is made when a code is, so that a refused request leaves nothing behind. */
export class ChallengeRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): ChallengeState | null {
    const row = this.#row();
    if (row === null) return null;
    const { day, codes, id, hash, madeAt, wrong } = row;
    return { day, codes, live: id === null ? null : { id, hash, madeAt, wrong } };
  }

  number(): string | null {
    return this.#row()?.number ?? null;
  }

  unsent(): string | null {
    return this.#row()?.unsent ?? null;
  }

  write({ day, codes, live }: ChallengeState, beside: Beside = {}): void {
    const before = this.#row();
    if (before === null) {
      this.#sql.exec(
        "CREATE TABLE IF NOT EXISTS challenge (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER, codes INTEGER, id TEXT, hash TEXT, madeAt INTEGER, wrong INTEGER, number TEXT, unsent TEXT)",
      );
    }
    const kept = (name: keyof Beside): SqlStorageValue =>
      beside[name] === undefined ? (before?.[name] ?? null) : beside[name];
    this.#sql.exec(
      "INSERT OR REPLACE INTO challenge VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
      day,
      codes,
      live?.id ?? null,
      live?.hash ?? null,
      live?.madeAt ?? null,
      live?.wrong ?? null,
      kept("number"),
      kept("unsent"),
    );
  }

  /** The outbox has the code of this id. */
  sent(id: string): void {
    this.#sql.exec("UPDATE challenge SET unsent = NULL WHERE id = ?", id);
  }

  /** Forgets a code that is over; the count of the day stays. */
  forgetLive(): void {
    this.#sql.exec(
      "UPDATE challenge SET id = NULL, hash = NULL, madeAt = NULL, wrong = NULL, number = NULL, unsent = NULL",
    );
  }

  #row(): Row | null {
    // Asked each time: forgetting everything drops the table too.
    const exists = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'challenge'").toArray().length > 0;
    const [row] = exists ? this.#sql.exec("SELECT * FROM challenge").toArray() : [];
    return row === undefined ? null : (row as unknown as Row);
  }
}
