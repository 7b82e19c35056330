import { Memory } from "../memory/memory.ts";
import type { Vault } from "../vault/vault.ts";
import type { StoredVote } from "./ballot-state.ts";
import type { LedgerStore, SealedForm } from "./ledger-store.ts";

/** Opened names in a ballot's memory: more than the verdict reads. */
const HELD_FORMS = 600;

/** The names of one ballot: stored sealed under keyed ids, opened once and cached while the object is awake. */
export class Forms {
  readonly #vault: Vault;
  #held = new Memory<string, string>(HELD_FORMS);
  /** Ids of recently given names: most votes of a burst repeat one (docs/adr/0009). */
  #ids = new Memory<string, string>(HELD_FORMS);

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Clears the caches. */
  forget(): void {
    this.#held = new Memory<string, string>(HELD_FORMS);
    this.#ids = new Memory<string, string>(HELD_FORMS);
  }

  /** A name's id, and its seal. The id is bound to the number, so that two numbers of one name share no stored value. */
  async seal(caller: string, name: string): Promise<SealedForm & { readonly sealed: string }> {
    const id = await this.#vault.keyedHash("name-form", `${caller}\u0000${name}`);
    this.#held.put(id, name, Number.POSITIVE_INFINITY);
    this.#ids.put(name, id, Number.POSITIVE_INFINITY);
    return { id, sealed: await this.#vault.sealText({ table: "ballots", id }, name) };
  }

  /** Like `seal`, but synchronous and without a seal, for a name known to be in the ledger; otherwise null. */
  standing(ledger: LedgerStore, name: string): SealedForm | null {
    const id = this.#ids.get(name, 0);
    return id !== undefined && ledger.hasForm(id) ? { id, sealed: null } : null;
  }

  /** The names of votes by form id, without those that cannot be opened; their votes count as without a name. */
  async open(ledger: LedgerStore, votes: readonly StoredVote[]): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const { form } of votes) {
      if (form === null || names.has(form)) continue;
      const name = this.#held.get(form, 0) ?? (await this.#openStored(ledger, form));
      if (name !== null) names.set(form, name);
    }
    return names;
  }

  /** Every name in the ledger, except those that cannot be opened. */
  async all(ledger: LedgerStore): Promise<string[]> {
    const opened = await Promise.all(ledger.forms().map((id) => this.#openStored(ledger, id)));
    return opened.filter((name) => name !== null);
  }

  async #openStored(ledger: LedgerStore, id: string): Promise<string | null> {
    const sealed = ledger.form(id);
    if (sealed === null) return null;
    const name = await this.#vault.stored.text({ table: "ballots", id }, sealed);
    if (name !== null) this.#held.put(id, name, Number.POSITIVE_INFINITY);
    return name;
  }
}
