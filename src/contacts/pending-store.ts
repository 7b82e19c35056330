import { ObjectRows } from "../storage/object-rows.ts";

/** A waiting name, sealed. */
export interface PendingRow {
  /** Keyed hash of number and share id under a key of the mixers' own; the ballot uses another one. */
  readonly id: string;
  /** Keyed hash of the number under a key of the mixers' own. */
  readonly number: string;
  readonly sealed: string;
  /** ms since 1970. */
  readonly release: number;
}

const SCHEMA = [
  `CREATE TABLE pending (id TEXT PRIMARY KEY, number TEXT, sealed TEXT, release INTEGER) WITHOUT ROWID;
  CREATE INDEX pending_by_release ON pending (release, id);
  CREATE INDEX pending_by_number ON pending (number);`,
];

/** The rows of one mixer. WITHOUT ROWID and keyed by hashes, so that the order of arrival is not stored; the times are random. */
export class PendingStore {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "pending", SCHEMA, [
      { table: "pending", column: "sealed", key: "id", place: (id) => ({ table: "mixers", id }) },
    ]);
  }

  /** Adds rows. A name shared again while it waits is replaced and keeps its time, or it might wait forever. */
  add(rows: readonly PendingRow[]): void {
    for (const { id, number, sealed, release } of rows) {
      this.#rows.insert(
        "INSERT INTO pending VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
        id,
        number,
        sealed,
        release,
      );
    }
  }

  /** When the next row is due, or null without rows. */
  next(): number | null {
    return this.#rows.first<{ next: number | null }>("SELECT min(release) AS next FROM pending")?.next ?? null;
  }

  /** The rows that are due, in order, at most `limit`. */
  due(now: number, limit: number): PendingRow[] {
    return this.#rows.all<PendingRow>(
      "SELECT id, number, sealed, release FROM pending WHERE release <= ? ORDER BY release, id LIMIT ?",
      now,
      limit,
    );
  }

  /** The rows that wait for a number. */
  of(number: string): string[] {
    return this.#rows.all<{ id: string }>("SELECT id FROM pending WHERE number = ?", number).map(({ id }) => id);
  }

  /** Whether a row is unchanged. */
  holds({ id, sealed }: PendingRow): boolean {
    return this.#rows.any("SELECT 1 FROM pending WHERE id = ? AND sealed = ?", id, sealed);
  }

  delete(id: string): void {
    this.#rows.change("DELETE FROM pending WHERE id = ?", id);
  }

  /** Changes a row's time. @param release ms since 1970 */
  postpone(id: string, release: number): void {
    this.#rows.change("UPDATE pending SET release = ? WHERE id = ?", release, id);
  }

  /** Deletes a row unless it has changed. */
  deleteIf({ id, sealed }: PendingRow): void {
    this.#rows.change("DELETE FROM pending WHERE id = ? AND sealed = ?", id, sealed);
  }
}
