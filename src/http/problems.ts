import type { ProblemCode } from "./problem.ts";

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the client is told, and the first paragraph of the code's page. */
  readonly detail: string;
  /** What to do about it: the second paragraph of the code's page. */
  readonly remedy: string;
}

/** The closed list of codes. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  "malformed-json": {
    status: 400,
    title: "The body is not JSON",
    detail: "The request body is not valid JSON in UTF-8.",
    remedy: "Send one JSON object, encoded in UTF-8.",
  },
  "unknown-field": {
    status: 400,
    title: "Unknown field",
    detail: "The request body has a field that this endpoint does not know.",
    remedy: "Remove the fields listed in errors. Unknown fields are refused, so that nothing is stored by accident.",
  },
  "invalid-request": {
    status: 400,
    title: "Invalid request",
    detail: "A field is missing or has the wrong format.",
    remedy: "Correct the fields listed in errors; /openapi.json describes their formats.",
  },
  "missing-token": {
    status: 401,
    title: "No credentials",
    detail: "This endpoint needs an access token.",
    remedy: "Send the header Authorization: Bearer, followed by an access token.",
  },
  "invalid-token": {
    status: 401,
    title: "Token not accepted",
    detail: "The access token was not accepted.",
    remedy: "Get a new token. The reason says whether the token has expired or was never valid here.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    detail: "The access token does not have the scope that this endpoint needs.",
    remedy: "Use a token with the scope that /openapi.json names for the endpoint.",
  },
  "signature-not-valid": {
    status: 403,
    title: "Signature not valid",
    detail: "The provider's signature of this callback is missing or wrong.",
    remedy: "Sign callbacks with the account's auth token, over the URL that the provider was given.",
  },
  "not-found": {
    status: 404,
    title: "Not found",
    detail: "There is nothing at this address.",
    remedy: "Check the path and method in /openapi.json.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    detail: "This address does not support this method.",
    remedy: "Use one of the methods in the Allow header.",
  },
  "idempotency-key-missing": {
    status: 400,
    title: "Idempotency-Key missing",
    detail: "This endpoint needs an Idempotency-Key header of 1 to 128 letters, digits, dots, dashes and underscores.",
    remedy: "Use a new key for each request, and the same key to retry it.",
  },
  "idempotency-key-reused": {
    status: 409,
    title: "Idempotency-Key reused",
    detail: "The Idempotency-Key was used before with a different body.",
    remedy: "Use a new key for a new request.",
  },
  "dataset-kind-differs": {
    status: 409,
    title: "The dataset has another kind",
    detail: "The kind of an existing dataset cannot change.",
    remedy: "Use another dataset id, or delete the dataset first.",
  },
  "dataset-being-dropped": {
    status: 409,
    title: "The dataset is being deleted",
    detail: "Rows of this dataset are being deleted, and it accepts none until that is finished.",
    remedy: "Repeat the DELETE request until it answers done: true, then send the rows again.",
  },
  "too-slow": {
    status: 408,
    title: "The body arrived too slowly",
    detail: "The request body stalled, or arrived slower than 64 KiB per ten seconds.",
    remedy: "Retry over a better connection, or send less.",
  },
  "too-large": {
    status: 413,
    title: "Body too large",
    detail: "The request body is larger than this endpoint accepts.",
    remedy: "Send less per request; /openapi.json states the limits.",
  },
  "number-marked-spam": {
    status: 409,
    title: "The number is marked as spam",
    detail: "What people report about this number outweighs what its owner says.",
    remedy: "Dispute it: operators review the reports and remove those that are wrong or about a former owner.",
  },
  "number-unlisted": {
    status: 409,
    title: "The number is unlisted",
    detail: "The owner of this number took it out, so nothing about it is accepted.",
    remedy: "List the number again first.",
  },
  "changed-recently": {
    status: 429,
    title: "Changed recently",
    detail: "The owner of a number can change this only from time to time.",
    remedy: "RateLimit-Policy says how often; Retry-After says when it can be changed again.",
  },
  "notice-not-changeable": {
    status: 409,
    title: "The notice can no longer be changed",
    detail: "This notice takes effect in less than seven days, or is already in force.",
    remedy: "Publish a notice with a new version. Texts that people have agreed to stay as they are.",
  },
  "notice-too-soon": {
    status: 422,
    title: "The notice takes effect too soon",
    detail: "A notice takes effect seven days after it is published, at the earliest.",
    remedy: "Send a later effectiveAt.",
  },
  "too-many-rows": {
    status: 413,
    title: "Too many rows",
    detail: "A batch can have at most 5,000 rows.",
    remedy: "Send smaller batches, each with its own Idempotency-Key.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "Unsupported media type",
    detail: "This endpoint does not accept this Content-Type.",
    remedy: "Set the Content-Type that /openapi.json names for the endpoint.",
  },
  "not-a-picture": {
    status: 415,
    title: "Not a picture",
    detail: "The request body is not a picture in a known format.",
    remedy:
      "Send the bytes of a JPEG, PNG, WebP or GIF file. The format is detected from the bytes, not from a header.",
  },
  "unsupported-picture": {
    status: 415,
    title: "Unsupported picture format",
    detail: "The request body is a picture in a format that is not supported here.",
    remedy: "Convert it to JPEG, PNG, WebP or GIF.",
  },
  audio: {
    status: 415,
    title: "Recordings are not accepted",
    detail: "The request body contains audio or video. This service accepts no recordings; they stay on the device.",
    remedy: "Send a picture.",
  },
  "too-many-pixels": {
    status: 422,
    title: "Too many pixels",
    detail: "The picture has more than 100 megapixels, or more than 12,000 pixels on a side.",
    remedy: "Scale the picture down and retry.",
  },
  "damaged-picture": {
    status: 422,
    title: "The picture is damaged",
    detail: "The file starts like a picture but cannot be decoded.",
    remedy:
      "Send the complete file. If it is complete and you can see the picture, save it again or take a screenshot, and send that.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    detail: "This account has sent too many requests.",
    remedy: "Retry after the number of seconds in Retry-After.",
  },
  "quota-exceeded": {
    status: 429,
    title: "Quota exceeded",
    detail: "This account has used up its quota for this kind of request.",
    remedy: "RateLimit-Policy names the quota; Retry-After says when it resets.",
  },
  "number-not-valid": {
    status: 422,
    title: "The number is not valid",
    detail: "This endpoint needs a valid phone number.",
    remedy: "The reason is one of the values of invalidReason in a lookup's answer.",
  },
  "name-not-allowed": {
    status: 422,
    title: "The name is not allowed",
    detail: "The name cannot be shown to others.",
    remedy: "The reason says why. Send only the name that the caller uses in public.",
  },
  "own-number": {
    status: 422,
    title: "This is your own number",
    detail: "You cannot vote on your own number.",
    remedy: "Set your name in your profile, or prove the number and name it as its owner.",
  },
  "consent-missing": {
    status: 403,
    title: "Consent missing",
    detail: "This endpoint needs a consent that the account has not given.",
    remedy: "The reason is the purpose of the consent. Ask the user, record the consent, then retry.",
  },
  resync: {
    status: 410,
    title: "Read from the beginning",
    detail: "Changes since that revision are no longer kept.",
    remedy: "Read the phonebook from the beginning (since=0) and compare.",
  },
  "phonebook-full": {
    status: 422,
    title: "The phonebook is full",
    detail: "A phonebook can have at most 20,000 entries and 64 MiB. Nothing of this request was written.",
    remedy: "Delete entries, or write fewer new ones.",
  },
  "upgrade-required": {
    status: 426,
    title: "Upgrade required",
    detail: "This address is a WebSocket.",
    remedy: "Connect with a WebSocket client that sends the access token in the Authorization header.",
  },
  "number-not-served": {
    status: 422,
    title: "No messages to this number",
    detail:
      "The service sends no messages to this number: its country is not enabled, or its type cannot receive them.",
    remedy: "Use another number. The reason says which of the two it is.",
  },
  "messages-not-configured": {
    status: 503,
    title: "Messages are not configured",
    detail: "This service has no message provider, so it can send neither codes nor links.",
    remedy:
      "Write to the contact in the privacy notice at /privacy. Whoever runs the service can configure a provider.",
  },
  "promotion-not-carried": {
    status: 422,
    title: "The e-mail provider carries no promotion",
    detail: "The configured e-mail provider takes what concerns a recipient's account alone, no promotion.",
    remedy: "Send it by SMS, or have whoever runs the service configure a provider that carries it.",
  },
  "proof-required": {
    status: 429,
    title: "Proof of work required",
    detail:
      "Many codes were requested. Until demand falls, every request needs a proof of work, with or without an account.",
    remedy:
      "Find a nonce (1 to 64 of A-Z a-z 0-9 - _) for which the SHA-256 of <challenge>.<nonce> begins with as many zero bits as bits says. Retry before expiresAt with the header X-Proof: <challenge>.<nonce>. A proof is valid once, for this number and this endpoint. Or wait for the number of seconds in Retry-After.",
  },
  "code-not-accepted": {
    status: 422,
    title: "Code not accepted",
    detail: "The code was not accepted.",
    remedy: "The reason says whether the code is wrong, or has expired or is used up; in that case request a new one.",
  },
  "assertion-not-accepted": {
    status: 422,
    title: "Issuer's token not accepted",
    detail: "The issuer's token does not assert a verified phone number that can sign in here.",
    remedy: "Get a new token from an issuer that is configured for sign-in, or sign in with a code.",
  },
  "refresh-not-accepted": {
    status: 401,
    title: "Refresh token not accepted",
    detail: "The refresh token was used before, belongs to an ended session, or was never valid.",
    remedy:
      "Sign in again. Using a refresh token twice ends its session, because one of the two users may have stolen it.",
  },
  "session-ended": {
    status: 401,
    title: "The session has ended",
    detail: "The session of this access token has ended.",
    remedy: "Sign in again.",
  },
  "device-not-approved": {
    status: 403,
    title: "The device is not approved yet",
    detail:
      "This device is new to the account. Until it is approved it can look up numbers and vote, but it cannot use anything personal.",
    remedy:
      "Approve it from another device of the account, enter the account's PIN, or wait: it is approved seven days after it signed in, unless another device ends its session.",
  },
  "pin-not-accepted": {
    status: 422,
    title: "PIN not accepted",
    detail: "The PIN was not accepted.",
    remedy:
      "The reason says whether the PIN is wrong, there are no tries left until tomorrow (UTC), or the account has no PIN; in that case sign in without one.",
  },
  "hand-over": {
    status: 409,
    title: "The number is changing hands",
    detail: "The state of the number's change of hands does not allow this request.",
    remedy:
      "The reason says why: a change is in progress, so the PIN cannot be set or removed; or there is none to stop; or one was stopped before, which is possible only once.",
  },
  "account-being-erased": {
    status: 403,
    title: "The account is being erased",
    detail: "The account of this number is being erased, and nobody can sign in with it until that is finished.",
    remedy: "This takes about a quarter of an hour. Afterwards the number can sign up again as a new account.",
  },
  "notice-not-in-force": {
    status: 409,
    title: "Another notice is in force",
    detail: "This is not the version of the privacy notice in force.",
    remedy: "Show the notice that /v1/notice names, and send its version.",
  },
  "too-young": {
    status: 422,
    title: "Too young",
    detail: "Accounts are for people aged sixteen or older.",
    remedy: "Nothing was stored. Lookups of this number by others are not affected.",
  },
  internal: {
    status: 500,
    title: "Internal error",
    detail: "Something went wrong on our side.",
    remedy: "Retry later. If it happens again, report the request id.",
  },
  unavailable: {
    status: 503,
    title: "Unavailable",
    detail: "A store or a token issuer is not responding.",
    remedy: "Retry after the number of seconds in Retry-After.",
  },
};

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Whether a text is one of the codes. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
