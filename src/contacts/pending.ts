/** A name as it waits: sealed, until a time of its own. */
export interface PendingRow {
  /** Keyed hash of number and share id, under a key of the mixers' own: its ballot knows the name by another one. */
  readonly id: string;
  /** Keyed hash of the number, likewise: names that wait for one number have it in common, and nothing else has it. */
  readonly number: string;
  readonly sealed: string;
  /** ms since 1970. */
  readonly release: number;
}

/**
 * The rows of one mixer. WITHOUT ROWID and keyed by hashes: the order of arrival is stored nowhere, and the times are
 * random. Made with the first row.
 */
export class Pending {
  readonly #sql: SqlStorage;
  #made: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'pending'").toArray().length > 0;
  }

  /** Adds rows. A name shared again while it waits is replaced and keeps its time, or it might wait for ever. */
  add(rows: readonly PendingRow[]): void {
    if (!this.#made) {
      this.#sql.exec(`
        CREATE TABLE pending (id TEXT PRIMARY KEY, number TEXT, sealed TEXT, release INTEGER) WITHOUT ROWID;
        CREATE INDEX pending_by_release ON pending (release, id);
        CREATE INDEX pending_by_number ON pending (number);
      `);
      this.#made = true;
    }
    for (const { id, number, sealed, release } of rows) {
      this.#sql.exec(
        "INSERT INTO pending VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
        id,
        number,
        sealed,
        release,
      );
    }
  }

  /** When the next row's time comes, or null without rows. */
  next(): number | null {
    if (!this.#made) return null;
    return this.#sql.exec("SELECT min(release) AS next FROM pending").one()["next"] as number | null;
  }

  /** The rows whose time has come, in the order of their times, at most `limit`. */
  due(now: number, limit: number): PendingRow[] {
    if (!this.#made) return [];
    return this.#sql
      .exec(
        "SELECT id, number, sealed, release FROM pending WHERE release <= ? ORDER BY release, id LIMIT ?",
        now,
        limit,
      )
      .toArray() as unknown as PendingRow[];
  }

  /** The rows that wait for a number. */
  of(number: string): string[] {
    if (!this.#made) return [];
    const rows = this.#sql.exec("SELECT id FROM pending WHERE number = ?", number).toArray();
    return rows.map(({ id }) => id as string);
  }

  /** Whether a row still holds what it held. */
  holds({ id, sealed }: PendingRow): boolean {
    return this.#sql.exec("SELECT 1 FROM pending WHERE id = ? AND sealed = ?", id, sealed).toArray().length > 0;
  }

  delete(id: string): void {
    if (this.#made) this.#sql.exec("DELETE FROM pending WHERE id = ?", id);
  }

  /** Gives a row another time. @param release ms since 1970 */
  postpone(id: string, release: number): void {
    this.#sql.exec("UPDATE pending SET release = ? WHERE id = ?", release, id);
  }

  /** Deletes a row unless it holds something else by now. */
  deleteIf({ id, sealed }: PendingRow): void {
    this.#sql.exec("DELETE FROM pending WHERE id = ? AND sealed = ?", id, sealed);
  }
}
