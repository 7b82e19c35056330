/** A name as it waits: sealed, under the `pid` of the vote that it will be, until a time of its own. */
export interface PendingRow {
  readonly pid: string;
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
        CREATE TABLE pending (pid TEXT PRIMARY KEY, sealed TEXT, release INTEGER) WITHOUT ROWID;
        CREATE INDEX pending_by_release ON pending (release, pid);
      `);
      this.#made = true;
    }
    for (const { pid, sealed, release } of rows) {
      this.#sql.exec(
        "INSERT INTO pending VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
        pid,
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
  due(now: number, limit: number): string[] {
    const rows = this.#sql
      .exec("SELECT pid FROM pending WHERE release <= ? ORDER BY release, pid LIMIT ?", now, limit)
      .toArray();
    return rows.map((row) => row["pid"] as string);
  }

  all(): string[] {
    if (!this.#made) return [];
    return this.#sql
      .exec("SELECT pid FROM pending")
      .toArray()
      .map((row) => row["pid"] as string);
  }

  sealed(pid: string): string | null {
    if (!this.#made) return null;
    const [row] = this.#sql.exec("SELECT sealed FROM pending WHERE pid = ?", pid).toArray();
    return (row?.["sealed"] as string | undefined) ?? null;
  }

  delete(pid: string): void {
    if (this.#made) this.#sql.exec("DELETE FROM pending WHERE pid = ?", pid);
  }

  /** Gives a row another time. @param release ms since 1970 */
  postpone(pid: string, release: number): void {
    this.#sql.exec("UPDATE pending SET release = ? WHERE pid = ?", release, pid);
  }

  /** Deletes a row unless it holds something else by now. */
  deleteIf(pid: string, sealed: string): void {
    this.#sql.exec("DELETE FROM pending WHERE pid = ? AND sealed = ?", pid, sealed);
  }
}
