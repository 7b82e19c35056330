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
    detail: "The body could not be read as JSON in UTF-8.",
    remedy: "Send one JSON object, encoded in UTF-8.",
  },
  "unknown-field": {
    status: 400,
    title: "Unknown field",
    detail: "The body has a field that this call does not take.",
    remedy: "Leave out the fields named in errors: nothing is taken in that was not asked for.",
  },
  "invalid-request": {
    status: 400,
    title: "Invalid request",
    detail: "A field is missing or has the wrong form.",
    remedy: "Mend the fields named in errors; /openapi.json has their forms.",
  },
  "missing-token": {
    status: 401,
    title: "No credentials",
    detail: "This call needs an access token.",
    remedy: "Send the header Authorization: Bearer, followed by an access token.",
  },
  "invalid-token": {
    status: 401,
    title: "Token not accepted",
    detail: "The access token was not accepted.",
    remedy: "Get a new token. The reason tells an expired token from one that never was good here.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    detail: "The access token does not have the scope that this call needs.",
    remedy: "Use a token of the scope that /openapi.json names for the call.",
  },
  "signature-not-valid": {
    status: 403,
    title: "Signature not valid",
    detail: "The provider's signature of this callback is missing or wrong.",
    remedy: "Callbacks are signed with the account's auth token, over the address that the provider was given.",
  },
  "not-found": {
    status: 404,
    title: "Not found",
    detail: "There is nothing at this address.",
    remedy: "Look the address up in /openapi.json.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    detail: "This address does not take this method.",
    remedy: "Use one of the methods in the Allow header.",
  },
  "idempotency-key-missing": {
    status: 400,
    title: "Idempotency-Key missing",
    detail: "This call needs an Idempotency-Key header of 1 to 128 letters, digits, dots, dashes and underscores.",
    remedy: "Send a key that is new for each batch and the same for each repeat of it.",
  },
  "idempotency-key-reused": {
    status: 409,
    title: "Idempotency-Key reused",
    detail: "The Idempotency-Key was used before with a different body.",
    remedy: "Use a new key for a new batch.",
  },
  "dataset-kind-differs": {
    status: 409,
    title: "The dataset has another kind",
    detail: "A dataset keeps the kind that it was made with.",
    remedy: "Use another dataset id, or drop the dataset first.",
  },
  "dataset-being-dropped": {
    status: 409,
    title: "The dataset is being dropped",
    detail: "Rows of this dataset are being removed; it takes none until that is done.",
    remedy: "Repeat the DELETE call until it answers that it is done, then send the rows again.",
  },
  "too-slow": {
    status: 408,
    title: "The body came too slowly",
    detail: "The body stopped coming, or came slower than 64 KiB in ten seconds.",
    remedy: "Send it again over a better connection, or send less.",
  },
  "too-large": {
    status: 413,
    title: "Body too large",
    detail: "The body is larger than this call takes.",
    remedy: "Send less at once; /openapi.json has the bounds.",
  },
  "number-marked-spam": {
    status: 409,
    title: "The number is marked as spam",
    detail: "What people report of this number weighs more than what its owner says.",
    remedy: "Dispute it: operators look at it, and what is wrong or about a former owner goes.",
  },
  "number-unlisted": {
    status: 409,
    title: "The number was taken out",
    detail: "Nothing is taken in about this number: its owner took it out.",
    remedy: "Let it in again first.",
  },
  "changed-recently": {
    status: 429,
    title: "Changed not long ago",
    detail: "An owner can change this only once in a while.",
    remedy: "The RateLimit-Policy header names what and how often; Retry-After says when it may be changed again.",
  },
  "notice-not-changeable": {
    status: 409,
    title: "The notice cannot be changed any more",
    detail: "This notice takes effect in less than seven days, or has done so.",
    remedy: "Publish a notice of another version: the texts that people have read and agreed to stay as they are.",
  },
  "notice-too-soon": {
    status: 422,
    title: "Too soon for a new notice",
    detail: "A notice takes effect seven days after its publication at the earliest.",
    remedy: "Give a later effectiveAt.",
  },
  "too-many-rows": {
    status: 413,
    title: "Too many rows",
    detail: "A batch has at most 5,000 rows.",
    remedy: "Send the rows in smaller batches, each with an Idempotency-Key of its own.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "Unsupported media type",
    detail: "This call does not take a body of this Content-Type.",
    remedy: "Set the Content-Type that /openapi.json names for the call.",
  },
  "not-a-picture": {
    status: 415,
    title: "Not a picture",
    detail: "The body is no picture that is known here.",
    remedy: "Send the bytes of a JPEG, PNG, WebP or GIF file; the type is decided by them and not by a header.",
  },
  "unsupported-picture": {
    status: 415,
    title: "Pictures of this kind are not taken",
    detail: "The body is a picture of a kind that cannot be read here.",
    remedy: "Send it as JPEG, PNG, WebP or GIF.",
  },
  audio: {
    status: 415,
    title: "Recordings are not taken",
    detail: "The body holds sound or film. This service takes no recordings: they stay on the device.",
    remedy: "Send a picture.",
  },
  "too-many-pixels": {
    status: 422,
    title: "Too many pixels",
    detail: "The picture is larger than 100 megapixels, or longer than 12,000 pixels on a side.",
    remedy: "Make the picture smaller and send it again.",
  },
  "damaged-picture": {
    status: 422,
    title: "The picture is damaged",
    detail: "The file says that it is a picture but cannot be read to its end.",
    remedy:
      "Send the whole file. If the file is whole and you can see the picture, save it again or take a screenshot, and send that.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    detail: "This account has used up its requests for now.",
    remedy: "Wait for as many seconds as Retry-After says.",
  },
  "quota-exceeded": {
    status: 429,
    title: "Quota exceeded",
    detail: "This account has used up its calls of this kind for now.",
    remedy: "The RateLimit-Policy header names the quota; Retry-After says when it begins anew.",
  },
  "number-not-valid": {
    status: 422,
    title: "The number is not valid",
    detail: "This call needs a valid phone number.",
    remedy: "The reason is one of those that a lookup gives as invalidReason.",
  },
  "name-not-allowed": {
    status: 422,
    title: "The name is not allowed",
    detail: "The name cannot be shown to others.",
    remedy: "The reason says why: give the name that the caller goes by in public, and nothing else.",
  },
  "own-number": {
    status: 422,
    title: "This is your own number",
    detail: "Nobody votes on a number of their own.",
    remedy: "Give your name in your profile, or prove the number and name it as its owner.",
  },
  "consent-missing": {
    status: 403,
    title: "Consent missing",
    detail: "This call needs a consent of the account that is not on record.",
    remedy: "The reason is the consent's purpose. Ask the person, and put the consent on record before calling again.",
  },
  resync: {
    status: 410,
    title: "Start anew",
    detail: "What happened since that revision is not remembered any more.",
    remedy: "Read the phonebook from the beginning, with since 0, and compare.",
  },
  "phonebook-full": {
    status: 422,
    title: "The phonebook is full",
    detail: "A phonebook has at most 20,000 entries and 64 MiB; nothing of this call was written.",
    remedy: "Delete entries, or write fewer new ones.",
  },
  "upgrade-required": {
    status: 426,
    title: "Upgrade required",
    detail: "This address is a WebSocket.",
    remedy: "Connect with a WebSocket client that sends the access token in its Authorization header.",
  },
  "number-not-served": {
    status: 422,
    title: "Nothing is sent to this number",
    detail:
      "No message is sent to this number: its country is not served, or it is of a kind that messages do not reach.",
    remedy: "Use another number. The reason says which it is.",
  },
  "messages-not-configured": {
    status: 503,
    title: "No messages are sent here",
    detail: "Nobody is configured to carry messages of this service: no code and no link can be sent.",
    remedy: "Write to the contact named in the privacy notice at /privacy; who runs the service can set a provider.",
  },
  "too-many-codes": {
    status: 429,
    title: "Too many codes",
    detail: "Too many codes were sent to this number, or from this network or to this region.",
    remedy: "Use the code that was sent, or wait for as many seconds as Retry-After says.",
  },
  "proof-required": {
    status: 429,
    title: "A proof of work is required",
    detail:
      "Many codes were asked for: whoever asks for one now pays with a little work, whether they have an account or not.",
    remedy:
      "Find a nonce (1 to 64 of A-Z a-z 0-9 - _) with which the SHA-256 of <challenge>.<nonce> begins with as many zero bits as bits says, and ask again before expiresAt with the header X-Proof: <challenge>.<nonce>. It is good once, for this number and this call. Or wait for as many seconds as Retry-After says.",
  },
  "code-not-accepted": {
    status: 422,
    title: "Code not accepted",
    detail: "The code was not accepted.",
    remedy: "The reason tells a wrong code from one that has expired or is used up: then ask for another one.",
  },
  "assertion-not-accepted": {
    status: 422,
    title: "Issuer's token not accepted",
    detail: "The issuer's token does not assert a verified phone number that signs in here.",
    remedy: "Get a new token of an issuer that is configured for this, or sign in with a code.",
  },
  "refresh-not-accepted": {
    status: 401,
    title: "Refresh token not accepted",
    detail: "The refresh token is spent, its session is over, or it never was one.",
    remedy: "Sign in again. A token that is used twice ends its session, since one of its two holders may be a thief.",
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
      "The account has not seen this device before. Until it is approved it can look numbers up and vote, and nothing that is personal.",
    remedy:
      "Approve it from one of the account's devices, give the account's PIN, or wait: it is approved seven days after it signed in, unless one of the account's devices ends it.",
  },
  "pin-not-accepted": {
    status: 422,
    title: "PIN not accepted",
    detail: "The PIN was not accepted.",
    remedy:
      "The reason tells a wrong PIN from tries that are used up until tomorrow (UTC), and from an account that has none: then sign in without.",
  },
  "hand-over": {
    status: 409,
    title: "A change of hands",
    detail: "Whether the number has changed hands does not allow this call.",
    remedy:
      "The reason says why: one is under way, and a PIN can be neither set nor taken away meanwhile; there is none to stop; or one was stopped before, which can be done once.",
  },
  "account-blocked": {
    status: 403,
    title: "The account is blocked",
    detail: "Nobody can sign in with this number.",
    remedy: "Write to the data protection officer named in the privacy notice.",
  },
  "account-being-erased": {
    status: 403,
    title: "The account is being erased",
    detail: "The account of this number is being erased; nobody can sign in with it until that is done.",
    remedy: "It takes a quarter of an hour. Afterwards the number may sign up again, as new.",
  },
  "notice-not-in-force": {
    status: 409,
    title: "Another notice is in force",
    detail: "The version is not that of the privacy notice in force.",
    remedy: "Show the notice that /v1/notice names, and send its version.",
  },
  "too-young": {
    status: 422,
    title: "Too young",
    detail: "An account needs an age of sixteen or more.",
    remedy: "Nothing was kept. Lookups by others are not affected.",
  },
  internal: {
    status: 500,
    title: "Internal error",
    detail: "Something went wrong on our side.",
    remedy: "Repeat the call later; the request id helps us to find what happened.",
  },
  unavailable: {
    status: 503,
    title: "Unavailable",
    detail: "A store or a token issuer does not answer at the moment.",
    remedy: "Repeat the call after as many seconds as Retry-After says.",
  },
};

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Whether a text is one of the codes. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
