import { EXPIRING, ObjectRows } from "../storage/object-rows.ts";
import type { End, Entry, Next } from "./outbox-state.ts";
import { isCode, type Ending, type Kind, type Medium, type MessageId } from "./message.ts";

/** An accepted message: `sealed` contains the recipient and the text. */
export interface Letter {
  readonly id: MessageId;
  readonly kind: Kind;
  readonly channel: Medium;
  /** ISO 3166 alpha-2, "" when unknown. */
  readonly country: string;
  readonly sealed: string;
  /** ms since 1970. */
  readonly expiresAt: number;
}

export type State = "waiting" | "trying" | End;

/** A row of the outbox. */
export interface OutboxRow extends Entry {
  readonly id: MessageId;
  readonly channel: Medium;
  readonly country: string;
  /** Day it was accepted, days since 1970-01-01. */
  readonly day: number;
  /** Null once it has ended. */
  readonly sealed: string | null;
  readonly state: State;
  readonly error: number;
  /** Counts the row's changes, so that a report of an older state is recognised. */
  readonly version: number;
}

/** The due time of a new message: at once. */
const AT_ONCE = 1;

const SCHEMA = [
  `CREATE TABLE message (id TEXT PRIMARY KEY, kind TEXT, channel TEXT, country TEXT, day INTEGER, sealed TEXT, state TEXT, error INTEGER,
    attempts INTEGER, doubts INTEGER, due INTEGER, expires INTEGER, version INTEGER, reported INTEGER) WITHOUT ROWID;
  CREATE TABLE ended (one INTEGER PRIMARY KEY CHECK (one = 1), why TEXT);
  CREATE TABLE logged (id TEXT PRIMARY KEY, at INTEGER, sealed TEXT) WITHOUT ROWID;`,
];

/** The rows of one outbox. WITHOUT ROWID: the order of arrival is stored nowhere. */
export class OutboxStore {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "outbox", SCHEMA, EXPIRING);
  }

  get exists(): boolean {
    return this.#rows.exist;
  }

  has(id: MessageId): boolean {
    return this.#rows.any("SELECT 1 FROM message WHERE id = ?", id);
  }

  /** How many waiting messages share a limit with a kind: other messages must not keep codes out. */
  waiting(kind: Kind): number {
    return this.#select("WHERE sealed IS NOT NULL").filter((row) => isCode(row.kind) === isCode(kind)).length;
  }

  /** Adds a message that is due at once. No clock time, which its caller may have stored elsewhere too. */
  add({ id, kind, channel, country, sealed, expiresAt }: Letter, day: number): void {
    this.#rows.insert(
      "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, 0, 0, ?, ?, 1, 0)",
      id,
      kind,
      channel,
      country,
      day,
      sealed,
      AT_ONCE,
      expiresAt,
    );
  }

  /** Messages whose sending was interrupted by a crash; the outcome is unknown. */
  left(): OutboxRow[] {
    return this.#select("WHERE state = 'trying'");
  }

  due(now: number): OutboxRow[] {
    return this.#select("WHERE state = 'waiting' AND due <= ? ORDER BY due, id", now);
  }

  one(id: MessageId): OutboxRow | null {
    return this.#select("WHERE id = ?", id)[0] ?? null;
  }

  /** Marks a message as being sent. */
  begin(id: MessageId): void {
    this.#rows.change(
      "UPDATE message SET state = 'trying', attempts = attempts + 1, version = version + 1 WHERE id = ?",
      id,
    );
  }

  /** Writes the state of a message; one that ended loses its text. */
  settle(id: MessageId, next: Next): void {
    if (next.waits) {
      this.#rows.change(
        "UPDATE message SET state = 'waiting', due = ?, doubts = ?, version = version + 1 WHERE id = ?",
        next.due,
        next.doubts,
        id,
      );
    } else {
      this.#rows.change(
        "UPDATE message SET state = ?, error = ?, sealed = NULL, version = version + 1 WHERE id = ?",
        next.end,
        next.error,
        id,
      );
    }
  }

  unreported(): OutboxRow[] {
    return this.#select("WHERE reported < version");
  }

  markReported(rows: readonly OutboxRow[]): void {
    for (const { id, version } of rows) this.#rows.change("UPDATE message SET reported = ? WHERE id = ?", version, id);
  }

  /** Deletes messages that ended, were reported and expired before `before` (ms). */
  forget(before: number): void {
    this.#rows.change("DELETE FROM message WHERE sealed IS NULL AND reported = version AND expires < ?", before);
    this.#rows.change("DELETE FROM logged WHERE at < ?", before);
  }

  /** Deletes every message; returns how many. */
  empty(): number {
    const n = this.#rows.first<{ n: number }>("SELECT count(*) AS n FROM message")?.n ?? 0;
    this.#rows.change("DELETE FROM message; DELETE FROM logged;");
    return n;
  }

  /** When there is something to do next: the earliest message to send, or expiry of an ended one (ms). */
  times(): { due: number | null; forget: number | null } {
    const times = this.#rows.first<{ due: number | null; forget: number | null }>(
      `SELECT min(CASE WHEN sealed IS NOT NULL THEN due END) AS due,
        min(CASE WHEN sealed IS NULL THEN expires END) AS forget FROM message`,
    );
    return times ?? { due: null, forget: null };
  }

  /** Why messages to this recipient have ended; null where they have not. */
  get ending(): Ending | null {
    return this.#rows.first<{ why: Ending }>("SELECT why FROM ended")?.why ?? null;
  }

  set ending(why: Ending | null) {
    if (why === null) this.#rows.change("DELETE FROM ended");
    else this.#rows.insert("INSERT OR REPLACE INTO ended VALUES (1, ?)", why);
  }

  all(): OutboxRow[] {
    return this.#select("ORDER BY expires, id");
  }

  log(id: MessageId, at: number, sealed: string): void {
    this.#rows.change("INSERT OR REPLACE INTO logged VALUES (?, ?, ?)", id, at, sealed);
  }

  logged(): { id: MessageId; at: number; sealed: string }[] {
    return this.#rows.all("SELECT id, at, sealed FROM logged ORDER BY at, id");
  }

  #select(where: string, ...bindings: SqlStorageValue[]): OutboxRow[] {
    return this.#rows.all<OutboxRow>(
      `SELECT id, kind, channel, country, day, sealed, state, error, attempts, doubts, expires AS expiresAt, version FROM message ${where}`,
      ...bindings,
    );
  }
}
