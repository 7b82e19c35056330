import { customType } from "drizzle-orm/sqlite-core";
import { fromBase64Url, toBase64Url } from "../vault/bytes.ts";

/** Bytes as D1 gives them: a list of numbers, or a text where somebody else wrote one. */
export type StoredBytes = readonly number[] | string;

/** A keyed id or a sealed value: base64url in code, the bytes themselves in D1, a quarter less. */
export const bytesColumn = customType<{ data: string; driverData: Uint8Array<ArrayBuffer> | StoredBytes }>({
  dataType: () => "blob",
  toDriver: bytesOf,
  fromDriver: (stored) => textFrom(stored as StoredBytes),
});

/** The bytes to bind for a keyed id or a sealed value. @throws if the text is not base64url */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64Url(text);
  if (bytes === null) throw new Error("a keyed id or sealed value is not base64url");
  return bytes;
}

/**
 * The same in hex, for rows that come out of a JSON array: SQL reads it with `unhex`. A batch has thousands of them, so only
 * the platform's decoder looks at them. @throws if the text is not base64url
 */
export function hexOf(text: string): string {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" }).toHex();
}

/** The base64url of stored bytes; what is none stays as it is, and does not open. */
export function textFrom(stored: StoredBytes): string {
  return typeof stored === "string" ? stored : toBase64Url(Uint8Array.from(stored));
}
