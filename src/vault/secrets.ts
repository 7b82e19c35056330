/** The three secrets, decoded. Nothing else in the service is secret. */
export interface Secrets {
  /** 32 bytes; never rotates, because ids depend on it. */
  readonly indexKey: Uint8Array<ArrayBuffer>;
  /** 32 bytes each; the first seals, all open. */
  readonly sealKeys: readonly Uint8Array<ArrayBuffer>[];
  /** Private P-256 keys; the first signs, all verify. */
  readonly signingKeys: readonly SigningKey[];
}

/** A private ES256 key as a JWK; `kid` identifies it. */
export interface SigningKey {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly d: string;
  readonly kid: string;
}

export const SECRET_NAMES = ["INDEX_KEY", "SEAL_KEYS", "TOKEN_SIGNING_KEYS"] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

export type SecretsRead =
  | { readonly ok: true; readonly secrets: Secrets }
  | { readonly ok: false; readonly name: SecretName; readonly sentence: string };

/**
 * Checks and decodes the secrets. Pure, so that the Worker and `npm run dev` report the same.
 * A failure names the secret and what it should be, never its value.
 */
export function readSecrets(vars: Readonly<Record<SecretName, string | undefined>>): SecretsRead {
  const fail = (name: SecretName, expected: string): SecretsRead => ({
    ok: false,
    name,
    sentence: `${name} is ${vars[name] ? "malformed" : "missing"}: it must be ${expected}.`,
  });

  const indexKey = decodeKey(vars.INDEX_KEY ?? "");
  if (indexKey === null) return fail("INDEX_KEY", "32 bytes in base64");

  const texts = (vars.SEAL_KEYS ?? "").split(",").map((text) => text.trim());
  const sealKeys = texts.map(decodeKey).filter((key) => key !== null);
  if (sealKeys.length !== texts.length || new Set(texts).size !== texts.length) {
    return fail("SEAL_KEYS", "a comma-separated list of different keys of 32 bytes in base64, the sealing one first");
  }

  const signingKeys = decodeSigningKeys(vars.TOKEN_SIGNING_KEYS ?? "");
  if (signingKeys === null) {
    return fail("TOKEN_SIGNING_KEYS", "a JWK set of private P-256 keys with different kids, the signing one first");
  }
  return { ok: true, secrets: { indexKey, sealKeys, signingKeys } };
}

function decodeKey(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return null;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

function decodeSigningKeys(text: string): SigningKey[] | null {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return null;
  }
  const keys = typeof set === "object" && set !== null && "keys" in set ? set.keys : null;
  if (!Array.isArray(keys) || keys.length === 0) return null;
  const kids = new Set<string>();
  const read: SigningKey[] = [];
  for (const key of keys as unknown[]) {
    if (typeof key !== "object" || key === null) return null;
    const { kty, crv, x, y, d, kid } = key as Record<string, unknown>;
    if (kty !== "EC" || crv !== "P-256") return null;
    if (![x, y, d].every((part) => typeof part === "string" && COORDINATE.test(part))) return null;
    if (typeof kid !== "string" || kid === "" || kids.has(kid)) return null;
    kids.add(kid);
    read.push({ kty, crv, x: x as string, y: y as string, d: d as string, kid });
  }
  return read;
}
