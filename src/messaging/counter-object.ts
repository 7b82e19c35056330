import {
  counted,
  forgettableAt,
  takenBack,
  weighed,
  type CounterState,
  type Purse,
  type Share,
  type Tally,
  type Weighed,
} from "./counter-state.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";

/**
 * One counter of messages: of a network, an operator of networks, a range of numbers, a country, or of all money. Its
 * name is a keyed hash; it never learns what it counts. An object and not the limiter binding, which counts by place
 * and roughly.
 */
export class MessageCounter extends ReportingObject {
  /** Says whether there is room for a message; counts nothing. */
  weigh(share: Share, now: number): Weighed {
    return weighed(this.#read(), share, now);
  }

  /** Counts one message, or refuses it. Stored before it is answered. */
  count(share: Share, now: number): Weighed {
    const state = this.#read();
    const answer = weighed(state, share, now);
    if (answer.ok) this.#write(counted(state, share, now), share.purse);
    return answer;
  }

  /** Takes back one message that was counted at `at` (ms) and not sent. */
  takeBack(share: Pick<Share, "amount" | "purse">, at: number): void {
    const state = takenBack(this.#read(), share, at);
    if (state !== null) this.#write(state, share.purse);
  }

  /** What was counted, null when nothing was. */
  read(): CounterState | null {
    return this.#read();
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

  #read(): CounterState | null {
    const { sql } = this.ctx.storage;
    const exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'counter'").toArray().length > 0;
    const rows = exists ? sql.exec("SELECT purse, hour, inHour, day, inDay FROM counter").toArray() : [];
    if (rows.length === 0) return null;
    return Object.fromEntries(
      (rows as unknown as ({ purse: Purse } & Tally)[]).map(({ purse, ...tally }) => [purse, tally]),
    );
  }

  #write(state: CounterState, purse: Purse): void {
    const { sql } = this.ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS counter (purse TEXT PRIMARY KEY, hour INTEGER, inHour INTEGER, day INTEGER, inDay INTEGER) WITHOUT ROWID",
    );
    const tally = state[purse];
    if (tally === undefined) return;
    const { hour, inHour, day, inDay } = tally;
    sql.exec("INSERT OR REPLACE INTO counter VALUES (?, ?, ?, ?, ?)", purse, hour, inHour, day, inDay);
    // Not awaited: the answer is held back until both this and the row are on disk.
    void this.ctx.storage.setAlarm(forgettableAt(state));
  }
}
