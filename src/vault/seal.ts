import { utf8 } from "./bytes.ts";

/** Where a sealed value is stored. It is the associated data, so that ciphertexts cannot be moved. */
export interface Place {
  readonly table:
    | "pages"
    | "evidence"
    | "dirty"
    | "callers"
    | "ballots"
    | "contacts"
    | "handovers"
    | "areas"
    | "outbox"
    | "logged"
    | "phonebooks"
    | "mixers"
    | "sharing"
    | "challenges"
    | "accounts"
    | "sessions"
    | "profiles"
    | "photos"
    | "pictures"
    | "picture-reports"
    | "erasures"
    | "owners"
    | "disputes"
    | "audit"
    | "canary"
    | "campaigns";
  readonly id: string;
}

/** Why a sealed value does not open. */
export type OpenRefusal = "malformed" | "unknown-key" | "tampered";

/** A stored value after a look at its key: as it should be, sealed anew, or not to be opened. */
export type Renewal =
  | { readonly is: "current" }
  | { readonly is: "renewed"; readonly sealed: Uint8Array<ArrayBuffer> }
  /** `key`: the id of the key that it names, as in `sealKeyIds`. */
  | { readonly is: "refused"; readonly reason: OpenRefusal; readonly key: string };

/** A sealed value, opened or refused. */
export type Opened =
  | { readonly ok: true; readonly plaintext: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly reason: OpenRefusal };

/** Bytes in front of every ciphertext that say which secret of `SEAL_KEYS` sealed it. */
export const KEY_ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = KEY_ID_BYTES + IV_BYTES;

/** One secret of `SEAL_KEYS`, with the keys derived from it so far. */
interface SealRoot {
  readonly secret: Uint8Array<ArrayBuffer>;
  /** Four bytes derived from the secret; they stand in front of every ciphertext it made. */
  id: Uint8Array<ArrayBuffer> | null;
  readonly keys: Map<Place["table"], CryptoKey>;
}

/**
 * AES-256-GCM under rotating secrets. A ciphertext is key id (4) ‖ nonce (12, random) ‖ body and tag (16), with
 * table and id as associated data. Each table has a key of its own, so that the 2³² random nonces that one key can
 * bear (NIST SP 800-38D, section 8.3) are counted per table and secret.
 */
export class SealKeyring {
  readonly #roots: readonly SealRoot[];

  constructor(secrets: readonly Uint8Array<ArrayBuffer>[]) {
    this.#roots = secrets.map((secret) => ({ secret, id: null, keys: new Map() }));
  }

  async seal(place: Place, plaintext: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const root = this.#roots[0];
    if (root === undefined) throw new Error("SEAL_KEYS is empty: the configuration should have stopped the start");
    const id = await rootId(root);
    const key = await tableKey(root, place.table);
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: boundTo(place) }, key, plaintext);
    const sealed = new Uint8Array(HEADER_BYTES + body.byteLength);
    sealed.set(id, 0);
    sealed.set(iv, KEY_ID_BYTES);
    sealed.set(new Uint8Array(body), HEADER_BYTES);
    return sealed;
  }

  async open(place: Place, sealed: Uint8Array<ArrayBuffer>): Promise<Opened> {
    if (sealed.byteLength < HEADER_BYTES + TAG_BYTES) return { ok: false, reason: "malformed" };
    const root = this.#knownRootOf(sealed) ?? (await this.#rootOf(sealed));
    if (root === null) return { ok: false, reason: "unknown-key" };
    const key = root.keys.get(place.table) ?? (await tableKey(root, place.table));
    const iv = sealed.subarray(KEY_ID_BYTES, HEADER_BYTES);
    try {
      const plaintext = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv, additionalData: boundTo(place) },
        key,
        sealed.subarray(HEADER_BYTES),
      );
      return { ok: true, plaintext: new Uint8Array(plaintext) };
    } catch {
      return { ok: false, reason: "tampered" };
    }
  }

  /** The ids of the secrets in hexadecimal, the sealing one first. */
  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for (const root of this.#roots) ids.push((await rootId(root)).toHex());
    return ids;
  }

  /** Seals a value under the first secret, if it is under another one. What does not open is left as it is. */
  async renew(place: Place, sealed: Uint8Array<ArrayBuffer>): Promise<Renewal> {
    const [first] = this.#roots;
    if (first !== undefined && startsWith(sealed, await rootId(first))) return { is: "current" };
    const opened = await this.open(place, sealed);
    if (!opened.ok) return { is: "refused", reason: opened.reason, key: sealed.subarray(0, KEY_ID_BYTES).toHex() };
    return { is: "renewed", sealed: await this.seal(place, opened.plaintext) };
  }

  /** The same of roots whose ids are made: all but the first call. */
  #knownRootOf(sealed: Uint8Array): SealRoot | null {
    for (const root of this.#roots) if (root.id !== null && startsWith(sealed, root.id)) return root;
    return null;
  }

  async #rootOf(sealed: Uint8Array): Promise<SealRoot | null> {
    for (const root of this.#roots) {
      if (startsWith(sealed, root.id ?? (await rootId(root)))) return root;
    }
    return null;
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let at = 0; at < start.length; at += 1) if (bytes[at] !== start[at]) return false;
  return true;
}

async function rootId(root: SealRoot): Promise<Uint8Array<ArrayBuffer>> {
  if (root.id !== null) return root.id;
  const material = await crypto.subtle.importKey("raw", root.secret, "HKDF", false, ["deriveBits"]);
  root.id = new Uint8Array(await crypto.subtle.deriveBits(hkdf("konnections/seal-key-id"), material, KEY_ID_BYTES * 8));
  return root.id;
}

async function tableKey(root: SealRoot, table: Place["table"]): Promise<CryptoKey> {
  const known = root.keys.get(table);
  if (known !== undefined) return known;
  const material = await crypto.subtle.importKey("raw", root.secret, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    hkdf(`konnections/seal/${table}`),
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
  root.keys.set(table, key);
  return key;
}

function hkdf(info: string): {
  name: string;
  hash: string;
  salt: Uint8Array<ArrayBuffer>;
  info: Uint8Array<ArrayBuffer>;
} {
  return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(info) };
}

function boundTo(place: Place): Uint8Array<ArrayBuffer> {
  return utf8(`${place.table}\u0000${place.id}`);
}
