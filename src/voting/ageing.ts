import { weekStart, type Week } from "../verdict/decay.ts";
import { agedVote, MARK_WEEKS, NAME_WEEKS } from "./ballot-state.ts";
import type { ContactVotesStore } from "./contact-votes-store.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** Votes aged in one run of the alarm: a few milliseconds. */
const VOTES_A_RUN = 500;

/** The lifetimes of votes: names and marks are dropped when they are too old to say who has the number today. */
export class Ageing {
  readonly #ledger: LedgerStore;
  readonly #contacts: ContactVotesStore;

  constructor(ledger: LedgerStore, contacts: ContactVotesStore) {
    this.#ledger = ledger;
    this.#contacts = contacts;
  }

  /** When something expires, ms since 1970; null while the ballot is empty. */
  dueAt(): number | null {
    const due = (this.#ledger.hasVotes ? this.#ledger.due() : null) ?? this.#look();
    return due === null ? null : weekStart(due);
  }

  /**
   * Drops expired names and marks, a bounded number; call until `dueAt` is in the future. @returns how many votes it read
   */
  run(week: Week): number {
    if ((this.#ledger.due() ?? this.#look() ?? week + 1) > week) return 0;
    const aged = this.#ledger.aged(week - NAME_WEEKS, week - MARK_WEEKS, VOTES_A_RUN);
    for (const before of aged) {
      const after = agedVote(before, week);
      this.#ledger.put(before.pid, before, after, null);
      if (after === null) this.#contacts.forget(before.pid);
    }
    if (aged.length < VOTES_A_RUN) this.#look();
    return aged.length;
  }

  /** The week in which the oldest name or mark expires, found by reading every vote: rarely needed. */
  #look(): Week | null {
    const { name, mark } = this.#ledger.oldest();
    const first = Math.min((name ?? Infinity) + NAME_WEEKS, (mark ?? Infinity) + MARK_WEEKS);
    const due = Number.isFinite(first) ? first : null;
    if (due !== this.#ledger.due()) this.#ledger.setDue(due);
    return due;
  }
}
