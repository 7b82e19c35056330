import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { decodeUtf8, readBounded } from "./body.ts";

/** The issuer's key set could not be fetched, and none is held. */
export class IssuerUnavailable extends Error {
  override readonly name = "IssuerUnavailable";
}

const MAX_KEY_SET_BYTES = 64 * 1024;
const FETCH_TIMEOUT_MS = 2000;
/** A key set is fetched anew when it is this old; if that fails, the old one serves on. */
const FRESH_MS = 10 * 60_000;
/** An unknown `kid` has the set fetched at most this often: tokens are free to invent, fetches are not. */
const REFETCH_MS = 60_000;
/** After a first fetch that failed. */
const RETRY_MS = 5000;

/**
 * Keys of a token issuer from its JWK set at an HTTPS address. Not jose's own remote set: inside Workers that one
 * starts a fetch per waiting request, and it forgets good keys when the issuer is down.
 * @throws IssuerUnavailable, or jose's errors for a key that is not there
 */
export function remoteKeys(address: string): JWTVerifyGetKey {
  let held: { readonly keys: JWTVerifyGetKey; readonly since: number } | null = null;
  let attempted = Number.NEGATIVE_INFINITY;
  let failed = Number.NEGATIVE_INFINITY;

  const load = async (): Promise<JWTVerifyGetKey> => {
    attempted = Date.now();
    const set = await fetchKeySet(address);
    if (set === null) {
      failed = Date.now();
      throw new IssuerUnavailable();
    }
    const keys = createLocalJWKSet(set);
    held = { keys, since: Date.now() };
    return keys;
  };

  return async (header, token) => {
    const now = Date.now();
    if (held === null) {
      if (now - failed < RETRY_MS) throw new IssuerUnavailable();
      return (await load())(header, token);
    }
    let { keys } = held;
    if (now - held.since > FRESH_MS && now - attempted > REFETCH_MS) keys = await load().catch(() => keys);
    try {
      return await keys(header, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey) || Date.now() - attempted < REFETCH_MS) throw thrown;
      return (await load().catch(() => keys))(header, token);
    }
  };
}

/** The key set, or null when the issuer does not give one in time and form. */
async function fetchKeySet(address: string): Promise<JSONWebKeySet | null> {
  try {
    const response = await fetch(address, {
      headers: { accept: "application/json" },
      // A redirect could lead to plain HTTP or elsewhere: the address in the configuration is the address.
      redirect: "manual",
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return null;
    }
    const body = await readBounded(response, MAX_KEY_SET_BYTES);
    const text = body.ok ? decodeUtf8(body.value) : null;
    const set: unknown = text === null ? null : JSON.parse(text);
    const keys = typeof set === "object" && set !== null && "keys" in set ? set.keys : null;
    return Array.isArray(keys) ? { keys } : null;
  } catch {
    return null;
  }
}
