import type { RevocationRecords } from "../directory/revocation-records.ts";
import type { E164 } from "../numbers/number.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import type { Vault } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import type { StoredVote, Tier } from "./ballot-state.ts";
import type { Forms } from "./forms.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { placeOf } from "./place.ts";

/** A name from somebody's contacts, as the mixers release it. */
export interface ContactVote {
  readonly number: E164;
  /** Already clean. */
  readonly name: string;
  /** Keyed hash of number and share id. */
  readonly pid: string;
  /** The id under which it was shared. */
  readonly share: string;
  /** The `pid` of the same person's own vote on the number. */
  readonly own: string;
  readonly tier: Tier;
  readonly net: number;
  readonly week: Week;
}

/** Contacts checked in one run, and the wait before the next run, ms. */
const LOOK_ROWS = 500;
const NEXT_LOOK_MS = 1000;

const SCHEMA = [
  `CREATE TABLE contact (own TEXT PRIMARY KEY, pid TEXT, share TEXT) WITHOUT ROWID;
  CREATE UNIQUE INDEX contact_by_pid ON contact (pid);
  CREATE TABLE look (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER, after TEXT);`,
];

/**
 * The votes of a ballot that come from contacts. They are stored among the others; a table of their own, created with the
 * first, says which own vote outranks each: one person has one vote per number. Each row has its share id, sealed: once a
 * day the ballot checks which were revoked, a few hundred a run.
 */
export class ContactVotesStore {
  readonly #rows: ObjectRows;
  readonly #ledger: LedgerStore;
  readonly #vault: Vault;
  readonly #lookMs: number;

  /** @param lookMs how often it checks which were revoked */
  constructor(storage: DurableObjectStorage, ledger: LedgerStore, vault: Vault, lookMs: number) {
    this.#lookMs = lookMs;
    this.#ledger = ledger;
    this.#vault = vault;
    this.#rows = new ObjectRows(storage, "contacts", SCHEMA, [
      { table: "contact", column: "share", key: "own", bound: "pid", place: (id) => ({ table: "contacts", id }) },
    ]);
    ledger.contacts = this.#rows;
  }

  /** Whether the ballot holds any. */
  get any(): boolean {
    return this.#rows.any("SELECT 1 FROM contact LIMIT 1");
  }

  /**
   * Stores one; a repeat changes nothing. It does not count while the same person votes on the number. @returns whether the
   * ballot has changed
   */
  async take(
    { number, name, own, share, ...vote }: ContactVote,
    forms: Forms,
    storage: DurableObjectStorage,
  ): Promise<boolean> {
    const place = await placeOf(this.#vault, number);
    const form = await forms.seal(place.caller, name);
    const sealed = await this.#vault.sealText({ table: "contacts", id: vote.pid }, share);
    // From here to the write nothing is awaited.
    const before = this.#ledger.vote(vote.pid);
    if (before?.form === form.id) return false;
    const said = { by: null, form: form.id, spam: null, category: null, markWeek: vote.week, muted: false } as const;
    const after: StoredVote = { ...vote, ...said, source: "contact" };
    storage.transactionSync(() => {
      this.#ledger.make(place);
      // Shared before under another share id that is being revoked.
      if (this.#pidOf(own) !== vote.pid) this.drop(own);
      this.#ledger.put(vote.pid, before, after, form);
      this.#rows.insert("INSERT OR REPLACE INTO contact VALUES (?, ?, ?)", own, vote.pid, sealed);
    });
    return true;
  }

  /** Whether there is one by the person whose own vote has this `pid`. */
  has(own: string): boolean {
    return this.#pidOf(own) !== null;
  }

  /** Drops the one of the person whose own vote has this `pid`. @returns whether there was one */
  drop(own: string): boolean {
    const pid = this.#pidOf(own);
    if (pid === null) return false;
    this.#ledger.put(pid, this.#ledger.vote(pid), null, null);
    this.#rows.change("DELETE FROM contact WHERE own = ?", own);
    return true;
  }

  /** Deletes the link from a dropped contact to the own vote that outranked it. */
  forget(pid: string): void {
    this.#rows.change("DELETE FROM contact WHERE pid = ?", pid);
  }

  /** When to check for revocations, ms since 1970; null without contacts. */
  lookAt(): number | null {
    return this.any ? (this.#look()?.at ?? 0) : null;
  }

  /**
   * Drops the revoked ones among the next few hundred; call until `lookAt` is in the future. Its position is stored, so that
   * evictions do not restart it.
   * @param random in [0, 1): a ballot's first check is at a random time of the day, or it would tell when its first name came
   */
  async dropRevoked(
    revocations: RevocationRecords,
    storage: DurableObjectStorage,
    now: number,
    random: number,
  ): Promise<void> {
    const after = this.#look()?.after ?? "";
    const rows = this.#rows.all<{ own: string; pid: string; share: string }>(
      "SELECT own, pid, share FROM contact WHERE own > ? ORDER BY own LIMIT ?",
      after,
      LOOK_ROWS,
    );
    const shares = new Map<string, string>();
    for (const { own, pid, share } of rows) {
      const opened = await this.#vault.stored.text({ table: "contacts", id: pid }, share);
      // What cannot be opened is skipped, so that it does not block the others.
      if (opened !== null) shares.set(own, opened);
    }
    const revoked = await revocations.among(shares.values());
    storage.transactionSync(() => {
      for (const { own, pid } of rows) {
        // Shared again meanwhile, the row belongs to another share id.
        if (revoked.has(shares.get(own) ?? "") && this.#pidOf(own) === pid) this.drop(own);
      }
      const first = this.#look() === null;
      if (rows.length === LOOK_ROWS) this.#setLook(now + NEXT_LOOK_MS, rows.at(-1)?.own ?? null);
      else this.#setLook(now + (first ? Math.ceil(random * this.#lookMs) : this.#lookMs), null);
    });
  }

  /** Deletes all of them: the ledger was emptied. */
  clear(): void {
    this.#rows.change("DELETE FROM contact; DELETE FROM look;");
  }

  /** Drops all of them, a few hundred at once; call until none are left. @returns whether there were any */
  dropSome(): boolean {
    const rows = this.#rows.all<{ own: string }>("SELECT own FROM contact LIMIT ?", LOOK_ROWS);
    for (const { own } of rows) this.drop(own);
    return rows.length > 0;
  }

  #look(): { readonly at: number; readonly after: string | null } | null {
    return this.#rows.first<{ at: number; after: string | null }>("SELECT at, after FROM look");
  }

  #setLook(at: number, after: string | null): void {
    this.#rows.insert("INSERT OR REPLACE INTO look VALUES (1, ?, ?)", at, after);
  }

  #pidOf(own: string): string | null {
    return this.#rows.first<{ pid: string }>("SELECT pid FROM contact WHERE own = ?", own)?.pid ?? null;
  }
}
