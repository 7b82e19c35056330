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

/** Fails when a text holds words of a platform, a library or a stack trace. */
export function expectOwnWords(text: string, of: string): void {
  for (const pattern of LIBRARY_TEXT) expect(text, `${of} tells ${pattern}`).not.toMatch(pattern);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ALWAYS = ["type", "title", "status", "detail", "message", "code", "requestId"];
const SOMETIMES = new Set(["reason", "errors", "retryAfter"]);

/** Holds a refusal against API.md's conventions, header fields included, and gives its body. */
export function problemOf(answer: Answer, status?: number, code?: string): Problem {
  const where = `${answer.method} ${answer.path.slice(0, 120)} → ${answer.status} ${answer.text.slice(0, 200)}`;
  if (status !== undefined) expect(answer.status, where).toBe(status);
  expect(answer.headers.get("content-type"), where).toBe("application/problem+json");
  const problem = jsonOf<Problem>(answer);
  if (code !== undefined) expect(problem.code, where).toBe(code);

  const keys = Object.keys(problem);
  expect(keys.slice(0, ALWAYS.length), where).toEqual(ALWAYS);
  expect(
    keys.slice(ALWAYS.length).filter((key) => !SOMETIMES.has(key)),
    where,
  ).toEqual([]);
  expect(problem.status, where).toBe(answer.status);
  expect(new URL(problem.type).pathname, where).toBe(`/problems/${problem.code}`);
  expect(problem.message, where).toBe(problem.detail);
  expect(problem.requestId, where).toMatch(UUID);
  expect(answer.headers.get("x-request-id"), where).toBe(problem.requestId);
  expect(answer.text, `${where} is not compact`).toBe(JSON.stringify(problem));
  expect(answer.headers.get("cache-control"), where).toBe("no-store");
  expectOwnWords(answer.text, where);

  if (answer.status === 401) expect(answer.headers.get("www-authenticate"), where).toMatch(/^Bearer error="[a-z_]+"$/);
  if (answer.status === 405) expect(answer.headers.get("allow"), where).toMatch(/^[A-Z]+(?:, [A-Z]+)*$/);
  if (answer.status === 429 || answer.status === 503) {
    expect(problem.retryAfter, where).toBeGreaterThan(0);
    expect(answer.headers.get("retry-after"), where).toBe(String(problem.retryAfter));
  }
  if (answer.status === 429) expect(answer.headers.get("ratelimit-policy"), where).toMatch(/^"[a-z]+";q=\d+;w=\d+$/);
  return problem;
}

/** What holds for every answer of the service, whatever was asked. */
export function expectDecent(answer: Answer): void {
  const where = `${answer.method} ${answer.path.slice(0, 120)} → ${answer.status} ${answer.text.slice(0, 200)}`;
  expect(answer.status, where).not.toBe(500);
  expect(answer.headers.get("x-request-id"), where).toMatch(UUID);
  for (const [name, value] of answer.headers) expectOwnWords(value, `${where}: ${name}`);
  if (answer.method === "HEAD") return;
  const healthReport = answer.status === 503 && answer.headers.get("content-type") === "application/json";
  if (answer.status >= 400 && !healthReport) problemOf(answer);
}
