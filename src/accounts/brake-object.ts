import { DurableObject } from "cloudflare:workers";
import { forgettableAt, giveBack, spend, type BrakeKind, type BrakeState } from "./brake-state.ts";

export type BrakeAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly window: "hour" | "day"; readonly retryAfter: number };

/**
 * One counter of messages: of a network, an operator of networks, a range of numbers or a country. Its name is a keyed
 * hash; it never learns what it counts. An object and not the limiter binding, which counts by place and roughly.
 */
export class SmsBrake extends DurableObject<Env> {
  /** Counts one message, or refuses it. Stored before it is answered. */
  spend(kind: BrakeKind, now: number): BrakeAnswer {
    const spent = spend(this.#read(), kind, now);
    if (!spent.ok) return spent;
    this.#write(spent.state);
    return { ok: true };
  }

  /** Takes back one message that was counted and not sent. */
  giveBack(now: number): void {
    this.#write(giveBack(this.#read(), now));
  }

  /** Forgets the counts of a day that has passed. */
  override async alarm(): Promise<void> {
    const state = this.#read();
    if (state !== null && Date.now() < forgettableAt(state)) {
      await this.ctx.storage.setAlarm(forgettableAt(state));
      return;
    }
    await this.ctx.storage.deleteAll();
  }

  #read(): BrakeState | null {
    const { sql } = this.ctx.storage;
    const exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'brake'").toArray().length > 0;
    const [row] = exists ? sql.exec("SELECT hour, inHour, day, inDay FROM brake").toArray() : [];
    return row === undefined ? null : (row as unknown as BrakeState);
  }

  #write(state: BrakeState): void {
    this.ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS brake (one INTEGER PRIMARY KEY CHECK (one = 1), hour INTEGER, inHour INTEGER, day INTEGER, inDay INTEGER)",
    );
    const { hour, inHour, day, inDay } = state;
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO brake VALUES (1, ?, ?, ?, ?)", hour, inHour, day, inDay);
    // Not awaited: the answer is held back until both this and the row are on disk.
    void this.ctx.storage.setAlarm(forgettableAt(state));
  }
}
