import { tallyBallot, type BallotPart, type Vote } from "../verdict/ballot.ts";
import type { Week } from "../verdict/decay.ts";
import type { BarredStore } from "./barred-store.ts";
import type { Forms } from "./forms.ts";
import { MOST_VOTES } from "../verdict/vote.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** Votes and what they say, as of one version of the ledger. */
interface Held {
  readonly version: number;
  readonly votes: readonly Vote[];
  /** What they say in a week, once it was asked. */
  tallied: { readonly week: Week; readonly part: BallotPart | null } | null;
}

/**
 * The votes of one ballot that the verdict reads, with their names opened: held while the object is awake, so that the
 * next vote need not read and open them all again, and the outbox need not weigh what the answer has just weighed.
 */
export class OpenedVotes {
  readonly #ledger: LedgerStore;
  readonly #forms: Forms;
  readonly #barred: BarredStore;
  #held: Held | null = null;

  constructor(ledger: LedgerStore, forms: Forms, barred: BarredStore) {
    this.#ledger = ledger;
    this.#forms = forms;
    this.#barred = barred;
  }

  /** The votes that count; names that do not open are left out. */
  async votes(): Promise<readonly Vote[]> {
    return (await this.#current()).votes;
  }

  /** What the votes say in a week. */
  async tally(week: Week): Promise<BallotPart | null> {
    const held = await this.#current();
    if (held.tallied?.week !== week) held.tallied = { week, part: tallyBallot(held.votes, week) };
    return held.tallied.part;
  }

  /**
   * One vote has become another, null for none, undefined for one whose name is not held: to be called in the turn that
   * wrote it.
   */
  changed(pid: string, after: Vote | null | undefined): void {
    const { version } = this.#ledger;
    const held = this.#held;
    this.#held = null;
    if (after === undefined || held?.version !== version - 1) return;
    const votes = withVote(held.votes, pid, after);
    if (votes !== null) this.#held = { version, votes, tallied: null };
  }

  async #current(): Promise<Held> {
    const { version } = this.#ledger;
    if (this.#held?.version === version) return this.#held;
    const rows = this.#ledger.votesThatCount();
    const opened = await this.#forms.open(this.#ledger, rows);
    const names = opened.size === 0 ? opened : await this.#barred.without(this.#ledger.place().caller, opened);
    const votes = rows.map(({ form, ...vote }): Vote => {
      return { ...vote, name: form === null ? null : (names.get(form) ?? null) };
    });
    const held: Held = { version, votes, tallied: null };
    // A vote may have come in while names were opened: then the next one reads again.
    if (this.#ledger.version === version) this.#held = held;
    return held;
  }
}

/**
 * The votes that the verdict reads once one of the ledger's has become another; null where the ledger must say, since
 * there may be more than the verdict reads.
 */
export function withVote(votes: readonly Vote[], pid: string, after: Vote | null): readonly Vote[] | null {
  if (votes.length >= MOST_VOTES) return null;
  const others = votes.filter((vote) => vote.pid !== pid);
  return after === null ? others : [...others, after];
}
