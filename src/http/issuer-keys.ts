import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { decodeUtf8, readBounded } from "./body.ts";

/** The issuer's key set could not be fetched, and none is cached. */
export class IssuerUnavailable extends Error {
  override readonly name = "IssuerUnavailable";
}

const MAX_KEY_SET_BYTES = 64 * 1024;
const FETCH_TIMEOUT_MS = 2000;
/** A key set is fetched again when it is this old; if that fails, the old one stays in use. */
const FRESH_MS = 10 * 60_000;
/** An unknown `kid` causes a fetch at most this often: anybody can invent one. */
const REFETCH_MS = 60_000;
/** Wait after a failed first fetch. */
const RETRY_MS = 5000;
/** Interval for polling another request's fetch. */
const POLL_MS = 20;

/**
 * Keys of a token issuer from its JWK set at an HTTPS address. Not jose's own remote set: inside Workers that one
 * starts a fetch per waiting request, and it forgets good keys when the issuer is down.
 * @throws IssuerUnavailable, or jose's errors for an unknown key
 */
export function remoteKeys(address: string): JWTVerifyGetKey {
  let held: { readonly keys: JWTVerifyGetKey; readonly since: number } | null = null;
  let attempted = Number.NEGATIVE_INFINITY;
  let failed = Number.NEGATIVE_INFINITY;
  let loading = false;

  const load = async (): Promise<JWTVerifyGetKey> => {
    attempted = Date.now();
    loading = true;
    const keys = await fetchKeys(address);
    loading = false;
    if (keys === null) {
      failed = Date.now();
      throw new IssuerUnavailable();
    }
    held = { keys, since: Date.now() };
    return keys;
  };

  // Requests cannot await each other's promises: the loading one may be cancelled, and its promise never settles.
  const whileLoading = async (): Promise<void> => {
    const underWay = (): boolean => loading && Date.now() - attempted < FETCH_TIMEOUT_MS;
    while (underWay()) await scheduler.wait(POLL_MS);
  };

  const current = async (): Promise<JWTVerifyGetKey> => {
    if (held === null) await whileLoading();
    const now = Date.now();
    if (held === null) {
      if (now - failed < RETRY_MS) throw new IssuerUnavailable();
      return load();
    }
    const { keys, since } = held;
    const stale = now - since > FRESH_MS && now - attempted > REFETCH_MS;
    return stale ? load().catch(() => keys) : keys;
  };

  return async (header, token) => {
    const keys = await current();
    try {
      return await keys(header, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown;
      // A new key, or an invented one: fetch again if allowed.
      await whileLoading();
      if (Date.now() - attempted < REFETCH_MS) return (held?.keys ?? keys)(header, token);
      return (await load().catch(() => keys))(header, token);
    }
  };
}

/** The keys, or null if the issuer does not return a valid key set in time. */
async function fetchKeys(address: string): Promise<JWTVerifyGetKey | null> {
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
    return Array.isArray(keys) ? createLocalJWKSet({ keys }) : null;
  } catch {
    return null;
  }
}
