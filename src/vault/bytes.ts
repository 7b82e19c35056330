const ALPHABET = /^[A-Za-z0-9_-]*$/;
/** The last characters that a text of 4n+2 or 4n+3 characters can have: its unused bits are zero. */
const ENDS: Readonly<Record<number, string>> = { 2: "AQgw", 3: "AEIMQUYcgkosw048" };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>; // the type also allows shared memory, which it never is
}

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Bytes as base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Decodes base64url without padding; null for any other text. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  // The platform's decoder skips white space, and a sealed value must have exactly one spelling.
  if (!ALPHABET.test(text) || text.length % 4 === 1) return null;
  if (ENDS[text.length % 4]?.includes(text.charAt(text.length - 1)) === false) return null;
  return Uint8Array.fromBase64(text, { alphabet: "base64url", lastChunkHandling: "loose" });
}
