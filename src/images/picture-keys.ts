import decrypt from "@apeleghq/rfc8188/decrypt";
import { aes128gcm } from "@apeleghq/rfc8188/encodings";
import encrypt from "@apeleghq/rfc8188/encrypt";
import { fromBase64Url, toBase64Url, utf8 } from "../vault/bytes.ts";
import type { KeyedId, Vault } from "../vault/vault.ts";

export type PictureId = KeyedId<"picture">;

/** The token at the end of a link: base64url of 16 random bytes. It is stored nowhere. */
declare const token: unique symbol;
export type LinkToken = string & { readonly [token]: true };

const TOKEN_BYTES = 16;
const CONTENT_KEY_BYTES = 32;
const IV_BYTES = 12;
/** Bytes of a record of RFC 8188, tag and delimiter included: large enough to be quick, small enough to stream. */
const RECORD_BYTES = 64 * 1024;

/** A new token. */
export function newToken(): LinkToken {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))) as LinkToken;
}

/**
 * The token at the end of a link, or null: 22 characters, canonical base64url of 16 bytes. Trailing punctuation is ignored:
 * messengers take a dot, a bracket or a slash for a part of the link.
 */
export function tokenOf(text: string): LinkToken | null {
  const token = /^([\w-]{22})[\p{P}\p{S}\p{Z}]*$/u.exec(text)?.[1];
  const bytes = token === undefined ? null : fromBase64Url(token);
  return bytes?.byteLength === TOKEN_BYTES && toBase64Url(bytes) === token ? (token as LinkToken) : null;
}

/** The id of a picture: a keyed hash of its token. */
export function pictureId(vault: Vault, token: LinkToken): Promise<PictureId> {
  return vault.keyedHash("picture", token) as Promise<PictureId>;
}

/** The key that a picture is encrypted under. */
export function newContentKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(CONTENT_KEY_BYTES));
}

/** Wraps the content key under the token: whoever has the link can open the picture; the service alone cannot. */
export async function wrapForLink(
  token: LinkToken,
  id: PictureId,
  contentKey: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await linkKey(token);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(id) }, key, contentKey);
  const both = new Uint8Array(IV_BYTES + wrapped.byteLength);
  both.set(iv);
  both.set(new Uint8Array(wrapped), IV_BYTES);
  return both;
}

/** The content key, or null if the token is not the one it was wrapped under. */
export async function unwrapFromLink(
  token: LinkToken,
  id: PictureId,
  wrapped: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const iv = wrapped.subarray(0, IV_BYTES);
  try {
    const algorithm = { name: "AES-GCM", iv, additionalData: utf8(id) };
    const key = await linkKey(token);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, wrapped.subarray(IV_BYTES)));
  } catch {
    return null;
  }
}

async function linkKey(token: LinkToken): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8(token), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8("konnections/picture-link") },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** A picture encrypted in records (RFC 8188, aes128gcm), with a salt of its own. */
export async function encryptPicture(
  picture: Uint8Array<ArrayBuffer>,
  contentKey: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(picture);
      controller.close();
    },
  });
  const encrypted = await encrypt(aes128gcm, plain, RECORD_BYTES, new ArrayBuffer(0), contentKey.buffer);
  return new Uint8Array(await new Response(bytesOf(encrypted)).arrayBuffer());
}

/** Decrypts a picture; the stream fails where a record was changed, left out, swapped or cut off. */
export function decryptPicture(
  encrypted: ReadableStream<Uint8Array>,
  contentKey: Uint8Array<ArrayBuffer>,
): ReadableStream<Uint8Array> {
  return bytesOf(decrypt(aes128gcm, encrypted, () => contentKey.buffer, RECORD_BYTES));
}

/** The library returns buffers; the platform takes views. */
function bytesOf(buffers: ReadableStream<ArrayBufferLike>): ReadableStream<Uint8Array> {
  return buffers.pipeThrough(
    new TransformStream<ArrayBufferLike, Uint8Array>({
      transform: (buffer, controller) => {
        if (buffer.byteLength > 0) controller.enqueue(new Uint8Array(buffer));
      },
    }),
  );
}
