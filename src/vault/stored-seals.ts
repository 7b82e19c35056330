import { fromBase64Url, textOf } from "./bytes.ts";
import type { Opened, OpenRefusal, Place } from "./seal.ts";

/** Where an unreadable value is stored: the table of a sealed value, or a kind of plain JSON. */
export type StoredPlace = Place["table"] | "picture-objects" | "picture-senders" | "notices" | "batches";
/** Why it cannot be read. */
export type SkipReason = OpenRefusal | "not-json";

/** Counts skipped values. Never throws, and nobody waits for it. */
export interface Skips {
  count(place: StoredPlace, reason: SkipReason): void;
}

/**
 * Opens stored values. A value that does not open, or is not JSON where it should be, is null: the caller skips it and
 * continues, because one damaged row, or one sealed with a lost key, must not stop the others. Skipped values are logged and
 * counted for operators. Sealed values that clients send are not opened here; those are refused.
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

  /** Counts an unreadable value. */
  skip(place: StoredPlace, reason: SkipReason): null {
    this.#skips.count(place, reason);
    return null;
  }
}

/** The object or list stored as JSON; null, and counted, if it cannot be read. */
export function parseStored<T extends object>(skips: Skips, place: StoredPlace, text: string): T | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // The parser's message quotes its input, so it is not kept.
  }
  skips.count(place, "not-json");
  return null;
}
