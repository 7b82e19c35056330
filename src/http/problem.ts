/** One field of a body that was refused. `problem` is the service's own text. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/**
 * Every way in which the service says no: a closed union, so that rooms return values and one table turns them into
 * answers. Rooms declare the codes that they use; the compiler checks here that each has its problem.
 */
export type Refusal =
  | { readonly code: "malformed-json" | "not-found" | "unsupported-media-type" | "too-large" | "too-slow" | "internal" }
  | { readonly code: "unknown-field" | "invalid-request"; readonly errors: readonly FieldProblem[] }
  | { readonly code: "method-not-allowed"; readonly allow: string }
  | { readonly code: "missing-token" | "forbidden" }
  | { readonly code: "invalid-token"; readonly reason: TokenReason }
  | { readonly code: "rate-limited" | "quota-exceeded"; readonly retryAfter: number; readonly policy: string }
  | { readonly code: "number-not-valid" | "name-not-allowed"; readonly reason: string }
  | { readonly code: "own-number" | "signature-not-valid" }
  | { readonly code: "not-a-picture" | "unsupported-picture" | "audio" | "too-many-pixels" | "damaged-picture" }
  | { readonly code: "consent-missing"; readonly reason: string }
  | { readonly code: "resync" | "upgrade-required" }
  | { readonly code: "phonebook-full"; readonly reason: "entries" | "bytes" }
  | { readonly code: "number-not-served"; readonly reason: "country" | "kind" }
  | { readonly code: "messages-not-configured" }
  | { readonly code: "promotion-not-carried" }
  | ({ readonly code: "proof-required"; readonly retryAfter: number; readonly policy: string } & ProofAsked)
  | { readonly code: "code-not-accepted"; readonly reason: "wrong" | "expired" | "used-up" }
  | { readonly code: "assertion-not-accepted"; readonly reason: AssertionReason }
  | { readonly code: "refresh-not-accepted" | "session-ended" | "account-being-erased" }
  | { readonly code: "device-not-approved" }
  | { readonly code: "pin-not-accepted"; readonly reason: "wrong" | "used-up" | "none-set" }
  | { readonly code: "hand-over"; readonly reason: "under-way" | "none" | "stopped-before" }
  | { readonly code: "notice-not-in-force" | "too-young" }
  | { readonly code: "unavailable"; readonly retryAfter: number }
  | { readonly code: "idempotency-key-missing" | "idempotency-key-reused" }
  | { readonly code: "number-marked-spam" | "number-unlisted" }
  | { readonly code: "changed-recently"; readonly retryAfter: number; readonly policy: string }
  | { readonly code: "notice-too-soon" | "notice-not-changeable" }
  | { readonly code: "dataset-kind-differs" | "dataset-being-dropped" | "too-many-rows" };

export type ProblemCode = Refusal["code"];

/** What is to be worked out: a nonce with which the SHA-256 of `<challenge>.<nonce>` begins with so many zero bits. */
export interface ProofAsked {
  readonly challenge: string;
  readonly bits: number;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Why a token was refused; says nothing about which check of its signature failed. */
export type TokenReason = "malformed" | "expired" | "not-accepted";

/** Why an issuer's token does not sign in. */
export type AssertionReason = "malformed" | "expired" | "not-accepted" | "number-not-verified";
