/** What the document says of a header field. */
interface HeaderSaid {
  readonly description: string;
  readonly example: string | number;
}

/** Every header field that an answer may carry, but those of the transport (Content-Type, Content-Length, Date). */
export const RESPONSE_HEADERS = {
  "X-Request-Id": {
    description: "On every answer: the id of the request, which the log has too.",
    example: "0f8fad5b-d9cb-469f-a165-7f8677a8950e",
  },
  "Cache-Control": { description: "Whether and for how long the answer may be kept.", example: "no-store" },
  "Retry-After": { description: "Seconds to wait before the request is repeated.", example: 60 },
  "RateLimit-Policy": {
    description: "The quota that was met: its name, how many it allows (q) in how many seconds (w).",
    example: '"lookups";q=10;w=60',
  },
  "WWW-Authenticate": {
    description: "What is wrong with the credentials (RFC 6750).",
    example: 'Bearer error="invalid_token"',
  },
  Allow: { description: "The methods that the address takes.", example: "GET, HEAD, PUT" },
  Upgrade: { description: "The protocol to ask for, or that is spoken from here on.", example: "websocket" },
  Connection: { description: "`upgrade`, beside Upgrade.", example: "upgrade" },
  "Server-Timing": {
    description: "How long the lookup took, ms. To operators, and in development to everybody.",
    example: "lookup;dur=7",
  },
  "Cache-Status": {
    description: "Which store answered (RFC 9211). To operators, and in development to everybody.",
    example: "konnections; hit; detail=memory",
  },
  "Idempotency-Replayed": {
    description: "`true` where this is the first answer to the same Idempotency-Key; otherwise left out.",
    example: "true",
  },
  "Content-Disposition": {
    description: "The name for a file.",
    example: 'attachment; filename="konnections-export.json"',
  },
  "Content-Language": { description: "The language of the page.", example: "en" },
  Vary: { description: "What else than the address the answer depends on.", example: "accept-language" },
  Refresh: {
    description: "When a page that is waited on comes back by itself, and where.",
    example: "60; url=/unlist",
  },
  "Content-Security-Policy": { description: "Nothing is loaded from elsewhere.", example: "default-src 'none'" },
  "Cross-Origin-Resource-Policy": { description: "Other sites cannot embed it.", example: "same-origin" },
  "Referrer-Policy": { description: "Links tell no address.", example: "no-referrer" },
  "X-Robots-Tag": { description: "Not for search engines.", example: "noindex" },
  "X-Content-Type-Options": { description: "The media type is as said.", example: "nosniff" },
} as const satisfies Readonly<Record<string, HeaderSaid>>;

/** A header field of an answer. */
export type HeaderName = keyof typeof RESPONSE_HEADERS;

/** What a page carries. */
export const OF_PAGES: readonly HeaderName[] = [
  "Content-Language",
  "Content-Security-Policy",
  "Cross-Origin-Resource-Policy",
  "Referrer-Policy",
  "X-Content-Type-Options",
  "X-Robots-Tag",
];
/** What a picture carries. */
export const OF_PICTURES: readonly HeaderName[] = [
  "Content-Security-Policy",
  "Cross-Origin-Resource-Policy",
  "Referrer-Policy",
  "X-Content-Type-Options",
];

/** The header fields as components of the document. */
export function headerComponents(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(RESPONSE_HEADERS).map(([name, { description, example }]) => [
      name,
      {
        description,
        ...(name === "X-Request-Id" && { required: true }),
        schema: { type: typeof example === "number" ? "integer" : "string" },
        example,
      },
    ]),
  );
}

/** Header fields of an answer, as references to the components. */
export function headerRefs(names: Iterable<HeaderName>): Record<string, object> {
  return Object.fromEntries([...new Set(names)].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
