/** A contact as the reference client seals it; what a client knows beside is its own affair. */
export interface Contact {
  readonly name: string;
  readonly numbers: readonly string[];
  readonly note?: string;
  /** A picture, base64. */
  readonly photo?: string;
}

/** Version of the format, the first byte of everything sealed. */
const VERSION = 1;
const NONCE_BYTES = 12;
/** Lengths tell names apart: they are rounded up to this. */
const PADDED_TO = 256;
/** OWASP's figure for PBKDF2 with SHA-256. */
export const ITERATIONS = 600_000;
/** Id of the entry that holds how the key is made from a passphrase; it is not sealed. */
export const PARAMETERS_ID = "key-parameters";

const encoder = new TextEncoder();

/** 32 random bytes: the key, as it is moved from device to device by a QR code or written down. */
export function randomKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** Seals and opens contacts: AES-256-GCM, bound to the entry's id. */
export class ContactSeal {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  static async ofKey(raw: Uint8Array<ArrayBuffer>): Promise<ContactSeal> {
    return new ContactSeal(await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
  }

  /** @param parameters the text of the entry `key-parameters` */
  static async ofPassphrase(passphrase: string, parameters: string): Promise<ContactSeal> {
    const { kdf, iterations, salt } = JSON.parse(textOf(parameters)) as Record<string, unknown>;
    if (kdf !== "PBKDF2-SHA-256" || typeof iterations !== "number" || typeof salt !== "string") {
      throw new Error("parameters of another version");
    }
    if (iterations < ITERATIONS) throw new Error("parameters weaker than this client accepts");
    const material = await crypto.subtle.importKey(
      "raw",
      encoder.encode(passphrase.normalize("NFC")),
      "PBKDF2",
      false,
      ["deriveKey"],
    );
    const key = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: fromBase64Url(salt), iterations },
      material,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
    return new ContactSeal(key);
  }

  async seal(id: string, contact: Contact): Promise<string> {
    const text = encoder.encode(JSON.stringify(contact));
    // ISO/IEC 7816-4: one byte 0x80, then zeros.
    const padded = new Uint8Array(Math.ceil((text.byteLength + 1) / PADDED_TO) * PADDED_TO);
    padded.set(text);
    padded[text.byteLength] = 0x80;
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: boundTo(id) }, this.#key, padded);
    const sealed = new Uint8Array(1 + NONCE_BYTES + body.byteLength);
    sealed[0] = VERSION;
    sealed.set(iv, 1);
    sealed.set(new Uint8Array(body), 1 + NONCE_BYTES);
    return toBase64Url(sealed);
  }

  /** @throws when it was sealed with another key, for another id, or altered */
  async open(id: string, sealed: string): Promise<Contact> {
    const bytes = fromBase64Url(sealed);
    if (bytes[0] !== VERSION) throw new Error("sealed by a later version");
    const iv = bytes.subarray(1, 1 + NONCE_BYTES);
    const body = bytes.subarray(1 + NONCE_BYTES);
    const padded = new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: boundTo(id) }, this.#key, body),
    );
    return JSON.parse(new TextDecoder().decode(padded.subarray(0, padded.lastIndexOf(0x80)))) as Contact;
  }
}

/** Parameters for a new passphrase, as the text of their entry. */
export function newParameters(): string {
  const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  return toBase64Url(encoder.encode(JSON.stringify({ v: 1, kdf: "PBKDF2-SHA-256", iterations: ITERATIONS, salt })));
}

function boundTo(id: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(`konnections/phonebook/1\u0000${id}`));
}

function textOf(base64url: string): string {
  return new TextDecoder().decode(fromBase64Url(base64url));
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
