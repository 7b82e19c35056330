import { ReportingObject } from "../telemetry/reporting-object.ts";
import type { Grant } from "./allowances.ts";
import type { Tier } from "./ballot-state.ts";
import {
  contradicted,
  newcomer,
  spend,
  tierOf,
  type Ahead,
  type Spending,
  type Standing,
  type UsedUp,
} from "./standing-state.ts";

/** What a voter may do: vote with a tier, and some more votes without asking; or nothing more today. */
export type Granted = ({ readonly ok: true } & Grant) | { readonly ok: false; readonly usedUp: UsedUp };

/** One account as a voter, named by its keyed id. It never learns on which numbers the account votes. */
export class VoterStanding extends ReportingObject {
  #standing: Standing | null | undefined;

  /**
   * Spends of the day's quota, for a vote and for names and marks to come; counted before it is answered.
   * @param since in development: the day since which the account is to count as a voter
   */
  spend(spending: Spending, day: number, ahead: Ahead, since: number | null): Granted {
    const known = this.#read() ?? newcomer(day);
    const before = since === null ? known : { ...known, since };
    const spent = spend(before, spending, day, ahead);
    if (typeof spent === "string") return { ok: false, usedUp: spent };
    const { standing, names, marks } = spent;
    this.#write(standing);
    return { ok: true, tier: tierOf(standing, day), names, marks };
  }

  /** Notes that an official or owner's name contradicted a name it gave. @returns the tier that is left */
  contradict(day: number): Tier {
    const standing = contradicted(this.#read() ?? newcomer(day));
    this.#write(standing);
    return tierOf(standing, day);
  }

  /** Everything held; null when the account never voted. */
  held(): Standing | null {
    return this.#read();
  }

  /** Forgets the account as a voter; whether there was anything to forget. */
  async forget(): Promise<boolean> {
    const had = this.#read() !== null;
    this.#standing = null;
    await this.ctx.storage.deleteAll();
    return had;
  }

  #read(): Standing | null {
    if (this.#standing === undefined) {
      const { sql } = this.ctx.storage;
      const exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'standing'").toArray().length > 0;
      const [row] = exists ? sql.exec("SELECT since, disagreements, day, names, marks FROM standing").toArray() : [];
      this.#standing = row === undefined ? null : (row as unknown as Standing);
    }
    return this.#standing;
  }

  #write(standing: Standing): void {
    const { sql } = this.ctx.storage;
    if (this.#read() === null) {
      sql.exec(
        "CREATE TABLE IF NOT EXISTS standing (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER, disagreements INTEGER, day INTEGER, names INTEGER, marks INTEGER)",
      );
    }
    const { since, disagreements, day, names, marks } = standing;
    sql.exec("INSERT OR REPLACE INTO standing VALUES (1, ?, ?, ?, ?, ?)", since, disagreements, day, names, marks);
    this.#standing = standing;
  }
}
