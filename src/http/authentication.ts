import { dayNamed } from "../time/days.ts";
import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import type { Config, Scope } from "../config.ts";
import { Memory } from "../memory/memory.ts";
import { ACCESS_TOKEN_TYPE, TOKEN_AUDIENCE, TOKEN_ISSUER, type Pace } from "../vault/signer.ts";
import { IssuerUnavailable, remoteKeys } from "./issuer-keys.ts";
import type { AssertionReason, Refusal, TokenReason } from "./problem.ts";

/** Who a verified token speaks for. */
export interface Principal {
  /** `sub`: the account's random id for our own tokens, prefixed by the issuer for others. */
  readonly account: string;
  readonly scope: Scope;
  /** `sid` of our own tokens: the session that it came from; null for other issuers' tokens. */
  readonly session: string | null;
  /** `own` of our own tokens of scope `owner`: the number, sealed. Null elsewhere. */
  readonly owned: string | null;
  /** `pace` of our own tokens; every other one is calm. Null for operators, who are not paced. */
  readonly pace: Pace | null;
  /** `since` of our own tokens, in development only: the day since which the account counts as a voter, days since 1970; else null. */
  readonly since: number | null;
}

export type Authenticated =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly refusal: Refusal };

/** A phone number that an issuer asserts, or the refusal. */
export type AssertedNumber =
  | { readonly ok: true; readonly number: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** Longer than any accepted token; longer ones are refused unread. */
const MAX_TOKEN_CHARS = 4096;
const CLOCK_SKEW_S = 30;
/** Verified tokens cached in the isolate: about 5 MB at most. */
const REMEMBERED_TOKENS = 5000;
const ISSUER_RETRY_S = 5;
/** Maximum age of an issuer's token at sign-in, ms. */
const MAX_ASSERTION_AGE_MS = 10 * 60_000;

/** How tokens of one issuer are verified. */
interface Verifier {
  readonly keys: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
  readonly audience: string;
  /** The scope granted; null: the token's own `scope` claim, if allowed. */
  readonly grants: Scope | null;
  /** Whether its claim of a verified phone number signs in. Its tokens then do nothing else. */
  readonly phoneNumbers: boolean;
}

/**
 * Verifies access tokens: our own (ES256, keys by `kid`), configured issuers', and Cloudflare Access assertions. The
 * issuer named in a token only selects the verifier; nothing else is trusted before its signature is verified.
 */
export class Authenticator {
  readonly #own: ReadonlySet<Scope>;
  readonly #development: boolean;
  readonly #issuers: ReadonlyMap<string, Verifier>;
  readonly #access: { readonly issuer: string; readonly verifier: Verifier } | null;
  // Separate, because a valid assertion is not a valid bearer token, nor vice versa.
  readonly #remembered = new Memory<string, Authenticated>(REMEMBERED_TOKENS);
  readonly #rememberedAssertions = new Memory<string, Authenticated>(REMEMBERED_TOKENS);

  constructor(config: Config) {
    this.#development = config.development;
    // In production operators use Access only: a stolen signing key must not give access.
    this.#own = new Set<Scope>(config.development ? ["app", "owner", "operator"] : ["app", "owner"]);
    const publicKeys = config.secrets.signingKeys.map(({ kty, crv, x, y, kid }) => ({
      kty,
      crv,
      x,
      y,
      kid,
      alg: "ES256",
      use: "sig",
    }));
    const own: Verifier = {
      keys: byKid(createLocalJWKSet({ keys: publicKeys })),
      algorithms: ["ES256"],
      audience: TOKEN_AUDIENCE,
      grants: null,
      phoneNumbers: false,
    };
    const external = config.externalIssuers.map(
      ({ issuer, jwks, algorithms, audience, scope, phoneNumbers }): [string, Verifier] => [
        issuer,
        { keys: remoteKeys(jwks), algorithms, audience, grants: scope, phoneNumbers },
      ],
    );
    this.#issuers = new Map([[TOKEN_ISSUER, own], ...external]);
    this.#access = config.access && {
      issuer: config.access.teamDomain,
      verifier: {
        keys: remoteKeys(`${config.access.teamDomain}/cdn-cgi/access/certs`),
        algorithms: ["RS256"],
        audience: config.access.audience,
        grants: "operator",
        phoneNumbers: false,
      },
    };
  }

  /** The principal of a request, or why there is none. */
  async authenticate(request: Request, now: number): Promise<Authenticated> {
    const authorization = request.headers.get("authorization");
    if (authorization !== null) {
      // Cached by the whole header field, so that a token is verified once.
      const remembered = this.#remembered.get(authorization, now);
      if (remembered !== undefined) return remembered;
      if (authorization.length > MAX_TOKEN_CHARS) return refuse("malformed");
      const token = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(authorization)?.[1];
      return token === undefined ? refuse("malformed") : this.#verify(authorization, token, now);
    }
    const assertion = this.#access === null ? null : request.headers.get("cf-access-jwt-assertion");
    if (assertion === null) return { ok: false, refusal: { code: "missing-token" } };
    if (assertion.length > MAX_TOKEN_CHARS) return refuse("malformed");
    return this.#rememberedAssertions.get(assertion, now) ?? this.#verifyAssertion(assertion, now);
  }

  async #verify(field: string, token: string, now: number): Promise<Authenticated> {
    const issuer = claimedIssuer(token);
    if (issuer === null) return refuse("malformed");
    const verifier = this.#issuers.get(issuer);
    // A token that asserts a phone number is for sign-in only, so that one person has one account here.
    return verifier === undefined || verifier.phoneNumbers
      ? refuse("not-accepted")
      : this.#verifyWith(
          token,
          issuer,
          verifier,
          (verified, until) => this.#remembered.put(field, verified, until),
          now,
        );
  }

  async #verifyAssertion(token: string, now: number): Promise<Authenticated> {
    return this.#access === null
      ? refuse("not-accepted")
      : this.#verifyWith(
          token,
          this.#access.issuer,
          this.#access.verifier,
          (verified, until) => this.#rememberedAssertions.put(token, verified, until),
          now,
        );
  }

  /**
   * The phone number (as the issuer writes it) that a configured issuer's token asserts as verified. The issuer must be
   * configured for that, and the token fresh: this is a sign-in, not a bearer token that is shown for an hour.
   */
  async assertedNumber(token: string, now: number): Promise<AssertedNumber> {
    const issuer = token.length > MAX_TOKEN_CHARS ? null : claimedIssuer(token);
    if (issuer === null) return assertionRefused("malformed");
    const verifier = this.#issuers.get(issuer);
    if (verifier === undefined || !verifier.phoneNumbers) return assertionRefused("not-accepted");
    const verified = await verify(token, issuer, verifier, now);
    if (!verified.ok) {
      return verified.refusal.code === "invalid-token" ? assertionRefused(verified.refusal.reason) : verified;
    }
    const { iat, phone_number: number, phone_number_verified: proved } = verified.payload;
    if (typeof iat !== "number" || now - iat * 1000 > MAX_ASSERTION_AGE_MS) return assertionRefused("expired");
    // A token from the future would be valid too long.
    if (iat * 1000 - now > CLOCK_SKEW_S * 1000) return assertionRefused("not-accepted");
    // OpenID Connect Core, section 5.1: a boolean. The text "true" is not accepted.
    return typeof number === "string" && proved === true
      ? { ok: true, number }
      : assertionRefused("number-not-verified");
  }

  async #verifyWith(
    token: string,
    issuer: string,
    verifier: Verifier,
    remember: (verified: Authenticated, until: number) => void,
    now: number,
  ): Promise<Authenticated> {
    const read = await verify(token, issuer, verifier, now);
    if (!read.ok) return read;
    const { payload, typ } = read;
    const scope = verifier.grants ?? this.#claimedScope(payload);
    const { exp } = payload;
    // Cloudflare Access leaves the subject of a service token empty and gives its client id instead.
    const sub = payload.sub === "" && issuer === this.#access?.issuer ? payload["common_name"] : payload.sub;
    if (scope === null || typeof sub !== "string" || sub === "" || typeof exp !== "number")
      return refuse("not-accepted");
    const own = issuer === TOKEN_ISSUER;
    // The same keys sign receipts, which are no tokens.
    if (own && typ !== undefined && typ !== ACCESS_TOKEN_TYPE) return refuse("not-accepted");
    const claim = (name: string): string | null => (own && typeof payload[name] === "string" ? payload[name] : null);
    const account = own ? sub : `${issuer} ${sub}`;
    const session = claim("sid");
    // Every own token comes from a session; without one no session would be checked.
    if (own && scope === "app" && session === null && !this.#development) return refuse("not-accepted");
    const pace = scope === "operator" ? null : claim("pace") === "burst" ? "burst" : "calm";
    const since = this.#development ? dayNamed(claim("since") ?? "") : null;
    const principal = { account, scope, session, owned: claim("own"), pace, since } as const;
    const verified: Authenticated = { ok: true, principal };
    remember(verified, (exp + CLOCK_SKEW_S) * 1000);
    return verified;
  }

  #claimedScope(payload: JWTPayload): Scope | null {
    const claimed = payload["scope"];
    for (const scope of this.#own) if (scope === claimed) return scope;
    return null;
  }
}

type Verified =
  | { readonly ok: true; readonly payload: JWTPayload; readonly typ: string | undefined }
  | {
      readonly ok: false;
      readonly refusal: Extract<Refusal, { readonly code: "invalid-token" | "unavailable" }>;
    };

/** The claims of a valid token that this issuer signed for us. */
async function verify(token: string, issuer: string, verifier: Verifier, now: number): Promise<Verified> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, verifier.keys, {
      algorithms: [...verifier.algorithms],
      issuer,
      audience: verifier.audience,
      clockTolerance: CLOCK_SKEW_S,
      currentDate: new Date(now),
      requiredClaims: ["exp", "sub"],
    });
    return { ok: true, payload, typ: protectedHeader.typ };
  } catch (thrown) {
    if (thrown instanceof IssuerUnavailable) {
      return { ok: false, refusal: { code: "unavailable", retryAfter: ISSUER_RETRY_S } };
    }
    return {
      ok: false,
      refusal: { code: "invalid-token", reason: thrown instanceof errors.JWTExpired ? "expired" : "not-accepted" },
    };
  }
}

/** Our own tokens always have a `kid`. */
function byKid(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return (header, token) => {
    if (header.kid === undefined) throw new errors.JWKSNoMatchingKey();
    return keys(header, token);
  };
}

/** The unverified `iss` of a token, or null. */
function claimedIssuer(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

function assertionRefused(reason: AssertionReason): AssertedNumber {
  return { ok: false, refusal: { code: "assertion-not-accepted", reason } };
}

function refuse(reason: TokenReason): Authenticated {
  return { ok: false, refusal: { code: "invalid-token", reason } };
}
