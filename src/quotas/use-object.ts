import { ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { current, giveBack, spend, untilMidnight, type Quota, type Spending, type Used } from "./use-state.ts";

const SCHEMA = ["CREATE TABLE used (name TEXT PRIMARY KEY, window INTEGER, period INTEGER, n INTEGER) WITHOUT ROWID"];

/**
 * Counts what one number has used today, across all its accounts. Named by a keyed hash of the number, or of the account
 * if it has none. Holds only names of quotas and counts, and empties itself at midnight. An erasure does not touch it:
 * otherwise signing up again would reset the quotas.
 */
export class DayUse extends StoredObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "used", SCHEMA, []);

  /** Counts everything before it answers, or nothing if one quota is used up, which is returned. @param now ms */
  spend(spendings: readonly Spending[], now: number): Quota | null {
    const spent = spend(this.#used(), spendings, now);
    if ("allows" in spent) return spent;
    this.#write(spent, now);
    return null;
  }

  /** Returns what was counted for work that failed. */
  giveBack(spendings: readonly Spending[], now: number): void {
    const used = this.#used();
    if (used.length > 0) this.#write(giveBack(used, spendings, now), now);
  }

  /** Current counts by the names of the quotas. */
  held(now: number): Record<string, number> {
    return Object.fromEntries(current(this.#used(), now).map(({ name, n }) => [name, n]));
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    if (current(this.#used(), now).length === 0) return this.ctx.storage.deleteAll();
    await this.ctx.storage.setAlarm(now + untilMidnight(now));
  }

  #used(): readonly Used[] {
    return this.#rows.all<Used>("SELECT name, window, period, n FROM used");
  }

  #write(used: readonly Used[], now: number): void {
    for (const { name, window, period, n } of used) {
      this.#rows.insert("INSERT OR REPLACE INTO used VALUES (?, ?, ?, ?)", name, window, period, n);
    }
    // Not awaited: the platform holds the answer until rows and alarm are on disk.
    void this.ctx.storage.setAlarm(Date.now() + untilMidnight(now));
  }
}
