import type { Refusal } from "./problem.ts";
import { PROBLEMS } from "./problems.ts";

/** Somebody has to set a provider first. */
const NOT_CONFIGURED_RETRY_S = 3600;

/** The one way from a refusal to an answer: RFC 9457, with the headers that its status asks for. */
export function problemResponse(refusal: Refusal, origin: string, requestId: string): Response {
  const { status, title, detail } = PROBLEMS[refusal.code];
  const body: Record<string, unknown> = {
    type: `${origin}/problems/${refusal.code}`,
    title,
    status,
    detail,
    message: detail,
    code: refusal.code,
    requestId,
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": requestId,
  });
  switch (refusal.code) {
    case "unknown-field":
    case "invalid-request":
      body["errors"] = refusal.errors;
      break;
    case "method-not-allowed":
      headers.set("allow", refusal.allow);
      break;
    case "missing-token":
      headers.set("www-authenticate", 'Bearer error="invalid_request"');
      break;
    case "invalid-token":
      body["reason"] = refusal.reason;
      headers.set("www-authenticate", 'Bearer error="invalid_token"');
      break;
    case "forbidden":
      headers.set("www-authenticate", 'Bearer error="insufficient_scope"');
      break;
    case "consent-missing":
      body["reason"] = refusal.reason;
      headers.set("www-authenticate", 'Bearer error="insufficient_scope"');
      break;
    case "upgrade-required":
      headers.set("upgrade", "websocket");
      headers.set("connection", "upgrade");
      break;
    case "refresh-not-accepted":
      headers.set("www-authenticate", 'Bearer error="invalid_grant"');
      break;
    case "session-ended":
      headers.set("www-authenticate", 'Bearer error="invalid_token"');
      break;
    case "device-not-approved":
    case "account-being-erased":
      headers.set("www-authenticate", 'Bearer error="access_denied"');
      break;
    case "pin-not-accepted":
    case "hand-over":
    case "phonebook-full":
    case "number-not-valid":
    case "name-not-allowed":
    case "number-not-served":
    case "code-not-accepted":
    case "assertion-not-accepted":
      body["reason"] = refusal.reason;
      break;
    case "proof-required": {
      const { challenge, bits, expiresAt, retryAfter } = refusal;
      Object.assign(body, { challenge, bits, expiresAt, retryAfter });
      headers.set("retry-after", String(retryAfter));
      headers.set("ratelimit-policy", refusal.policy);
      break;
    }
    case "rate-limited":
    case "quota-exceeded":
    case "changed-recently":
      body["retryAfter"] = refusal.retryAfter;
      headers.set("retry-after", String(refusal.retryAfter));
      headers.set("ratelimit-policy", refusal.policy);
      break;
    case "unavailable":
      body["retryAfter"] = refusal.retryAfter;
      headers.set("retry-after", String(refusal.retryAfter));
      break;
    case "messages-not-configured":
      body["retryAfter"] = NOT_CONFIGURED_RETRY_S;
      headers.set("retry-after", String(NOT_CONFIGURED_RETRY_S));
      break;
    case "malformed-json":
    case "promotion-not-carried":
    case "own-number":
    case "notice-not-in-force":
    case "too-young":
    case "signature-not-valid":
    case "not-a-picture":
    case "unsupported-picture":
    case "audio":
    case "too-many-pixels":
    case "damaged-picture":
    case "resync":
    case "not-found":
    case "unsupported-media-type":
    case "too-large":
    case "too-slow":
    case "internal":
    case "idempotency-key-missing":
    case "idempotency-key-reused":
    case "dataset-kind-differs":
    case "dataset-being-dropped":
    case "too-many-rows":
    case "notice-too-soon":
    case "number-marked-spam":
    case "number-unlisted":
    case "notice-not-changeable":
      break;
  }
  return new Response(JSON.stringify(body), { status, headers });
}
