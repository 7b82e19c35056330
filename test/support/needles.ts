import { createHash } from "node:crypto";

interface Needle {
  readonly bytes: Buffer;
  readonly what: string;
}

const HEAD_BITS = 20;

function hashOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - HEAD_BITS);
}

/** Byte strings that must not be anywhere; found in one pass over any number of them. */
export class Needles {
  readonly #byHead = new Map<number, Needle[]>();
  /** Which heads there may be, by a hash of them: most bytes are passed by without asking the map. */
  readonly #heads = new Uint8Array(1 << HEAD_BITS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param bytes 5 at least: shorter ones stand in any ciphertext by chance */
  add(bytes: Uint8Array | string, what: string): this {
    const needle = { bytes: Buffer.from(bytes), what };
    if (needle.bytes.length < 5) throw new Error(`${what} is too short to be looked for`);
    const head = needle.bytes.readUInt32BE(0);
    const same = this.#byHead.get(head) ?? [];
    if (same.some((other) => other.bytes.equals(needle.bytes))) return this;
    this.#byHead.set(head, [...same, needle]);
    this.#heads[hashOf(head)] = 1;
    this.#count += 1;
    return this;
  }

  /** What of it stands in the bytes, and where; at most ten findings. */
  find(bytes: Uint8Array): string[] {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found: string[] = [];
    let head = 0;
    for (let end = 0; end < haystack.length && found.length < 10; end += 1) {
      head = ((head << 8) | (haystack[end] ?? 0)) >>> 0;
      if (end < 3 || this.#heads[hashOf(head)] === 0) continue;
      for (const { bytes: needle, what } of this.#byHead.get(head) ?? []) {
        const at = end - 3;
        if (haystack.compare(needle, 0, needle.length, at, Math.min(haystack.length, at + needle.length)) === 0) {
          found.push(`${what} at byte ${at}`);
        }
      }
    }
    return found;
  }
}

/** A text in the encodings in which programs leave it behind. */
export function addText(needles: Needles, text: string, what: string): void {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, "utf16le");
  needles.add(utf8, `${what} as text`);
  needles.add(utf16, `${what} in UTF-16LE`);
  needles.add(Buffer.from(utf16).swap16(), `${what} in UTF-16BE`);
  needles.add(utf8.toString("hex"), `${what} in hex`);
  needles.add(utf8.toString("hex").toUpperCase(), `${what} in hex`);
  for (let offset = 0; offset < 3; offset += 1) {
    // The characters that are the same whatever stands before and after.
    const shifted = Buffer.concat([Buffer.alloc(offset), utf8]);
    const whole = Math.floor((shifted.length * 8) / 6);
    const base64 = shifted.toString("base64").slice(Math.ceil((offset * 8) / 6), whole);
    needles.add(base64, `${what} in base64, offset ${offset}`);
    needles.add(base64.replaceAll("+", "-").replaceAll("/", "_"), `${what} in base64url, offset ${offset}`);
  }
}

/** Hashes without a key: of a number they are as good as the number, since all numbers can be tried. */
export function addHashes(needles: Needles, text: string | Uint8Array, what: string): void {
  for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
    const digest = createHash(algorithm).update(text).digest();
    const named = `${algorithm} of ${what}`;
    needles.add(digest.subarray(0, 10), `${named}, raw`);
    needles.add(digest.toString("hex").slice(0, 20), `${named} in hex`);
    needles.add(digest.toString("hex").toUpperCase().slice(0, 20), `${named} in hex`);
    needles.add(digest.toString("base64").slice(0, 13), `${named} in base64`);
    needles.add(digest.toString("base64url").slice(0, 13), `${named} in base64url`);
  }
}

/**
 * A phone number as text, grouped, reversed, as integer, float, packed decimal, and hashed without a key; also its
 * block of a hundred. @param national its significant digits without the calling code
 */
export function addNumber(needles: Needles, e164: string, national: string): void {
  const digits = e164.slice(1);
  const [a, b, c] = [national.slice(0, 3), national.slice(3, 6), national.slice(6)];
  for (const text of [digits, national, digits.slice(0, -2)]) addText(needles, text, `${e164} (${text})`);
  for (const text of [`(${a}) ${b}-${c}`, `${a}-${b}-${c}`, `${a}.${b}.${c}`, `${a} ${b} ${c}`]) {
    needles.add(text, `${e164} (${text})`);
  }
  needles.add(Array.from(digits).toReversed().join(""), `${e164} reversed`);

  const eight = Buffer.alloc(8);
  eight.writeBigInt64BE(BigInt(digits));
  // SQLite keeps an integer of this size in six bytes, JavaScript's serialisation in a double.
  needles.add(eight.subarray(2), `${e164} as an integer of 6 or 8 bytes, big-endian`);
  needles.add(Buffer.from(eight).reverse().subarray(0, 6), `${e164} as an integer of 6 or 8 bytes, little-endian`);
  eight.writeDoubleBE(Number(digits));
  needles.add(eight, `${e164} as a double, big-endian`);
  needles.add(Buffer.from(eight).reverse(), `${e164} as a double, little-endian`);
  const padded = digits.length % 2 === 0 ? [digits] : [`0${digits}`, `${digits}f`];
  for (const packed of padded) {
    needles.add(Buffer.from(packed, "hex"), `${e164} in packed decimal`);
    needles.add(Buffer.from(packed.replaceAll(/(.)(.)/g, "$2$1"), "hex"), `${e164} in packed decimal, nibbles swapped`);
  }
  for (const text of [e164, digits, national, e164.slice(0, -2), digits.slice(0, -2)]) addHashes(needles, text, text);
}

/** A name, and each of its words of seven letters or more, in their spellings and encodings. */
export function addName(needles: Needles, name: string): void {
  const words = name.split(/\s+/).filter((word) => word.length >= 7);
  for (const text of new Set([name, ...words])) {
    const plain = text.normalize("NFD").replaceAll(/\p{M}/gu, "");
    const spellings = [
      text,
      text.normalize("NFD"),
      plain,
      text.toLowerCase(),
      text.toUpperCase(),
      plain.toLowerCase(),
      plain.toUpperCase(),
    ];
    for (const spelling of new Set(spellings)) {
      addText(needles, spelling, `“${text}” (${spelling})`);
      addHashes(needles, spelling, `“${spelling}”`);
    }
    needles.add(encodeURIComponent(text), `“${text}” percent-encoded`);
  }
  const together = name.replaceAll(/\s+/g, "");
  addText(needles, together, `“${name}” without spaces`);
  const sorted = name.toLowerCase().split(/\s+/).sort().join(" ");
  addText(needles, sorted, `“${name}” with its words sorted`);
}

/** Pieces of a file from all over it, also in base64: any one of them would tell that the file is there. */
export function addPieces(needles: Needles, file: Uint8Array, what: string): void {
  const bytes = Buffer.from(file);
  for (let at = 40; at + 24 < bytes.length; at += Math.max(24, Math.floor(bytes.length / 40))) {
    const piece = bytes.subarray(at, at + 24);
    // What every file of its kind has, or what is all the same, tells nothing; nor is it looked for by zeros.
    if (new Set(piece).size < 12 || new Set(piece.subarray(0, 4)).size < 4) continue;
    needles.add(piece, `${what} at ${at}`);
    needles.add(piece.toString("base64").slice(0, 28), `${what} at ${at} in base64`);
  }
}
