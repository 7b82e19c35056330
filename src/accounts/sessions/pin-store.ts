import type { ObjectRows } from "../../storage/object-rows.ts";
import { toBase64Url, utf8 } from "../../vault/bytes.ts";
import type { Vault } from "../../vault/vault.ts";
import { counted, forgiven, type PinAsker, type Tries } from "./pin-state.ts";

/** The outcome of trying a PIN. `none-set`: the account has none. */
export type PinTried = "right" | PinRefusal;
export type PinRefusal = "wrong" | "used-up" | "none-set";

/** The platform's maximum; without the index key a copy of the rows is useless anyway. */
const ITERATIONS = 100_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;

/**
 * The PIN of one account: a slow hash (PBKDF2-SHA-256) under a salt, and a keyed hash of that, since some PINs have four
 * digits and no slowness keeps ten thousand of them from whoever can try at leisure.
 */
export class PinStore {
  readonly #rows: ObjectRows;
  readonly #vault: Vault;
  readonly #account: string;
  readonly #exists: () => boolean;

  /** @param account the object's name; the hash is bound to it @param exists whether the account still exists */
  constructor(rows: ObjectRows, vault: Vault, account: string, exists: () => boolean) {
    this.#rows = rows;
    this.#vault = vault;
    this.#account = account;
    this.#exists = exists;
  }

  static readonly SCHEMA =
    "CREATE TABLE pin (one INTEGER PRIMARY KEY CHECK (one = 1), salt TEXT, hash TEXT, day INTEGER, own INTEGER, other INTEGER);";

  isSet(): boolean {
    return this.#rows.any("SELECT 1 FROM pin");
  }

  /** Tries a PIN. Counted before anything is awaited, so that concurrent tries cannot exceed the limit. */
  async try(pin: string, by: PinAsker, day: number): Promise<PinTried> {
    const row = this.#rows.first<{ salt: string; hash: string }>("SELECT salt, hash FROM pin");
    if (row === null) return "none-set";
    const tries = counted(this.#tries(), by, day);
    if (tries === null) return "used-up";
    this.#write(tries);
    const hash = await this.#hash(pin, row.salt);
    // Removed or erased meanwhile.
    if (hash !== row.hash || !this.#exists() || !this.isSet()) return "wrong";
    this.#write(forgiven(this.#tries(), by));
    return "right";
  }

  /** Prepares the write of a new PIN; call it without awaiting in between. */
  async writer(pin: string, day: number): Promise<() => void> {
    const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
    const hash = await this.#hash(pin, salt);
    return () => this.#rows.change("INSERT OR REPLACE INTO pin VALUES (1, ?, ?, ?, 0, 0)", salt, hash, day);
  }

  clear(): void {
    this.#rows.change("DELETE FROM pin");
  }

  #tries(): Tries {
    return this.#rows.one<Tries>("SELECT day, own, other FROM pin");
  }

  #write({ day, own, other }: Tries): void {
    this.#rows.change("UPDATE pin SET day = ?, own = ?, other = ?", day, own, other);
  }

  async #hash(pin: string, salt: string): Promise<string> {
    const key = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
    const slow = { name: "PBKDF2", hash: "SHA-256", salt: utf8(salt), iterations: ITERATIONS } as const;
    const bits = await crypto.subtle.deriveBits(slow, key, HASH_BITS);
    return this.#vault.keyedHash("pin", `${this.#account}\u0000${toBase64Url(new Uint8Array(bits))}`);
  }
}
