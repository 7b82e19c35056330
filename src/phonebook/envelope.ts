import { fromBase64Url, textOf, toBase64Url, utf8 } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";

/** An entry as clients send and receive it. */
export interface Entry {
  /** Chosen by the client, up to 64 characters. */
  readonly id: string;
  /** The client's ciphertext, base64url; null for a deleted entry. */
  readonly sealed: string | null;
}

/** An entry ready to be stored. */
export interface Enveloped {
  readonly key: string;
  readonly mac: string | null;
  /** Bytes that the client sealed, 0 for a deletion. */
  readonly size: number;
  readonly content: Uint8Array<ArrayBuffer>;
}

/**
 * Seals entries and their ids once more, because a client may choose ids or ciphers that reveal something. The plaintext is
 * the id's length (1 byte), the id, and the client's bytes.
 */
export class Envelopes {
  readonly #vault: Vault;
  /** Name of the phonebook, so that equal ids of two accounts share no stored value. */
  readonly #book: string;

  constructor(vault: Vault, book: string) {
    this.#vault = vault;
    this.#book = book;
  }

  async close({ id, sealed }: Entry): Promise<Enveloped> {
    const key = await this.#vault.keyedHash("phonebook-entry", `${this.#book}\u0000${id}`);
    const mac = sealed === null ? null : await this.#vault.keyedHash("phonebook-entry", `${key}\u0000${sealed}`);
    const name = utf8(id);
    const bytes = sealed === null ? new Uint8Array(0) : fromBase64Url(sealed);
    if (bytes === null) throw new Error("an entry that is no base64url: the edge should have refused it");
    const plain = new Uint8Array(1 + name.byteLength + bytes.byteLength);
    plain[0] = name.byteLength;
    plain.set(name, 1);
    plain.set(bytes, 1 + name.byteLength);
    return {
      key,
      mac,
      size: bytes.byteLength,
      content: await this.#vault.seal({ table: "phonebooks", id: key }, plain),
    };
  }

  /** The entry, or null if it does not open; then its id is lost, too. */
  async open({ key, mac, content }: Pick<Enveloped, "key" | "mac" | "content">): Promise<Entry | null> {
    const plaintext = await this.#vault.stored.bytes({ table: "phonebooks", id: key }, content);
    if (plaintext === null) return null;
    const end = 1 + (plaintext[0] ?? 0);
    return {
      id: textOf(plaintext.subarray(1, end)),
      sealed: mac === null ? null : toBase64Url(plaintext.subarray(end)),
    };
  }
}
