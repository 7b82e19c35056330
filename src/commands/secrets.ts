import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";

/** The secrets that the Worker needs, in the order in which they are checked. */
export const SECRET_NAMES = ["INDEX_KEY", "SEAL_KEYS", "TOKEN_SIGNING_KEYS"] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** A private P-256 key of TOKEN_SIGNING_KEYS. */
export interface SigningKey {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly d: string;
  readonly kid: string;
}

const EXPECTED: Record<SecretName, string> = {
  INDEX_KEY: "32 random bytes in base64 (44 characters)",
  SEAL_KEYS: "one or more keys of 32 random bytes in base64, separated by commas, no key twice",
  TOKEN_SIGNING_KEYS:
    'a JSON Web Key Set on one line, {"keys":[…]}, of private ES256 keys (EC, P-256), each with its own "kid"',
};

/**
 * Describes the first unusable secret of `vars` in a sentence that names but never quotes it; null if all three can be
 * used.
 */
export function secretProblem(vars: Readonly<Record<string, string | undefined>>): string | null {
  for (const name of SECRET_NAMES) {
    const value = vars[name];
    if (value === undefined || value === "") return sentence(name, "is missing");
    const fault = FAULTS[name](value);
    if (fault !== null) return sentence(name, fault);
  }
  return null;
}

/** The sentence for a secret, e.g. "INDEX_KEY is missing: expected 32 random bytes …". */
export function sentence(name: SecretName, fault: string): string {
  return `${name} ${fault}: expected ${EXPECTED[name]}.`;
}

/** The keys of a TOKEN_SIGNING_KEYS value, the signing one first. Call it on values that {@link secretProblem} accepts. */
export function signingKeys(value: string): [SigningKey, ...SigningKey[]] {
  return (JSON.parse(value) as { keys: [SigningKey, ...SigningKey[]] }).keys;
}

/** Fresh values for all three secrets. */
export async function freshSecrets(): Promise<Record<SecretName, string>> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" };
  const kid = await calculateJwkThumbprint(jwk, "sha256");
  return {
    INDEX_KEY: randomBytes(32).toString("base64"),
    SEAL_KEYS: randomBytes(32).toString("base64"),
    TOKEN_SIGNING_KEYS: JSON.stringify({ keys: [{ ...jwk, kid }] }),
  };
}

const FAULTS: Record<SecretName, (value: string) => string | null> = {
  INDEX_KEY: keyFault,
  SEAL_KEYS: (value) => {
    const keys = value.split(",").map((key) => key.trim());
    if (new Set(keys).size < keys.length) return "lists a key twice";
    return keys.map(keyFault).find((fault) => fault !== null) ?? null;
  },
  TOKEN_SIGNING_KEYS: keySetFault,
};

function keyFault(value: string): string | null {
  const bytes = Buffer.from(value, "base64");
  // Node skips characters that are not base64, so the value must survive a round trip.
  if (bytes.toString("base64") !== value) return "is not base64";
  return bytes.length === 32 ? null : `has a key of ${bytes.length} bytes`;
}

function keySetFault(value: string): string | null {
  let set: unknown;
  try {
    set = JSON.parse(value);
  } catch {
    return "is not JSON";
  }
  if (!isObject(set) || !Array.isArray(set["keys"])) return "is not a key set";
  const keys: unknown[] = set["keys"];
  if (keys.length === 0) return "has no keys";
  const kids = new Set<unknown>();
  for (const key of keys) {
    const fault = signingKeyFault(key);
    if (fault !== null) return fault;
    const { kid } = key as SigningKey;
    if (kids.has(kid)) return 'has the same "kid" twice';
    kids.add(kid);
  }
  return null;
}

function signingKeyFault(key: unknown): string | null {
  if (!isObject(key) || key["kty"] !== "EC" || key["crv"] !== "P-256") return "has a key that is not P-256";
  if (key["alg"] !== undefined && key["alg"] !== "ES256") return "has a key for another algorithm than ES256";
  if (typeof key["kid"] !== "string" || key["kid"] === "") return 'has a key without "kid"';
  if (typeof key["d"] !== "string") return "has a key without its private part";
  return pairFault(key);
}

function pairFault(jwk: Record<string, unknown>): string | null {
  const { d: _, ...publicJwk } = jwk;
  try {
    const probe = Buffer.from("konnections");
    const signature = sign("sha256", probe, createPrivateKey({ format: "jwk", key: jwk }));
    // OpenSSL accepts any `d` with any point; only a signature shows that they belong together.
    const belongs = verify("sha256", probe, createPublicKey({ format: "jwk", key: publicJwk }), signature);
    return belongs ? null : "has a key whose halves do not belong together";
  } catch {
    return "has a damaged key";
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
