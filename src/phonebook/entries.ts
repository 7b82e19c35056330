import { EMPTY_BOOK, type Book, type Standing } from "./phonebook-state.ts";

/** An entry or a tombstone as it is stored. */
export interface StoredEntry {
  /** Keyed hash of the client's id. */
  readonly key: string;
  readonly revision: number;
  /** The client's id and sealed bytes, sealed once more; of a tombstone the id alone. */
  readonly content: Uint8Array<ArrayBuffer>;
  /** Null for a tombstone. */
  readonly mac: string | null;
  /** Bytes that the client sealed, 0 for a tombstone. */
  readonly size: number;
}

/** A page of entries in the order of their revisions. */
export interface StoredPage {
  readonly entries: readonly StoredEntry[];
  readonly more: boolean;
}

/** The rows of one phonebook. Tables are made at the first write: asking leaves nothing behind. */
export class Entries {
  readonly #sql: SqlStorage;
  #made: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'book'").toArray().length > 0;
  }

  get exist(): boolean {
    return this.#made;
  }

  book(): Book {
    if (!this.#made) return EMPTY_BOOK;
    return this.#sql
      .exec("SELECT revision, floor, emptied, entries, tombstones, bytes FROM book")
      .one() as unknown as Book;
  }

  /** Writes the counters; makes the tables first where there are none. */
  writeBook({ revision, floor, emptied, entries, tombstones, bytes }: Book): void {
    if (!this.#made) {
      this.#sql.exec(`
        CREATE TABLE book (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER, floor INTEGER, entries INTEGER, tombstones INTEGER, emptied INTEGER, bytes INTEGER);
        CREATE TABLE entry (key TEXT PRIMARY KEY, revision INTEGER, content BLOB, mac TEXT, size INTEGER, deleted INTEGER);
        CREATE UNIQUE INDEX entry_by_revision ON entry (revision);
        CREATE INDEX tombstone_by_day ON entry (deleted) WHERE deleted IS NOT NULL;
      `);
      this.#made = true;
    }
    this.#sql.exec(
      "INSERT OR REPLACE INTO book VALUES (1, ?, ?, ?, ?, ?, ?)",
      revision,
      floor,
      entries,
      tombstones,
      emptied,
      bytes,
    );
  }

  standing(key: string): Standing | null {
    if (!this.#made) return null;
    const [row] = this.#sql.exec("SELECT revision, mac, size FROM entry WHERE key = ?", key).toArray();
    return (row as unknown as Standing | undefined) ?? null;
  }

  entry(key: string): StoredEntry | null {
    if (!this.#made) return null;
    const [row] = this.#sql.exec("SELECT key, revision, content, mac, size FROM entry WHERE key = ?", key).toArray();
    return row === undefined ? null : readEntry(row);
  }

  /** @param day on which a tombstone was laid, days since 1970-01-01 */
  write({ key, revision, content, mac, size }: StoredEntry, day: number): void {
    const deleted = mac === null ? day : null;
    this.#sql.exec(
      "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?)",
      key,
      revision,
      content,
      mac,
      size,
      deleted,
    );
  }

  /**
   * What came after a revision, the oldest first: at most `limit` rows and `bytes` of an answer, but one at least. From 0
   * tombstones are left out: whoever knows nothing needs none.
   */
  page(since: number, limit: number, bytes: number): StoredPage {
    if (!this.#made) return { entries: [], more: false };
    const rows = this.#sql.exec(
      `SELECT key, revision, content, mac, size FROM entry WHERE revision > ? ${since === 0 ? "AND mac IS NOT NULL" : ""} ORDER BY revision LIMIT ?`,
      since,
      limit + 1,
    );
    const entries: StoredEntry[] = [];
    let told = 0;
    for (const row of rows) {
      const entry = readEntry(row);
      if (entries.length > 0 && (entries.length === limit || told + bytesTold(entry) > bytes)) {
        return { entries, more: true };
      }
      entries.push(entry);
      told += bytesTold(entry);
    }
    return { entries, more: false };
  }

  /** Drops tombstones laid before a day, and the oldest beyond `most`. @returns how many, and the newest one's revision */
  prune(before: number, tombstones: number, most: number): { pruned: number; newest: number } {
    const excess = Math.max(0, tombstones - most);
    // Days grow with revisions, so both drop the oldest; RETURNING gives no order.
    const rows = this.#sql
      .exec(
        `DELETE FROM entry WHERE deleted < ?1 OR key IN (SELECT key FROM entry WHERE deleted IS NOT NULL ORDER BY deleted, revision LIMIT ?2) RETURNING revision`,
        before,
        excess,
      )
      .toArray();
    return { pruned: rows.length, newest: Math.max(0, ...rows.map((row) => row["revision"] as number)) };
  }

  /** The day of the oldest tombstone, or null without any. */
  oldestTombstone(): number | null {
    return this.#sql.exec("SELECT min(deleted) AS day FROM entry WHERE deleted IS NOT NULL").one()["day"] as
      | number
      | null;
  }

  /** Drops every entry and tombstone. */
  empty(): void {
    this.#sql.exec("DELETE FROM entry");
  }

  /** To be told when the object's storage was deleted whole. */
  forget(): void {
    this.#made = false;
  }
}

function readEntry(row: Record<string, SqlStorageValue>): StoredEntry {
  return {
    key: row["key"] as string,
    revision: row["revision"] as number,
    content: new Uint8Array(row["content"] as ArrayBuffer),
    mac: row["mac"] as string | null,
    size: row["size"] as number,
  };
}

/** Of an entry in an answer beside its base64url: id, revision and their names. */
const AROUND_BYTES = 160;

/** Bytes that an entry takes in an answer, at most. */
export function bytesTold({ size }: Pick<StoredEntry, "size">): number {
  return AROUND_BYTES + Math.ceil((size * 4) / 3);
}
