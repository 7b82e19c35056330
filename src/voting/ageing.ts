import { weekStart, type Week } from "../verdict/decay.ts";
import { agedVote, MARK_WEEKS, NAME_WEEKS } from "./ballot-state.ts";
import type { ContactVotes } from "./contact-votes.ts";
import { readVote, type Ledger } from "./ledger.ts";

/** Votes that are aged in one run of the alarm: some milliseconds. */
const VOTES_A_RUN = 500;

/** The lifetimes of what a ballot holds: names and marks go when they are too old to tell who has the number today. */
export class Ageing {
  readonly #sql: SqlStorage;
  readonly #ledger: Ledger;
  readonly #contacts: ContactVotes;

  constructor(sql: SqlStorage, ledger: Ledger, contacts: ContactVotes) {
    this.#sql = sql;
    this.#ledger = ledger;
    this.#contacts = contacts;
  }

  /** When something has had its time, ms since 1970; null while the ballot holds nothing. */
  dueAt(): number | null {
    const empty = this.#sql.exec("SELECT 1 FROM vote LIMIT 1").toArray().length === 0;
    const due = (empty ? null : this.#ledger.due()) ?? this.#look();
    return due === null ? null : weekStart(due);
  }

  /**
   * Drops names and marks that have had their time, some hundreds at once; to be called until `dueAt` is in the future.
   * @returns how many votes it looked at
   */
  run(week: Week): number {
    if ((this.#ledger.due() ?? this.#look() ?? week + 1) > week) return 0;
    const rows = this.#sql
      .exec(
        "SELECT * FROM vote WHERE (form IS NOT NULL AND week <= ?) OR (spam IS NOT NULL AND mark_week <= ?) LIMIT ?",
        week - NAME_WEEKS,
        week - MARK_WEEKS,
        VOTES_A_RUN,
      )
      .toArray();
    for (const before of rows.map(readVote)) {
      const after = agedVote(before, week);
      this.#ledger.put(before.pid, before, after, null);
      if (after === null) this.#contacts.forget(before.pid);
    }
    if (rows.length < VOTES_A_RUN) this.#look();
    return rows.length;
  }

  /** The week in which the oldest name or mark goes, found by reading every vote: once in years. */
  #look(): Week | null {
    const { name, mark } = this.#sql
      .exec<{ name: number | null; mark: number | null }>(
        "SELECT min(CASE WHEN form IS NOT NULL THEN week END) AS name, min(CASE WHEN spam IS NOT NULL THEN mark_week END) AS mark FROM vote",
      )
      .one();
    const first = Math.min((name ?? Infinity) + NAME_WEEKS, (mark ?? Infinity) + MARK_WEEKS);
    const due = Number.isFinite(first) ? first : null;
    if (due !== this.#ledger.due()) this.#ledger.setDue(due);
    return due;
  }
}
