import { takenName } from "../directory/owner-part.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import type { Vault } from "../vault/vault.ts";

const SCHEMA = ["CREATE TABLE barred (id TEXT PRIMARY KEY) WITHOUT ROWID"];

/** The names that operators took down of one number: votes that give one count as without a name. */
export class BarredStore {
  readonly #rows: ObjectRows;
  readonly #vault: Vault;
  /** The keyed hashes, cached: only this object writes them. */
  #ids: ReadonlySet<string> | null = null;

  constructor(storage: DurableObjectStorage, vault: Vault) {
    this.#rows = new ObjectRows(storage, "barred", SCHEMA, []);
    this.#vault = vault;
  }

  get any(): boolean {
    return this.#read().size > 0;
  }

  /** Replaces the list; returns whether it changed. @param ids as `takenName` makes them */
  set(ids: readonly string[]): boolean {
    const before = this.#read();
    if (ids.length === before.size && ids.every((id) => before.has(id))) return false;
    this.#rows.change("DELETE FROM barred");
    for (const id of ids) this.#rows.insert("INSERT OR IGNORE INTO barred VALUES (?)", id);
    this.#ids = new Set(ids);
    return true;
  }

  /** Names by the ids of their forms, without those that are barred. @param caller the number's keyed id */
  async without(caller: string, names: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    if (!this.any) return names;
    const kept = await Promise.all(
      [...names].map(async ([form, name]) => {
        const isBarred = this.#read().has(await takenName(this.#vault, caller, name));
        return isBarred ? [] : [[form, name] as const];
      }),
    );
    return new Map(kept.flat());
  }

  #read(): ReadonlySet<string> {
    this.#ids ??= new Set(this.#rows.all<{ id: string }>("SELECT id FROM barred").map(({ id }) => id));
    return this.#ids;
  }
}
