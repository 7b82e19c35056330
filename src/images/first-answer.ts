import { fromBase64Url, textOf, toBase64Url, utf8 } from "../vault/bytes.ts";
import type { StoredSeals } from "../vault/stored-seals.ts";
import type { Vault } from "../vault/vault.ts";
import type { PictureId } from "./picture-keys.ts";

const IV_BYTES = 12;

/** What the sender is told. Not how it was delivered, which would tell who has an account. */
export interface Uploaded {
  readonly id: PictureId;
  readonly link: string;
  readonly expiresAt: string;
}

/**
 * An upload's first answer, stored for repeats. It contains the link, which only the sender may have: so its key is derived
 * from the Idempotency-Key, which is not stored, and from the vault, so that a short key cannot be guessed from a stolen
 * copy.
 */
export class FirstAnswer {
  readonly #vault: Vault;
  readonly #account: string;
  readonly #idempotencyKey: string;

  constructor(vault: Vault, account: string, idempotencyKey: string) {
    this.#vault = vault;
    this.#account = account;
    this.#idempotencyKey = idempotencyKey;
  }

  /** The key under which the answer is stored. */
  name(): Promise<string> {
    return this.#vault.keyedHash("upload", `name\u0000${this.#account}\u0000${this.#idempotencyKey}`);
  }

  async seal(answer: Uploaded): Promise<string> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv },
      await this.#key(),
      utf8(JSON.stringify(answer)),
    );
    return toBase64Url(iv) + toBase64Url(new Uint8Array(sealed));
  }

  /** The answer, or null if it cannot be opened, which is counted. */
  async open(stored: StoredSeals, sealed: string): Promise<Uploaded | null> {
    const text = await this.#open(sealed);
    return text === null ? stored.skip("pictures", "tampered") : stored.parse<Uploaded>("pictures", text);
  }

  async #open(sealed: string): Promise<string | null> {
    const iv = fromBase64Url(sealed.slice(0, (IV_BYTES * 4) / 3));
    const body = fromBase64Url(sealed.slice((IV_BYTES * 4) / 3));
    if (iv === null || body === null) return null;
    try {
      return textOf(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.#key(), body)));
    } catch {
      return null;
    }
  }

  async #key(): Promise<CryptoKey> {
    const salt = await this.#vault.keyedHash("upload", `seal\u0000${this.#account}\u0000${this.#idempotencyKey}`);
    const material = await crypto.subtle.importKey("raw", utf8(this.#idempotencyKey), "HKDF", false, ["deriveKey"]);
    return crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: utf8(salt), info: utf8("konnections/first-answer") },
      material,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
  }
}
