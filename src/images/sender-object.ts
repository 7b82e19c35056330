import { ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { skips } from "../isolate.ts";
import { parseStored } from "../vault/stored-seals.ts";
import {
  addressed,
  forgottenAt,
  NOTHING_SENT,
  REPLAY_MS,
  unaddressed,
  UPLOAD_MS,
  type Sending,
} from "./sender-state.ts";

/** An upload about to begin. */
export interface Attempt {
  /** Keyed hash of the sender and the Idempotency-Key; null when none was given. */
  readonly key: string | null;
  /** Keyed hash of content, recipient and lifetime: distinguishes a repeat from another upload under the same key. */
  readonly digest: string;
  /** Keyed hash of sender and recipient. */
  readonly recipient: string;
}

/** How an upload continues: it begins, gets the earlier answer, waits for a concurrent repeat, or is refused. */
export type Begun =
  /** `fresh`: the first upload to this recipient within the hour. */
  | { readonly what: "begin"; readonly fresh: boolean }
  | { readonly what: "replay"; readonly answer: string }
  | { readonly what: "busy" }
  | { readonly what: "reused" };

/** A row of `upload` for a repeat; without an answer while the first call runs. */
interface Upload {
  readonly digest: string;
  readonly answer: string | null;
}

const SCHEMA = [
  `CREATE TABLE sender (one INTEGER PRIMARY KEY CHECK (one = 1), sending TEXT);
  CREATE TABLE upload (key TEXT PRIMARY KEY, digest TEXT, answer TEXT, expires INTEGER) WITHOUT ROWID;`,
];

/**
 * The sealed answers of one sender's uploads of the last day, and whom they were for in this hour. Named by a keyed hash of
 * the account; it learns neither numbers nor pictures, and is empty a day after the last upload.
 */
export class PictureSender extends StoredObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "sender", SCHEMA, []);

  /** Records an upload, or returns why it is refused. */
  begin({ key, digest, recipient }: Attempt, now: number): Begun {
    this.#rows.change("DELETE FROM upload WHERE expires <= ?", now);
    const twin = key === null ? null : this.#rows.first<Upload>("SELECT digest, answer FROM upload WHERE key = ?", key);
    if (twin !== null) {
      if (twin.digest !== digest) return { what: "reused" };
      return twin.answer === null ? { what: "busy" } : { what: "replay", answer: twin.answer };
    }
    const { fresh, sending } = addressed(this.#sending(), recipient, now);
    this.#write(sending);
    if (key !== null) this.#rows.insert("INSERT INTO upload VALUES (?, ?, NULL, ?)", key, digest, now + UPLOAD_MS);
    this.#arm(now);
    return { what: "begin", fresh };
  }

  /** Stores an upload's first answer, sealed, for a day. */
  finish(key: string, answer: string, now: number): void {
    // Erased meanwhile.
    if (!this.#rows.exist) return;
    this.#rows.change("UPDATE upload SET answer = ?, expires = ? WHERE key = ?", answer, now + REPLAY_MS, key);
    this.#arm(now);
  }

  /** Deletes an answer that cannot be opened. */
  forgetAnswer(key: string, answer: string): void {
    this.#rows.change("DELETE FROM upload WHERE key = ? AND answer = ?", key, answer);
  }

  /** An upload failed: it may be retried. @param uncounted its recipient, if it was not counted; or null */
  abandon(key: string | null, uncounted: string | null): void {
    if (!this.#rows.exist) return;
    if (key !== null) this.#rows.change("DELETE FROM upload WHERE key = ? AND answer IS NULL", key);
    if (uncounted !== null) this.#write(unaddressed(this.#sending(), uncounted));
  }

  /** Deletes everything of this sender. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#rows.change("DELETE FROM upload WHERE expires <= ?", now);
    const last = this.#rows.first<{ at: number | null }>("SELECT max(expires) AS at FROM upload");
    const later = Math.max(last?.at ?? 0, forgottenAt(this.#sending()));
    if (later > now) await this.ctx.storage.setAlarm(later);
    else await this.ctx.storage.deleteAll();
  }

  #arm(now: number): void {
    // Not awaited: the platform holds the answer until rows and alarm are on disk.
    void this.ctx.storage.setAlarm(now + REPLAY_MS + UPLOAD_MS);
  }

  #sending(): Sending {
    const row = this.#rows.first<{ sending: string }>("SELECT sending FROM sender");
    return (row === null ? null : parseStored<Sending>(skips, "picture-senders", row.sending)) ?? NOTHING_SENT;
  }

  #write(sending: Sending): void {
    this.#rows.insert("INSERT OR REPLACE INTO sender VALUES (1, ?)", JSON.stringify(sending));
  }
}
