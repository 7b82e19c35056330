import { ObjectRows } from "../storage/object-rows.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import type { PictureQuota } from "./sender-state.ts";

/** Pictures that one number is sent in a day (UTC), whoever sends them. */
export const PICTURES_TO_ONE_A_DAY = 20;
const DAY_MS = 86_400_000;

export const RECIPIENT_QUOTA = {
  name: "recipient",
  allows: PICTURES_TO_ONE_A_DAY,
  window: DAY_MS / 1000,
} as const satisfies PictureQuota;

const SCHEMA = ["CREATE TABLE recipient (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER, n INTEGER)"];

/** How many pictures one number was sent today. Named by a keyed hash of the number; empty when the day is over. */
export class PictureRecipient extends ReportingObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "recipient", SCHEMA);

  /** Counts one more picture, or says that there were enough today. */
  spend(now: number): boolean {
    const day = Math.floor(now / DAY_MS);
    const count = this.#count(day);
    if (count >= PICTURES_TO_ONE_A_DAY) return false;
    this.#write(day, count + 1);
    return true;
  }

  /** A counted picture was not sent. */
  refund(now: number): void {
    const day = Math.floor(now / DAY_MS);
    const count = this.#count(day);
    if (count > 0) this.#write(day, count - 1);
  }

  /** Forgets everything of this recipient. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #count(day: number): number {
    return this.#rows.first<{ n: number }>("SELECT n FROM recipient WHERE day = ?", day)?.n ?? 0;
  }

  #write(day: number, n: number): void {
    this.#rows.insert("INSERT OR REPLACE INTO recipient VALUES (1, ?, ?)", day, n);
    // Not awaited: the answer is held back until both this and the row are on disk.
    void this.ctx.storage.setAlarm((day + 1) * DAY_MS);
  }
}
