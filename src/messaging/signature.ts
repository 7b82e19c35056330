import { utf8 } from "../vault/bytes.ts";

/**
 * Whether Twilio signed a request: base64 of HMAC-SHA-1, under the account's auth token, of the whole address and the
 * form's fields, sorted by name, each name followed by its value. A field that comes twice counts with each of its
 * values once, sorted. The comparison is WebCrypto's, in constant time.
 */
export async function isSigned(
  authToken: string,
  signature: string | null,
  address: string,
  form: URLSearchParams,
): Promise<boolean> {
  if (signature === null || !/^[A-Za-z0-9+/]{27}=$/.test(signature)) return false;
  const key = await crypto.subtle.importKey("raw", utf8(authToken), { name: "HMAC", hash: "SHA-1" }, false, ["verify"]);
  const names = [...new Set(form.keys())].sort();
  const fields = names.flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return crypto.subtle.verify("HMAC", key, Uint8Array.fromBase64(signature), utf8(address + fields.join("")));
}
