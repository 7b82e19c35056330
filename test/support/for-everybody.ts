/** Calls that tell everybody who has a token the same, and ask no session. Whatever else the app may call is personal. */
export const FOR_EVERYBODY: ReadonlySet<string> = new Set([
  "POST /v1/lookup",
  "GET /v1/lookup/{number}",
  "GET /v1/photos/{id}",
  "GET /v1/numbers/{number}/explanation",
  "PUT /v1/numbers/{number}/vote",
  "DELETE /v1/numbers/{number}/vote",
]);
