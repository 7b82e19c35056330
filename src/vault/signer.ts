import { importJWK, SignJWT } from "jose";
import type { SigningKey } from "./secrets.ts";

/** `iss` and `aud` of the service's own tokens. */
export const TOKEN_ISSUER = "konnections";
export const TOKEN_AUDIENCE = "konnections";
/** `typ` of access tokens. Receipts have another one, so that none is ever accepted as a token. */
export const ACCESS_TOKEN_TYPE = "JWT";
/** Lifetime of an access token, seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

const ALGORITHM = "ES256";

/** How fast a token looks numbers up: calm 10 a minute, burst 60 (`src/http/limits.ts`). */
export const PACES = ["calm", "burst"] as const;
export type Pace = (typeof PACES)[number];

/** The subject and scope of an access token. */
export interface TokenSubject {
  /** The account's random id, or for scope `owner` the keyed id of the number. */
  readonly sub: string;
  /** Id of the session. */
  readonly sid: string;
  readonly scope: "app" | "owner";
  /** Further claims; they cannot overwrite the others. */
  readonly more?: Readonly<Record<string, string>>;
  /** Lifetime in seconds; `ACCESS_TOKEN_SECONDS` by default. */
  readonly seconds?: number;
}

/** Signs with the first key of `TOKEN_SIGNING_KEYS` (ES256) and names it in the header (`kid`). */
export class Signer {
  readonly #jwk: SigningKey;
  #key: CryptoKey | Uint8Array | null = null;

  /** @param keys the configuration's list, never empty: the first signs, all verify */
  constructor(keys: readonly SigningKey[]) {
    const [first] = keys;
    if (first === undefined) throw new Error("no signing key: the configuration should have stopped the start");
    this.#jwk = first;
  }

  /**
   * A compact JWS over a payload.
   * @param typ media type of what is signed, such as "receipt+jwt"; never that of access tokens
   */
  async sign(payload: Readonly<Record<string, unknown>>, typ: string): Promise<string> {
    // Keep the key, not its promise: the promise of a cancelled request never settles for others.
    this.#key ??= await importJWK({ ...this.#jwk }, ALGORITHM);
    return new SignJWT({ ...payload }).setProtectedHeader({ alg: ALGORITHM, kid: this.#jwk.kid, typ }).sign(this.#key);
  }

  /** An access token by the contract. @param now ms since 1970 */
  accessToken(subject: TokenSubject, now: number): Promise<string> {
    const { sub, sid, scope, more, seconds = ACCESS_TOKEN_SECONDS } = subject;
    const iat = Math.floor(now / 1000);
    const claims = { ...more, iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE, sub, sid, scope, iat, exp: iat + seconds };
    return this.sign(claims, ACCESS_TOKEN_TYPE);
  }
}
