import type { ObjectRows } from "../../storage/object-rows.ts";
import type { Vault } from "../../vault/vault.ts";

/** Devices that an account remembers; beyond that the least recently used is forgotten. */
const MOST_DEVICES = 20;

/**
 * Devices that one account knows, also while they are signed out: keyed hashes of the ids that their apps chose. Whoever
 * has such an id and gets the number's codes is taken for the device, so an app makes it of 122 random bits or more,
 * once for an installation, and shows it to nobody.
 */
export class DeviceStore {
  readonly #rows: ObjectRows;
  readonly #vault: Vault;
  readonly #account: string;

  /** @param account the object's name: two accounts store different keys of the same device */
  constructor(rows: ObjectRows, vault: Vault, account: string) {
    this.#rows = rows;
    this.#vault = vault;
    this.#account = account;
  }

  static readonly SCHEMA = "CREATE TABLE device (id TEXT PRIMARY KEY, used INTEGER) WITHOUT ROWID;";

  /** The key under which a device is stored. */
  key(id: string): Promise<string> {
    return this.#vault.keyedHash("device", `${this.#account}\u0000${id}`);
  }

  knows(key: string): boolean {
    return this.#rows.any("SELECT 1 FROM device WHERE id = ?", key);
  }

  /** Remembers a device as one of the account's. @param day days since 1970-01-01 */
  learn(key: string, day: number): void {
    this.#rows.change("INSERT OR REPLACE INTO device VALUES (?, ?)", key, day);
    this.#rows.change(
      "DELETE FROM device WHERE id IN (SELECT id FROM device ORDER BY used DESC, id LIMIT -1 OFFSET ?)",
      MOST_DEVICES,
    );
  }

  forget(key: string): void {
    this.#rows.change("DELETE FROM device WHERE id = ?", key);
  }

  count(): number {
    return this.#rows.first<{ n: number }>("SELECT count(*) AS n FROM device")?.n ?? 0;
  }
}
