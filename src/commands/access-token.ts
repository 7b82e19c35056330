import { randomUUID } from "node:crypto";
import { importJWK, SignJWT } from "jose";
import { signingKeys } from "./secrets.ts";

/** `iss` and `aud` of the service's own tokens. */
export const TOKEN_ISSUER = "konnections";
export const TOKEN_AUDIENCE = "konnections";
/** Lifetime of a token, seconds. */
export const TOKEN_SECONDS = 15 * 60;

export type Scope = "app" | "operator";
/** Rate limit of a token's lookups: calm 10 a minute, burst 60. */
export type Pace = "calm" | "burst";

/**
 * Issues an access token like the service's own, signed with the first of `tokenSigningKeys`. `subject` is the account
 * id, `since` the day from which it counts as a voter (`YYYY-MM-DD`), `now` in milliseconds. The service accepts such
 * tokens with scope `operator` or with `since` in development only.
 */
export async function mintToken(
  tokenSigningKeys: string,
  scope: Scope,
  {
    subject = randomUUID(),
    since,
    now = Date.now(),
    pace = "burst",
  }: { subject?: string; since?: string; now?: number; pace?: Pace } = {},
): Promise<string> {
  const [key] = signingKeys(tokenSigningKeys);
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({ sid: randomUUID(), scope, pace, ...(since === undefined ? {} : { since }) })
    .setProtectedHeader({ alg: "ES256", kid: key.kid, typ: "JWT" })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setSubject(subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + TOKEN_SECONDS)
    .sign(await importJWK({ ...key }, "ES256"));
}
