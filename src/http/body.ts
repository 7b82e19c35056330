import type * as z from "zod";
import type { FieldProblem, Refusal } from "./problem.ts";

/** A value, or its refusal. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** Most field problems in an answer: enough to correct a form, too few for a large answer to a hostile body. */
const MAX_ERRORS = 10;
const MAX_FIELD_CHARS = 64;

/** How much of a refused body is read and discarded, bytes. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/**
 * The minimum rate of a body: this much per window, or its end. The slowest phone manages that; clients that hold
 * resources by sending slowly do not.
 */
const WINDOW_MS = 10_000;
const WINDOW_BYTES = 64 * 1024;

/**
 * Reads a body of at most `limit` bytes at the minimum rate; a longer one is refused.
 * @param grow asked before more is held; false if there is no room
 */
export async function readBounded(
  request: Request | Response,
  limit: number,
  grow: (bytes: number) => boolean = () => true,
): Promise<Read<Uint8Array<ArrayBuffer>>> {
  const tooLarge = { ok: false, refusal: { code: "too-large" } } as const;
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) {
    await discardBody(request);
    return tooLarge;
  }
  // With a declared length the platform enforces it. Not through `body`, which costs a stream.
  if (declared !== null && Number(declared) <= WINDOW_BYTES) {
    const bytes = await inTime(request.arrayBuffer(), WINDOW_MS);
    return bytes === null ? TOO_SLOW : { ok: true, value: new Uint8Array(bytes) };
  }
  if (request.body === null) return { ok: true, value: new Uint8Array(0) };
  const parts: Uint8Array[] = [];
  let size = 0;
  let window = { from: Date.now(), size: 0 };
  const reader = request.body.getReader();
  for (;;) {
    const chunk = await inTime(reader.read(), Math.max(0, window.from + WINDOW_MS - Date.now()));
    if (chunk === null) {
      await giveUp(reader);
      return TOO_SLOW;
    }
    if (chunk.done) break;
    size += chunk.value.byteLength;
    if (size > limit) {
      reader.releaseLock();
      await discardBody(request);
      return tooLarge;
    }
    if (!grow(chunk.value.byteLength)) {
      await giveUp(reader);
      return { ok: false, refusal: { code: "unavailable", retryAfter: 5 } };
    }
    parts.push(chunk.value);
    if (size - window.size >= WINDOW_BYTES) window = { from: Date.now(), size };
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return { ok: true, value: whole };
}

const TOO_SLOW = { ok: false, refusal: { code: "too-slow" } } as const;

/** The result, or null if it takes longer than `ms`. */
async function inTime<T>(awaited: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  try {
    return await Promise.race([awaited, late.promise]);
  } finally {
    clearTimeout(timer);
    // The late promise is abandoned, and may still fail.
    awaited.catch(() => undefined);
  }
}

async function giveUp(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  await inTime(Promise.allSettled([reader.cancel()]), 100);
}

/**
 * Reads and discards the rest of a body: a client that is still sending would see a broken connection instead of the
 * refusal. Stops after `MAX_DISCARDED_BYTES` or one window.
 */
export async function discardBody({ body, headers }: Request | Response): Promise<void> {
  if (body === null || body.locked) return;
  if (Number(headers.get("content-length") ?? 0) > MAX_DISCARDED_BYTES) return body.cancel();
  const reader = body.getReader();
  const until = Date.now() + WINDOW_MS;
  try {
    for (let size = 0; size <= MAX_DISCARDED_BYTES;) {
      const chunk = await inTime(reader.read(), Math.max(0, until - Date.now()));
      if (chunk === null) break;
      if (chunk.done) return;
      size += chunk.value.byteLength;
    }
    await giveUp(reader);
  } catch {
    // The client disconnected.
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** The text of UTF-8 bytes, or null if they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Reads a JSON body of at most `limit` bytes that fits the schema. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  limit: number,
): Promise<Read<z.output<Schema>>> {
  if (!hasMediaType(request, "application/json")) return { ok: false, refusal: { code: "unsupported-media-type" } };
  const bytes = await readBounded(request, limit);
  return bytes.ok ? parseJson(bytes.value, schema) : bytes;
}

/** `readJson` for an optional body: the schema then gets undefined. Proxies may turn a missing body into an empty one. */
export async function readOptionalJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  limit: number,
): Promise<Read<z.output<Schema>>> {
  const bytes = await readBounded(request, limit);
  if (!bytes.ok) return bytes;
  if (bytes.value.byteLength === 0) return check(schema, undefined);
  if (!hasMediaType(request, "application/json")) return { ok: false, refusal: { code: "unsupported-media-type" } };
  return parseJson(bytes.value, schema);
}

function parseJson<Schema extends z.ZodType>(bytes: Uint8Array, schema: Schema): Read<z.output<Schema>> {
  const text = decodeUtf8(bytes);
  let value: unknown;
  try {
    if (text === null) return { ok: false, refusal: { code: "malformed-json" } };
    value = JSON.parse(text);
  } catch {
    return { ok: false, refusal: { code: "malformed-json" } };
  }
  const read = check(schema, value);
  // JSON has no undefined: null counts as left out (fields.ts).
  return read.ok ? { ok: true, value: withoutUndefined(read.value) } : read;
}

function withoutUndefined<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUndefined) as T;
  const said = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(said.map(([name, field]) => [name, withoutUndefined(field)])) as T;
}

/** Whether the request's Content-Type is the given one, parameters aside. */
export function hasMediaType(request: Request, expected: string): boolean {
  const type = request.headers.get("content-type");
  return type !== null && (type.split(";", 1)[0] ?? "").trim().toLowerCase() === expected;
}

/** Validates a value against a schema; the refusal uses the service's words, not the library's. */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): Read<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const unknown: FieldProblem[] = [];
  const wrong: FieldProblem[] = [];
  for (const issue of parsed.error.issues) {
    const field = fieldName(issue.path);
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys.slice(0, MAX_ERRORS)) {
        unknown.push({ field: fieldName([...issue.path, key]), problem: "is not taken by this call" });
      }
    } else {
      wrong.push({ field, problem: wording(issue, value) });
    }
  }
  const refusal: Refusal =
    unknown.length > 0
      ? { code: "unknown-field", errors: unknown.slice(0, MAX_ERRORS) }
      : { code: "invalid-request", errors: wrong.slice(0, MAX_ERRORS) };
  return { ok: false, refusal };
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join(".").slice(0, MAX_FIELD_CHARS);
}

function wording(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return isMissing(issue.path, value) ? "is required" : `must be of type ${issue.expected}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_format":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return "has the wrong form";
  }
}

function isMissing(path: readonly PropertyKey[], value: unknown): boolean {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return true;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at === undefined;
}
