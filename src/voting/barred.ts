import { takenName } from "../directory/owner-part.ts";
import type { Vault } from "../vault/vault.ts";

/** The names that operators took down of one number: votes that give one count as without a name. */
export class Barred {
  readonly #sql: SqlStorage;
  readonly #vault: Vault;
  /** The keyed hashes, once read: nobody else writes them. */
  #ids: ReadonlySet<string> | null = null;

  constructor(sql: SqlStorage, vault: Vault) {
    this.#sql = sql;
    this.#vault = vault;
  }

  get any(): boolean {
    return this.#read().size > 0;
  }

  /** Sets the whole list; whether it is another one than before. @param ids as `takenName` makes them */
  set(ids: readonly string[]): boolean {
    const before = this.#read();
    if (ids.length === before.size && ids.every((id) => before.has(id))) return false;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS barred (id TEXT PRIMARY KEY) WITHOUT ROWID");
    this.#sql.exec("DELETE FROM barred");
    for (const id of ids) this.#sql.exec("INSERT OR IGNORE INTO barred VALUES (?)", id);
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
    if (this.#ids === null) {
      const made = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'barred'").toArray().length > 0;
      const rows = made ? this.#sql.exec("SELECT id FROM barred").toArray() : [];
      this.#ids = new Set(rows.map((row) => row["id"] as string));
    }
    return this.#ids;
  }
}
