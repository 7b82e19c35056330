import { ObjectRows } from "../storage/object-rows.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import { current, giveBack, spend, untilMidnight, type Quota, type Spending, type Used } from "./use-state.ts";

const SCHEMA = ["CREATE TABLE used (name TEXT PRIMARY KEY, window INTEGER, period INTEGER, n INTEGER) WITHOUT ROWID"];

/**
 * What one number has used of the day, whichever account of it; named by a keyed hash of the number, of the account where
 * there is none. It learns names of quotas and counts, and is empty when the day is over: an erasure leaves it alone, or
 * whoever signs up anew would begin the day's quotas anew.
 */
export class DayUse extends ReportingObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "used", SCHEMA);

  /** Counts all of it before it is answered, or nothing: then the quota that has no room. @param now ms */
  spend(spendings: readonly Spending[], now: number): Quota | null {
    const spent = spend(this.#used(), spendings, now);
    if ("allows" in spent) return spent;
    this.#write(spent, now);
    return null;
  }

  /** What was counted came to nothing. */
  giveBack(spendings: readonly Spending[], now: number): void {
    const used = this.#used();
    if (used.length > 0) this.#write(giveBack(used, spendings, now), now);
  }

  /** What counts now, by the names of the quotas. */
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
    // Not awaited: the answer is held back until both this and the rows are on disk.
    void this.ctx.storage.setAlarm(Date.now() + untilMidnight(now));
  }
}
