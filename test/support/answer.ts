import { expect } from "vitest";

/** A refusal as RFC 9457 and API.md have it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly message: string;
  readonly code: string;
  readonly requestId: string;
  readonly reason?: string;
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
  readonly retryAfter?: number;
  readonly challenge?: string;
  readonly bits?: number;
  readonly expiresAt?: string;
}

/** An answer of the service, read to its end. */
export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** Milliseconds from asking to the last byte. */
  readonly took: number;
}

/** The body as JSON. */
export function jsonOf<T = Record<string, unknown>>(answer: Answer): T {
  return JSON.parse(answer.text) as T;
}

/** What a platform or a library would say of itself. Texts of the service's own use none of it. */
const LIBRARY_TEXT = [
  /\b(?:Type|Range|Syntax|Reference|Aggregate|DOM|Zod|Jose|Config|Internal)?(?:Error|Exception):/,
  /(?:^|\n|\\n)\s+at \S/,
  /\bat (?:async |new )?[\w.$<>]+ \(/,
  /\.[cm]?[jt]s:\d+/,
  /zod/i,
  /libphonenumber/i,
  /D1_|\bKV\b|SQLITE|sqlite/,
  /workerd|miniflare|wrangler|hono\b|drizzle|\bjose\b/i,
  /ERR_[A-Z]/,
  /unexpected (?:token|end)|invalid input|unrecognized|expected \w+, received/i,
  /node_modules|file:\/\//,
];

/** Thousands of answers are held against this: a failing comparison says what, a good one costs nothing. */
function hold(holds: boolean, where: () => string, what: string): asserts holds {
  if (!holds) expect.fail(`${where()}: ${what}`);
}

/** Fails when a text holds words of a platform, a library or a stack trace. */
export function expectOwnWords(text: string, of: string | (() => string)): void {
  for (const pattern of LIBRARY_TEXT) {
    hold(!pattern.test(text), typeof of === "string" ? () => of : of, `tells ${pattern}: ${text.slice(0, 300)}`);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ALWAYS = ["type", "title", "status", "detail", "message", "code", "requestId"];
const SOMETIMES = new Set(["reason", "errors", "retryAfter"]);
/** What a proof is asked for with, in one code alone. */
const PROOF = new Set(["challenge", "bits", "expiresAt"]);

/** Holds a refusal against API.md's conventions, header fields included, and gives its body. */
export function problemOf(answer: Answer, status?: number, code?: string): Problem {
  const { headers } = answer;
  const where = whereOf(answer);
  const equal = (got: unknown, wanted: unknown, of: string): void =>
    hold(got === wanted, where, `${of} should be ${String(wanted)}, not ${String(got)}`);
  if (status !== undefined) equal(answer.status, status, "the status");
  equal(headers.get("content-type"), "application/problem+json", "Content-Type");
  const problem = jsonOf<Problem>(answer);
  if (code !== undefined) equal(problem.code, code, "the code");

  const keys = Object.keys(problem);
  equal(keys.slice(0, ALWAYS.length).join(), ALWAYS.join(), "the fields");
  equal(
    keys
      .slice(ALWAYS.length)
      .filter((key) => !SOMETIMES.has(key) && !(problem.code === "proof-required" && PROOF.has(key)))
      .join(),
    "",
    "fields beyond API.md",
  );
  equal(problem.status, answer.status, "status in the body");
  equal(new URL(problem.type).pathname, `/problems/${problem.code}`, "type");
  equal(problem.message, problem.detail, "message");
  hold(UUID.test(problem.requestId), where, "requestId is no UUID");
  equal(headers.get("x-request-id"), problem.requestId, "X-Request-Id");
  equal(answer.text, JSON.stringify(problem), "the compact body");
  equal(headers.get("cache-control"), "no-store", "Cache-Control");
  // What is sealed is random, and says every three letters at times.
  expectOwnWords(answer.text.replace(problem.challenge ?? "", ""), where);

  const matches = (name: string, pattern: RegExp): void =>
    hold(pattern.test(headers.get(name) ?? ""), where, `${name} is ${headers.get(name)}`);
  // A callback has a signature instead of a token.
  const tokenless = problem.code === "signature-not-valid";
  if ((answer.status === 401 || answer.status === 403) && !tokenless)
    matches("www-authenticate", /^Bearer error="[a-z_]+"$/);
  if (answer.status === 405) matches("allow", /^[A-Z]+(?:, [A-Z]+)*$/);
  if (answer.status === 429) matches("ratelimit-policy", /^"[a-z-]+";q=\d+;w=\d+$/);
  if (answer.status === 429 || answer.status === 503) {
    hold((problem.retryAfter ?? 0) > 0, where, "retryAfter is missing");
    equal(headers.get("retry-after"), String(problem.retryAfter), "Retry-After");
  }
  return problem;
}

/** What holds for every answer of the service, whatever was asked. */
export function expectDecent(answer: Answer): void {
  const where = whereOf(answer);
  hold(answer.status !== 500, where, "is a 500");
  hold(UUID.test(answer.headers.get("x-request-id") ?? ""), where, "has no X-Request-Id");
  for (const [name, value] of answer.headers) {
    if (!HARMLESS.has(name)) expectOwnWords(value, where);
  }
  if (answer.method === "HEAD") return;
  const type = answer.headers.get("content-type") ?? "";
  const healthReport = answer.status === 503 && type === "application/json";
  // What is not there is said to people on a page.
  const page = answer.status === 404 && type.startsWith("text/html");
  if (answer.status >= 400 && !healthReport && !page) problemOf(answer);
}

/** Their values are checked on their own, or are the platform's. */
const HARMLESS = new Set([
  "content-type",
  "cache-control",
  "x-request-id",
  "content-length",
  "transfer-encoding",
  "x-content-type-options",
  "content-encoding",
]);

function whereOf({ method, path, status, text }: Answer): () => string {
  return () => `${method} ${path.slice(0, 120)} → ${status} ${text.slice(0, 300)}`;
}
