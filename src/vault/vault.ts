import { fromBase64Url, textOf, toBase64Url, utf8 } from "./bytes.ts";
import { SealKeyring, type Opened, type OpenRefusal, type Place, type Renewal } from "./seal.ts";
import { StoredSeals, type Skips } from "./stored-seals.ts";

/** An id: 16 bytes of a keyed hash in base64url, 22 characters. */
declare const idBrand: unique symbol;
export type KeyedId<Purpose extends string> = string & { readonly [idBrand]: Purpose };
export type NumberId = KeyedId<"number">;
export type BlockId = KeyedId<"block">;
export type AreaId = KeyedId<"area">;
export type AccountId = KeyedId<"account">;

/** The purpose of a keyed hash. Each has its own key, so that equal inputs give unrelated hashes. */
export type IndexPurpose =
  | "number"
  | "block"
  | "area"
  | "account"
  | "name-form"
  | "batch"
  | "limit"
  | "voter"
  | "vote-by"
  | "standing"
  | "standing-account"
  | "network"
  | "recipient"
  | "message"
  | "delivery"
  | "phonebook"
  | "phonebook-entry"
  | "phonebook-session"
  | "contact"
  | "share"
  | "mixing"
  | "mixing-number"
  | "sharing"
  | "challenge"
  | "code"
  | "message-counter"
  | "stop-link"
  | "campaign"
  | "holder"
  | "refresh-token"
  | "device"
  | "pin"
  | "photo"
  | "picture"
  | "picture-sender"
  | "picture-recipient"
  | "picture-quota"
  | "day-use"
  | "upload"
  | "erasure"
  | "hold"
  | "dispute"
  | "audit"
  | "canary";

const ID_BYTES = 16;

/**
 * Keyed ids and sealing (docs/adr/0004-keyed-ids-and-seals.md). Keys are derived at first use and kept as non-extractable
 * `CryptoKey`s. Touches no store.
 */
export class Vault {
  readonly #indexKey: Uint8Array<ArrayBuffer>;
  readonly #indexKeys = new Map<IndexPurpose, CryptoKey>();
  readonly #seals: SealKeyring;
  /** For stored values: returns null, and counts, what does not open. Use `open` for what clients send. */
  readonly stored: StoredSeals;

  /**
   * @param indexKey 32 bytes that never change. @param sealKeys 32 bytes each: the first seals, all open.
   * @param skips counts stored values that do not open
   */
  constructor(
    indexKey: Uint8Array<ArrayBuffer>,
    sealKeys: readonly Uint8Array<ArrayBuffer>[],
    skips: Skips = { count: () => undefined },
  ) {
    this.#indexKey = indexKey;
    this.#seals = new SealKeyring(sealKeys);
    this.stored = new StoredSeals((place, sealed) => this.#seals.open(place, sealed), skips);
  }

  /** The id of a number in canonical E.164. */
  numberId(e164: string): Promise<NumberId> {
    return this.keyedHash("number", e164) as Promise<NumberId>;
  }

  /** The id of a block of 100 numbers, given as the E.164 without its last two digits. */
  blockId(block: string): Promise<BlockId> {
    return this.keyedHash("block", block) as Promise<BlockId>;
  }

  /** The id of an area of 10,000 numbers, given as the E.164 without its last four digits. */
  areaId(area: string): Promise<AreaId> {
    return this.keyedHash("area", area) as Promise<AreaId>;
  }

  /** The id of an account, given the account id that its tokens carry. */
  accountId(subject: string): Promise<AccountId> {
    return this.keyedHash("account", subject) as Promise<AccountId>;
  }

  /** The `pid` of a vote that comes from contacts: it can be computed only with the share id. */
  contactPid(e164: string, share: string): Promise<string> {
    return this.keyedHash("contact", `${e164}\u0000${share}`);
  }

  /** The id of a name that waits in a mixer; its ballot uses an unrelated one. */
  mixingId(e164: string, share: string): Promise<string> {
    return this.keyedHash("mixing", `${e164}\u0000${share}`);
  }

  /** The id under which mixers know a number. @param caller its own id */
  mixingNumber(caller: string): Promise<string> {
    return this.keyedHash("mixing-number", caller);
  }

  /** First 16 bytes of HMAC-SHA-256 under the purpose's key, base64url: 22 characters. */
  async keyedHash(purpose: IndexPurpose, text: string): Promise<string> {
    const key = this.#indexKeys.get(purpose) ?? (await this.#deriveIndexKey(purpose));
    const mac = await crypto.subtle.sign("HMAC", key, utf8(text));
    return toBase64Url(new Uint8Array(mac, 0, ID_BYTES));
  }

  /** Seals bytes for a place; 32 bytes longer than the plaintext, different every time. */
  seal(place: Place, plaintext: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return this.#seals.seal(place, plaintext);
  }

  /** Opens bytes sealed for the same place under any key of the list. */
  open(place: Place, sealed: Uint8Array<ArrayBuffer>): Promise<Opened> {
    return this.#seals.open(place, sealed);
  }

  /** The ids of `SEAL_KEYS`: eight hexadecimal digits each, derived from the key; the sealing one first. */
  sealKeyIds(): Promise<string[]> {
    return this.#seals.ids();
  }

  /** Seals a stored value under the first key, if it is under another one (`src/keys/`). */
  renew(place: Place, sealed: Uint8Array<ArrayBuffer>): Promise<Renewal> {
    return this.#seals.renew(place, sealed);
  }

  /** `seal` for text, as base64url for stores that hold text. */
  async sealText(place: Place, text: string): Promise<string> {
    return toBase64Url(await this.seal(place, utf8(text)));
  }

  /** `open` for what `sealText` made. */
  async openText(
    place: Place,
    sealed: string,
  ): Promise<{ ok: true; text: string } | { ok: false; reason: OpenRefusal }> {
    const bytes = fromBase64Url(sealed);
    if (bytes === null) return { ok: false, reason: "malformed" };
    const opened = await this.open(place, bytes);
    return opened.ok ? { ok: true, text: textOf(opened.plaintext) } : opened;
  }

  // Keep the key, not its promise: the promise of a cancelled request never settles for others.
  async #deriveIndexKey(purpose: IndexPurpose): Promise<CryptoKey> {
    const root = await crypto.subtle.importKey("raw", this.#indexKey, "HKDF", false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(`konnections/index/${purpose}`) },
      root,
      { name: "HMAC", hash: "SHA-256", length: 256 },
      false,
      ["sign"],
    );
    this.#indexKeys.set(purpose, key);
    return key;
  }
}
