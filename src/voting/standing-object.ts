import { ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";
import type { Tier } from "./ballot-state.ts";
import {
  dropsOn,
  entered,
  kept,
  left,
  nextEpoch,
  settled,
  spend,
  tierOf,
  type Outcome,
  type Spending,
  type Standing,
  type UsedUp,
} from "./standing-state.ts";
import { dayOf, dayStart } from "../time/days.ts";

/** What a voter may do: vote with a tier, or nothing more today. `epoch` decides whose votes they are. */
export type Granted =
  | { readonly ok: true; readonly tier: Tier; readonly epoch: number }
  | { readonly ok: false; readonly usedUp: UsedUp; readonly epoch: number };

/** `newcomer`: another account voted last, or none did; the caller must verify that the number belongs to this one. */
export type Spent = Granted | "newcomer";

/** The row of `standing`; `used` is 0 or 1. */
interface StandingRow extends Omit<Standing, "used" | "countedFrom" | "left"> {
  readonly one: number;
  readonly counted_from: number;
  readonly left_on: number;
  readonly used: number;
}

const SCHEMA = [
  "CREATE TABLE standing (one INTEGER PRIMARY KEY CHECK (one = 1), account TEXT, since INTEGER, disagreements INTEGER, counted_from INTEGER, day INTEGER, names INTEGER, marks INTEGER, epoch INTEGER, used INTEGER, left_on INTEGER)",
];

/**
 * The holder of a number as a voter, named by a keyed id of the number (of the account where it has none), so that
 * quotas follow whoever holds it. It never learns on which numbers it votes.
 */
export class VoterStanding extends StoredObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "standing", SCHEMA, []);

  /**
   * Spends of the day's quota; counted before it is answered.
   * @param account keyed hash of the account that votes
   * @param since in development: the day since which the account is to count as a voter
   * @param sure whether the number was just verified to be the account's: a former holder's token is valid for minutes more
   * and must not reset the current holder's age
   */
  spend(account: string, spending: Spending, day: number, since: number | null, sure: boolean): Spent {
    if (!sure && this.#read()?.account !== account) return "newcomer";
    const known = entered(this.#read(), account, day);
    const before = since === null ? known : { ...known, since };
    const spent = spend(before, spending, day);
    if (typeof spent === "string") return { ok: false, usedUp: spent, epoch: before.epoch };
    this.#write(spent);
    return { ok: true, tier: tierOf(spent, day), epoch: spent.epoch };
  }

  /** Settles what was spent once the vote has been cast. Not called for most votes: what was spent stands. */
  settle(account: string, outcome: Outcome, day: number): void {
    const standing = this.#read();
    if (standing !== null) this.#write(settled(standing, account, outcome, day));
  }

  /** The number's epoch. Asking stores nothing. */
  epoch(): number {
    return this.#read()?.epoch ?? 0;
  }

  /** Starts a new epoch: the number changed hands. Repeating it before anybody has voted changes nothing. */
  async startEpoch(day: number): Promise<void> {
    this.#write(nextEpoch(this.#read(), day));
    await this.#arm();
  }

  /** Everything held; null when nothing is. */
  held(): Standing | null {
    return this.#read();
  }

  /** Forgets an account as a voter; whether there was anything to forget. */
  async forget(account: string, day: number): Promise<boolean> {
    const before = this.#read();
    const had = before?.account === account;
    await this.#keep(left(before, account, day));
    return had;
  }

  /** Drops the day's counts at midnight, and the epoch once no vote from it is left. */
  override async alarm(): Promise<void> {
    await this.#keep(kept(this.#read(), dayOf(Date.now())));
  }

  async #keep(standing: Standing | null): Promise<void> {
    if (standing === null) {
      await this.ctx.storage.deleteAlarm();
      return this.ctx.storage.deleteAll();
    }
    this.#write(standing);
    await this.#arm();
  }

  async #arm(): Promise<void> {
    const standing = this.#read();
    const day = standing === null ? null : dropsOn(standing);
    if (day !== null) await this.ctx.storage.setAlarm(dayStart(day));
  }

  #read(): Standing | null {
    const row = this.#rows.first<StandingRow>("SELECT * FROM standing");
    return row === null ? null : standingOf(row);
  }

  #write(standing: Standing): void {
    const { account, since, disagreements, countedFrom, day, names, marks, epoch, used } = standing;
    this.#rows.insert(
      "INSERT OR REPLACE INTO standing VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      account,
      since,
      disagreements,
      countedFrom,
      day,
      names,
      marks,
      epoch,
      used ? 1 : 0,
      standing.left,
    );
  }
}

function standingOf(stored: StandingRow): Standing {
  const { one: _, counted_from: countedFrom, left_on: left, used, ...row } = stored;
  return { ...row, countedFrom, left, used: used === 1 };
}
