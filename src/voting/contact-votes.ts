import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import type { StoredVote, Tier } from "./ballot-state.ts";
import type { Forms } from "./forms.ts";
import type { Ledger } from "./ledger.ts";
import { placeOf } from "./place.ts";

/** A name from somebody's contacts, as the mixers release it. */
export interface ContactVote {
  readonly number: E164;
  /** Clean already. */
  readonly name: string;
  /** Keyed hash of number and share id: what a revocation recomputes. */
  readonly pid: string;
  /** What the same person's own vote on the number has as its `pid`. */
  readonly own: string;
  readonly tier: Tier;
  readonly net: number;
  readonly week: Week;
}

/**
 * The votes of a ballot that come from contacts. They stand among the others; a table of their own, made with the first,
 * says which own vote each gives way to: one person has one vote on a number, however it came.
 */
export class ContactVotes {
  readonly #sql: SqlStorage;
  readonly #ledger: Ledger;
  readonly #vault: Vault;
  #made: boolean;

  constructor(sql: SqlStorage, ledger: Ledger, vault: Vault) {
    this.#sql = sql;
    this.#ledger = ledger;
    this.#vault = vault;
    this.#made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'contact'").toArray().length > 0;
    ledger.contacts = this.#made;
  }

  /** Whether the ballot holds any. */
  get any(): boolean {
    return this.#made && this.#sql.exec("SELECT 1 FROM contact LIMIT 1").toArray().length > 0;
  }

  /**
   * Takes one in; a repeat changes nothing. While the same person votes on the number it counts for nothing.
   * @returns whether the ballot has changed
   */
  async take(
    { number, name, own, ...vote }: ContactVote,
    forms: Forms,
    storage: DurableObjectStorage,
  ): Promise<boolean> {
    const place = await placeOf(this.#vault, number);
    const form = await forms.seal(place.caller, name);
    // From here to the write nothing is awaited.
    const before = this.#ledger.vote(vote.pid);
    if (before?.form === form.id) return false;
    const said = { form: form.id, spam: null, category: null, markWeek: vote.week } as const;
    const after: StoredVote = { ...vote, ...said, source: "contact" };
    storage.transactionSync(() => {
      this.#ledger.make(place);
      this.#make();
      // Shared before under another share id that is being revoked.
      if (this.#pidOf(own) !== vote.pid) this.drop(own);
      this.#ledger.put(vote.pid, before, after, form);
      this.#sql.exec("INSERT OR REPLACE INTO contact VALUES (?, ?)", own, vote.pid);
    });
    return true;
  }

  /** Whether there is one of the person whose own vote has this `pid`. */
  has(own: string): boolean {
    return this.#pidOf(own) !== null;
  }

  /** Drops the one of the person whose own vote has this `pid`. @returns whether there was one */
  drop(own: string): boolean {
    const pid = this.#pidOf(own);
    if (pid === null) return false;
    this.#ledger.put(pid, this.#ledger.vote(pid), null, null);
    this.#sql.exec("DELETE FROM contact WHERE own = ?", own);
    return true;
  }

  /** Forgets whose own vote outranks one that is no more. */
  forget(pid: string): void {
    if (this.#made) this.#sql.exec("DELETE FROM contact WHERE pid = ?", pid);
  }

  /** Drops those that were shared under revoked ids. @param revoked share ids */
  async dropRevoked(revoked: readonly string[], storage: DurableObjectStorage): Promise<void> {
    if (revoked.length === 0 || !this.any) return;
    const { caller, number } = this.#ledger.place();
    const opened = await this.#vault.openText({ table: "ballots", id: caller }, number);
    if (!opened.ok) throw new Error(`a ballot's number does not open: ${opened.reason}`);
    const pids = await Promise.all(revoked.map((share) => this.#vault.contactPid(opened.text as E164, share)));
    storage.transactionSync(() => {
      for (const pid of pids) {
        const [row] = this.#sql.exec("SELECT own FROM contact WHERE pid = ?", pid).toArray();
        if (row !== undefined) this.drop(row["own"] as string);
      }
    });
  }

  /** Forgets all of them: the ledger was emptied. */
  clear(): void {
    if (this.#made) this.#sql.exec("DELETE FROM contact");
  }

  #pidOf(own: string): string | null {
    if (!this.#made) return null;
    const [row] = this.#sql.exec("SELECT pid FROM contact WHERE own = ?", own).toArray();
    return (row?.["pid"] as string | undefined) ?? null;
  }

  #make(): void {
    if (this.#made) return;
    this.#sql.exec(`
      CREATE TABLE contact (own TEXT PRIMARY KEY, pid TEXT) WITHOUT ROWID;
      CREATE UNIQUE INDEX contact_by_pid ON contact (pid);
    `);
    this.#made = true;
    this.#ledger.contacts = true;
  }
}
