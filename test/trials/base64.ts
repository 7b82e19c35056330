import { Buffer } from "node:buffer";

/*
 * Makes `src/vault` run in Node 24, which lacks the base64 of ECMAScript 2026 that workerd has. Only what the vault asks
 * for: base64url without padding, which it checks itself before decoding. Import it before anything of `src/`.
 */
// oxlint-disable-next-line no-extend-native -- what the language itself will have there
Object.defineProperties(Uint8Array.prototype, {
  toBase64: {
    configurable: true,
    value(this: Uint8Array): string {
      return Buffer.from(this.buffer, this.byteOffset, this.byteLength).toString("base64url");
    },
  },
});
Object.defineProperties(Uint8Array, {
  fromBase64: {
    configurable: true,
    value: (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64url")),
  },
});
