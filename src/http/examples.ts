import type { JsonSchema } from "./json-schema.ts";

/**
 * What a field holds in the document's examples where its schema has no example of its own: by its name, so that one
 * number, one name and one day go through all of them.
 */
const BY_NAME: Readonly<Record<string, unknown>> = {
  accepted: 2,
  accessToken: "eyJhbGciOiJFUzI1NiJ9.eyJzY29wZSI6ImFwcCJ9.MEUCIQDx",
  accountId: "6f1c2a7e-3b58-4d19-9c0a-5e2f8b7d4a61",
  address: "1 Fiction Street, Chicago",
  alg: "ES256",
  appVersion: "1.4.0",
  base64: "UklGRhIAAABXRUJQ",
  bits: 18,
  body: "# Privacy notice\n\nWhat is stored, and why.",
  carrier: "Fictel",
  challenge: "Zk9wQ2x1Yg.q7mT",
  challengeId: "b3Jh.Y2xlLXRvLWEtY29kZQ",
  channel: "sms",
  code: "482913",
  complaints: 4,
  count: 12,
  country: "US",
  crv: "P-256",
  current: true,
  d1Bytes: 4_096_000,
  dataset: "us-hospitals",
  done: true,
  email: "info@clinic.example",
  erasureId: "kZ3vQm8sXhPbT0nRjLwYuA.1",
  expiresIn: 900,
  from: "+13125550142",
  granted: true,
  "Idempotency-Key": "batch-7",
  id: "kZ3vQm8sXhPbT0nRjLwYuA",
  kid: "2026-11",
  kind: "business",
  kty: "EC",
  lang: "en",
  language: "en-US",
  licence: "CC0 1.0",
  limit: "500",
  link: "https://caller.example/i/Wm5yT2xkLWZpY3Rpb24",
  listed: true,
  mediaType: "image/webp",
  message: "Qk9vay1vZi1maWN0aW9uLQ",
  name: "Chicago Dental Care",
  nationalFormat: "(312) 555-0123",
  newAccount: true,
  note: "They wrote to us.",
  noticeVersion: "2026-11-01",
  number: "+13125550123",
  numbers: "+13125550123",
  osVersion: "16",
  outcome: "delivered",
  over16: true,
  ownerToken: "eyJhbGciOiJFUzI1NiJ9.eyJzY29wZSI6Im93bmVyIn0.MEQCIBz",
  photoUrl: "https://caller.example/v1/photos/Zk9wQ2x1Yg",
  place: "pages",
  platform: "android",
  purpose: "contact-sharing",
  receipt: "eyJhbGciOiJFUzI1NiIsInR5cCI6InJlY2VpcHQifQ.eyJkZWxldGVkIjp7fX0.MEUCIQCk",
  refreshToken: "Tm90LWEtcmVhbC10b2tlbg",
  resendAfter: 60,
  revision: 7,
  sealed: "c2VhbGVkLWJ5LXRoZS1kZXZpY2U",
  share: 83,
  since: "6",
  socialLinks: "https://clinic.example/about",
  state: "sent",
  step: "pictures",
  sure: "1",
  text: "The marks are about who had the number before.",
  title: "US hospitals",
  token: "eyJhbGciOiJSUzI1NiJ9.eyJwaG9uZV9udW1iZXIiOiIuLi4ifQ.c2ln",
  url: "https://caller.example/privacy/2026-11-01",
  use: "sig",
  valid: true,
  version: "0.1.0",
  voters: 4,
  wait: "c2VhbGVk",
  who: "8d4e1c90-7a2b-4f63-b5de-2c9a6f0e1d37",
  x: "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
  y: "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
};

const BY_FORMAT: Readonly<Record<string, unknown>> = {
  date: "2026-11-16",
  "date-time": "2026-11-16T09:30:00.000Z",
  uri: "https://caller.example/",
  uuid: "6f1c2a7e-3b58-4d19-9c0a-5e2f8b7d4a61",
};

/**
 * An example of a schema: its own, or one put together from its fields'. Undefined where there is none to be had, which
 * a test finds.
 * @param named schemas that are referred to by name @param name of the field that holds it
 */
export function exampleOf(schema: JsonSchema, named: Readonly<Record<string, unknown>>, name = ""): unknown {
  const { examples, $ref, anyOf, properties, items, enum: values, format } = schema as ExampleSchema;
  if (examples !== undefined) return examples[0];
  if (schema["const"] !== undefined) return schema["const"];
  if ($ref !== undefined) return exampleOf(named[$ref.split("/").at(-1) ?? ""] as JsonSchema, named, name);
  if (anyOf?.[0] !== undefined) return exampleOf(anyOf[0], named, name);
  if (values !== undefined) return values[0];
  const type = [schema["type"]].flat()[0];
  if (type === "object") {
    const fields = Object.entries(properties ?? {}).map(([key, field]) => [key, exampleOf(field, named, key)]);
    return Object.fromEntries(fields);
  }
  if (type === "array") return items === undefined ? [] : [exampleOf(items, named, name)];
  if (format !== undefined && BY_FORMAT[format] !== undefined) return BY_FORMAT[format];
  const known = BY_NAME[name];
  if (typeof known === "string" ? type === "string" : known !== undefined) return known;
  if (type === "boolean") return false;
  return type === "string" ? undefined : (schema["minimum"] ?? 0);
}

interface ExampleSchema extends JsonSchema {
  readonly examples?: readonly unknown[];
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
}
