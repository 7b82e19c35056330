import { fromBase64Url, textOf } from "./bytes.ts";
import type { Opened, OpenRefusal, Place } from "./seal.ts";

/** Where something that cannot be read stands: the table of a seal, or what is stored as bare JSON. */
export type StoredPlace = Place["table"] | "picture-objects" | "picture-senders" | "notices" | "batches";
/** Why it cannot be read. */
export type SkipReason = OpenRefusal | "not-json";

/** Counts what was skipped. Never throws, and keeps nobody waiting. */
export interface Skips {
  count(place: StoredPlace, reason: SkipReason): void;
}

/**
 * Opens what stores hold. What does not open, or is no JSON where it should be, is null: the caller leaves it out and goes
 * on with what stands beside it, since a row that was damaged, or sealed under a key that is gone, must stop no other. It
 * is logged and counted, and operators see the counts. What clients send sealed is no matter of this: that is refused.
 */
export class StoredSeals {
  readonly #open: (place: Place, sealed: Uint8Array<ArrayBuffer>) => Promise<Opened>;
  readonly #skips: Skips;

  constructor(open: (place: Place, sealed: Uint8Array<ArrayBuffer>) => Promise<Opened>, skips: Skips) {
    this.#open = open;
    this.#skips = skips;
  }

  /** The bytes that were sealed, or null. */
  async bytes(place: Place, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    const opened = await this.#open(place, sealed);
    return opened.ok ? opened.plaintext : this.skip(place.table, opened.reason);
  }

  /** The text that `sealText` sealed, or null. */
  async text(place: Place, sealed: string): Promise<string | null> {
    const bytes = fromBase64Url(sealed);
    const plaintext = bytes === null ? this.skip(place.table, "malformed") : await this.bytes(place, bytes);
    return plaintext === null ? null : textOf(plaintext);
  }

  /** The object or list that was sealed as JSON, or null. */
  async json<T extends object>(place: Place, sealed: string): Promise<T | null> {
    const text = await this.text(place, sealed);
    return text === null ? null : this.parse<T>(place.table, text);
  }

  /** The object or list that a store holds as JSON, or null. */
  parse<T extends object>(place: StoredPlace, text: string): T | null {
    return parseStored(this.#skips, place, text);
  }

  /** Counts what was found not to be readable. */
  skip(place: StoredPlace, reason: SkipReason): null {
    this.#skips.count(place, reason);
    return null;
  }
}

/** The object or list that a store holds as JSON, or null, and then counted. */
export function parseStored<T extends object>(skips: Skips, place: StoredPlace, text: string): T | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // What the parser says quotes what it read.
  }
  skips.count(place, "not-json");
  return null;
}
