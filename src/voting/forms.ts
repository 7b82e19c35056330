import { Memory } from "../memory/memory.ts";
import type { Vault } from "../vault/vault.ts";
import type { StoredVote } from "./ballot-state.ts";
import type { LedgerStore, SealedForm } from "./ledger-store.ts";

/** Names held opened in a ballot's memory: more than the verdict looks at. */
const HELD_FORMS = 600;

/** The names of one ballot: stored sealed under keyed ids, opened once and held while the object is awake. */
export class Forms {
  readonly #vault: Vault;
  #held = new Memory<string, string>(HELD_FORMS);
  /** Ids of names that were given lately: most votes of a burst give one that was given before. */
  #ids = new Memory<string, string>(HELD_FORMS);

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Forgets every name. */
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

  /** `seal` without a seal and without waiting, of a name that is known to stand in the ledger; null of any other. */
  standing(ledger: LedgerStore, name: string): SealedForm | null {
    const id = this.#ids.get(name, 0);
    return id !== undefined && ledger.hasForm(id) ? { id, sealed: null } : null;
  }

  /** The names of votes by form id; one that does not open is left out and its votes count as without a name. */
  async open(ledger: LedgerStore, votes: readonly StoredVote[]): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const { form } of votes) {
      if (form === null || names.has(form)) continue;
      const name = this.#held.get(form, 0) ?? (await this.#openStored(ledger, form));
      if (name !== null) names.set(form, name);
    }
    return names;
  }

  /** Every name that stands in the ledger; those that do not open are left out. */
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
