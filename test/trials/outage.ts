import { DatabaseSync } from "node:sqlite";
import { d1File, kvFile } from "./stores.ts";

/** A store that can be made to fail. */
export type Store = "d1" | "kv";

/** What a store cannot do without. D1 keeps `dirty` and `datasets`: the service must be able to start meanwhile. */
const TABLES: Readonly<Record<Store, readonly string[]>> = { d1: ["callers", "pages"], kv: ["_mf_entries"] };

/** Makes a store of a running service fail: renames tables behind its back, as nothing in the product could. */
export class Outage {
  readonly #state: string;
  readonly #out = new Set<Store>();

  /** @param state the folder of all local stores */
  constructor(state: string) {
    this.#state = state;
  }

  /** The stores that fail now. */
  get out(): readonly Store[] {
    return [...this.#out];
  }

  begin(store: Store): void {
    if (this.#out.has(store)) return;
    this.#rename(store, (name) => [name, `${name}_away`]);
    this.#out.add(store);
  }

  end(store: Store): void {
    if (!this.#out.delete(store)) return;
    this.#rename(store, (name) => [`${name}_away`, name]);
  }

  #rename(store: Store, names: (table: string) => readonly [from: string, to: string]): void {
    const database = new DatabaseSync(store === "d1" ? d1File(this.#state) : kvFile(this.#state), { timeout: 10_000 });
    try {
      const renames = TABLES[store].map((table) => {
        const [from, to] = names(table);
        return `ALTER TABLE ${from} RENAME TO ${to};`;
      });
      database.exec(`BEGIN IMMEDIATE; ${renames.join(" ")} COMMIT;`);
    } finally {
      database.close();
    }
  }
}
