import type { UsedUp } from "../quotas/quotas.ts";
import { retryAfter } from "../quotas/use-state.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { dayOf, dayStart } from "../time/days.ts";
import { PAIR_QUOTA, RECIPIENT_QUOTA } from "./sender-state.ts";

const SCHEMA = ["CREATE TABLE recipient (sender TEXT PRIMARY KEY, day INTEGER, n INTEGER) WITHOUT ROWID"];

/**
 * How many pictures one number was sent today, and how many of them each sender sent, by keyed hashes of sender and number
 * together. Named by a keyed hash of the number; empty when the day is over.
 */
export class PictureRecipient extends StoredObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "recipient", SCHEMA, []);

  /** Counts one more picture, or says which quota has no room. @param sender keyed hash of sender and number */
  spend(sender: string, now: number): UsedUp | null {
    const day = dayOf(now);
    const counts = this.#counts(day);
    const own = counts.get(sender) ?? 0;
    const all = [...counts.values()].reduce((sum, n) => sum + n, 0);
    const full = own >= PAIR_QUOTA.allows ? PAIR_QUOTA : all >= RECIPIENT_QUOTA.allows ? RECIPIENT_QUOTA : null;
    if (full !== null) return { quota: full, retryAfter: retryAfter(full, now) };
    this.#write(day, sender, own + 1);
    return null;
  }

  /** Takes back the count of a picture that was not sent. */
  refund(sender: string, now: number): void {
    const day = dayOf(now);
    const own = this.#counts(day).get(sender) ?? 0;
    if (own > 0) this.#write(day, sender, own - 1);
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #counts(day: number): Map<string, number> {
    const rows = this.#rows.all<{ sender: string; n: number }>("SELECT sender, n FROM recipient WHERE day = ?", day);
    return new Map(rows.map(({ sender, n }) => [sender, n]));
  }

  #write(day: number, sender: string, n: number): void {
    this.#rows.insert("INSERT OR REPLACE INTO recipient VALUES (?, ?, ?)", sender, day, n);
    // Not awaited: the platform holds the answer until row and alarm are on disk.
    void this.ctx.storage.setAlarm(dayStart(day + 1));
  }
}
