import {
  counted,
  countedOn,
  forgettableAt,
  refusedMore,
  takenBack,
  weighed,
  type CounterState,
  type Purse,
  type Refused,
  type Share,
  type Tally,
  type Weighed,
} from "./counter-state.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";

const COUNTS = [
  "CREATE TABLE counter (purse TEXT PRIMARY KEY, hour INTEGER, inHour INTEGER, day INTEGER, inDay INTEGER) WITHOUT ROWID",
];
const REFUSED = ["CREATE TABLE refused (by TEXT PRIMARY KEY, day INTEGER, n INTEGER) WITHOUT ROWID"];

/**
 * One counter of messages: of a network, an operator of networks, a range of numbers, a country, or of all money. Its
 * name is a keyed hash; it never learns what it counts. An object and not the limiter binding, which counts by place
 * and roughly.
 */
export class MessageCounter extends StoredObject {
  readonly #counts = new ObjectRows(this.ctx.storage, "counts", COUNTS, []);
  /** Of the counter of all money alone. */
  readonly #refused = new ObjectRows(this.ctx.storage, "refused", REFUSED, []);

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

  /** Adds to how often bounds of each kind kept messages from leaving: kept by the counter of all money alone. */
  noteRefused(more: readonly Refused[]): void {
    const refused = refusedMore(this.#readRefused(), more);
    for (const { by, day, n } of refused) {
      this.#refused.insert("INSERT OR REPLACE INTO refused VALUES (?, ?, ?)", by, day, n);
    }
    void this.ctx.storage.setAlarm(forgettableAt(this.#read() ?? {}, refused));
  }

  /** What was counted in a day, and which bounds were met. @param day days since 1970-01-01 */
  read(day: number): { readonly counted: number; readonly refused: readonly Refused[] } {
    const refused = this.#readRefused().filter((one) => one.day === day);
    return { counted: countedOn(this.#read() ?? {}, day), refused };
  }

  /** Forgets the counts of a day that has passed. */
  override async alarm(): Promise<void> {
    const end = forgettableAt(this.#read() ?? {}, this.#readRefused());
    if (Date.now() < end) {
      await this.ctx.storage.setAlarm(end);
      return;
    }
    await this.ctx.storage.deleteAll();
  }

  #readRefused(): Refused[] {
    return this.#refused.all<Refused>("SELECT by, day, n FROM refused");
  }

  #read(): CounterState | null {
    const rows = this.#counts.all<{ purse: Purse } & Tally>("SELECT purse, hour, inHour, day, inDay FROM counter");
    return rows.length === 0 ? null : Object.fromEntries(rows.map(({ purse, ...tally }) => [purse, tally]));
  }

  #write(state: CounterState, purse: Purse): void {
    const tally = state[purse];
    if (tally === undefined) return;
    const { hour, inHour, day, inDay } = tally;
    this.#counts.insert("INSERT OR REPLACE INTO counter VALUES (?, ?, ?, ?, ?)", purse, hour, inHour, day, inDay);
    // Not awaited: the platform holds the answer until row and alarm are on disk.
    void this.ctx.storage.setAlarm(forgettableAt(state, this.#readRefused()));
  }
}
