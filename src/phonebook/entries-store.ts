import { ObjectRows } from "../storage/object-rows.ts";
import { EMPTY_BOOK, type Book, type Standing } from "./phonebook-state.ts";

/** An entry or a tombstone as it is stored. */
export interface StoredEntry {
  /** Keyed hash of the client's id. */
  readonly key: string;
  readonly revision: number;
  /** The client's id and ciphertext, sealed again; only the id for a tombstone. */
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

/** A row of `entry`. */
type EntryRow = Omit<StoredEntry, "content"> & { readonly content: ArrayBuffer };

const SCHEMA = [
  `CREATE TABLE book (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER, floor INTEGER, entries INTEGER, tombstones INTEGER, emptied INTEGER, bytes INTEGER);
  CREATE TABLE entry (key TEXT PRIMARY KEY, revision INTEGER, content BLOB, mac TEXT, size INTEGER, deleted INTEGER);
  CREATE UNIQUE INDEX entry_by_revision ON entry (revision);
  CREATE INDEX tombstone_by_day ON entry (deleted) WHERE deleted IS NOT NULL;`,
];

/** The rows of one phonebook. */
export class EntriesStore {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "phonebook", SCHEMA, [
      { table: "entry", column: "content", key: "key", place: (id) => ({ table: "phonebooks", id }) },
    ]);
  }

  get exist(): boolean {
    return this.#rows.exist;
  }

  book(): Book {
    return (
      this.#rows.first<Book>("SELECT revision, floor, emptied, entries, tombstones, bytes FROM book") ?? EMPTY_BOOK
    );
  }

  writeBook({ revision, floor, emptied, entries, tombstones, bytes }: Book): void {
    this.#rows.insert(
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
    return this.#rows.first<Standing>("SELECT revision, mac, size FROM entry WHERE key = ?", key);
  }

  entry(key: string): StoredEntry | null {
    const row = this.#rows.first<EntryRow>("SELECT key, revision, content, mac, size FROM entry WHERE key = ?", key);
    return row === null ? null : readEntry(row);
  }

  /** @param day of a tombstone, days since 1970-01-01 */
  write({ key, revision, content, mac, size }: StoredEntry, day: number): void {
    const deleted = mac === null ? day : null;
    this.#rows.insert(
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
   * Changes after a revision, oldest first: at most `limit` rows and `bytes` of a response, but at least one. From 0
   * tombstones are left out, because the client has nothing to delete.
   */
  page(since: number, limit: number, bytes: number): StoredPage {
    const rows = this.#rows.each<EntryRow>(
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

  /** Drops tombstones from before a day, and the oldest beyond `most`. @returns how many, and the newest dropped revision */
  prune(before: number, tombstones: number, most: number): { pruned: number; newest: number } {
    const excess = Math.max(0, tombstones - most);
    // Days grow with revisions, so both conditions drop the oldest. RETURNING has no order.
    const rows = this.#rows.all<{ revision: number }>(
      "DELETE FROM entry WHERE deleted < ?1 OR key IN (SELECT key FROM entry WHERE deleted IS NOT NULL ORDER BY deleted, revision LIMIT ?2) RETURNING revision",
      before,
      excess,
    );
    return { pruned: rows.length, newest: Math.max(0, ...rows.map(({ revision }) => revision)) };
  }

  /** The day of the oldest tombstone, or null without any. */
  oldestTombstone(): number | null {
    const oldest = this.#rows.first<{ day: number | null }>(
      "SELECT min(deleted) AS day FROM entry WHERE deleted IS NOT NULL",
    );
    return oldest?.day ?? null;
  }

  /** Drops every entry and tombstone. */
  empty(): void {
    this.#rows.change("DELETE FROM entry");
  }
}

function readEntry({ content, ...row }: EntryRow): StoredEntry {
  return { ...row, content: new Uint8Array(content) };
}

/** Bytes of an entry in a response besides its base64url: id, revision and field names. */
const AROUND_BYTES = 160;

/** Most bytes that an entry takes in a response. */
export function bytesTold({ size }: Pick<StoredEntry, "size">): number {
  return AROUND_BYTES + Math.ceil((size * 4) / 3);
}
