import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";

/** Makes the signature over `header.payload`. */
export type Signer = (input: string) => Uint8Array;

export const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");

/** ES256 (or ES384, ES512 by the key's curve) as JWS wants it. */
export const ecdsa = (key: KeyObject, hash = "sha256"): Signer => {
  return (input) => sign(hash, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
};
export const rsa = (key: KeyObject, hash = "sha256"): Signer => {
  return (input) => sign(hash, Buffer.from(input), key);
};

export type Claims = Record<string, unknown>;

/** A compact JWS of whatever it is given: nothing is checked, so that anything can be forged. */
export function compact(header: Claims | string, payload: Claims | string, signer: Signer): string {
  const text = (part: Claims | string): string => base64url(typeof part === "string" ? part : JSON.stringify(part));
  const input = `${text(header)}.${text(payload)}`;
  return `${input}.${base64url(signer(input))}`;
}

/** Seconds since 1970. */
export const seconds = (): number => Math.floor(Date.now() / 1000);

/** Claims of an access token as the service itself makes them; a claim set to undefined is left out. */
export function ownClaims(changes: Claims = {}): Claims {
  const now = seconds();
  return {
    iss: "konnections",
    aud: "konnections",
    sub: randomUUID(),
    sid: randomUUID(),
    scope: "app",
    pace: "burst",
    iat: now,
    exp: now + 900,
    ...changes,
  };
}

/** Makes tokens with the service's own key, rightly or with any part changed. */
export class Mint {
  readonly kid: string;
  readonly key: KeyObject;
  /** The public half as the service publishes it. */
  readonly jwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly y: string };

  /** @param jwks the value of TOKEN_SIGNING_KEYS */
  constructor(jwks: string) {
    const { keys } = JSON.parse(jwks) as { keys: (JsonWebKey & { kid: string; x: string; y: string })[] };
    const [first] = keys;
    if (first === undefined) throw new Error("TOKEN_SIGNING_KEYS has no key");
    this.kid = first.kid;
    this.key = createPrivateKey({ key: first as never, format: "jwk" });
    this.jwk = { kty: "EC", crv: "P-256", x: first.x, y: first.y };
  }

  token(claims: Claims = {}, header: Claims = {}, signer: Signer = ecdsa(this.key)): string {
    return compact({ alg: "ES256", kid: this.kid, typ: "JWT", ...header }, ownClaims(claims), signer);
  }
}

/** A token issuer of somebody else's: an RSA and a P-256 key, and the JWK set it publishes. */
export class Issuer {
  readonly rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  readonly ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

  jwks(): { keys: Claims[] } {
    return {
      keys: [
        { ...this.rsa.publicKey.export({ format: "jwk" }), kid: "rsa-1", alg: "RS256", use: "sig" },
        { ...this.ec.publicKey.export({ format: "jwk" }), kid: "ec-1", alg: "ES256", use: "sig" },
      ],
    };
  }

  rs256(claims: Claims, header: Claims = {}): string {
    return compact({ alg: "RS256", kid: "rsa-1", typ: "JWT", ...header }, claims, rsa(this.rsa.privateKey));
  }

  es256(claims: Claims, header: Claims = {}): string {
    return compact({ alg: "ES256", kid: "ec-1", typ: "JWT", ...header }, claims, ecdsa(this.ec.privateKey));
  }
}
