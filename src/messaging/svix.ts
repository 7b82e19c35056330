import { utf8 } from "../vault/bytes.ts";

/** A callback's time may differ from ours by this much; an older one may be somebody's copy. Seconds. */
const TOLERANCE_S = 300;

/**
 * Whether Resend signed a callback, as Svix does it for it: base64 of HMAC-SHA-256 over `id.timestamp.body` in one of the
 * header's `v1,` signatures, of which there are several while a secret is renewed. The comparison is WebCrypto's, in
 * constant time. A copy within the tolerance passes: what callbacks do is repeatable.
 * @param now ms
 */
export async function isSvixSigned(
  secret: Uint8Array<ArrayBuffer>,
  headers: Headers,
  body: string,
  now: number,
): Promise<boolean> {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) => headers.get(`svix-${name}`) ?? "");
  if (!id || !timestamp || !signatures || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) - now / 1000) > TOLERANCE_S) return false;
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const signed = utf8(`${id}.${timestamp}.${body}`);
  const given = signatures.split(" ").slice(0, MAX_SIGNATURES);
  const verified = await Promise.all(
    given.map(async (signature) => {
      const base64 = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature)?.[1];
      return base64 !== undefined && crypto.subtle.verify("HMAC", key, Uint8Array.fromBase64(base64), signed);
    }),
  );
  return verified.includes(true);
}

/** More secrets than that are never good at once. */
const MAX_SIGNATURES = 8;
