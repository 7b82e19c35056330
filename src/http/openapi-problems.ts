import * as z from "zod";
import type { EndpointSpec } from "./endpoint.ts";
import { INVALID_REASONS } from "../numbers/number.ts";
import { NAME_REASONS } from "../verdict/name-rules.ts";
import type { ProblemCode, Refusal } from "./problem.ts";
import { PROBLEM_CODES, PROBLEMS } from "./problems.ts";
import { headerRefs, type HeaderName } from "./response-headers.ts";

type Reasons = {
  readonly [Code in ProblemCode]?: Extract<Refusal, { readonly code: Code }> extends { readonly reason: infer Reason }
    ? readonly Reason[]
    : never;
};

/** The reasons of the codes that have some. */
const REASONS: Reasons = {
  "invalid-token": ["expired", "malformed", "not-accepted"],
  "number-not-valid": INVALID_REASONS,
  "name-not-allowed": NAME_REASONS,
  "consent-missing": ["contact-sharing", "phonebook-sync"],
  "phonebook-full": ["entries", "bytes"],
  "number-not-served": ["country", "kind"],
  "code-not-accepted": ["wrong", "expired", "used-up"],
  "assertion-not-accepted": ["expired", "malformed", "not-accepted", "number-not-verified"],
  "pin-not-accepted": ["wrong", "used-up", "none-set"],
  "hand-over": ["under-way", "none", "stopped-before"],
};
const REASONS_SAID = Object.entries(REASONS).map(([code, reasons]) => `\`${code}\`: ${reasons.join(", ")}`);

/** A refusal, as RFC 9457 has it. */
export const Problem = z
  .object({
    type: z.url().describe("The code's page, for people."),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    message: z.string().describe("The same text as detail."),
    code: z.enum(PROBLEM_CODES),
    requestId: z.string(),
    reason: z
      .string()
      .optional()
      .describe(`Where a code has reasons, one of them. ${REASONS_SAID.join(". ")}. Expect others.`),
    errors: z
      .array(z.object({ field: z.string(), problem: z.string() }).meta({ id: "FieldProblem" }))
      .optional()
      .describe("Of a body or a query: which fields, ten at most."),
    retryAfter: z.int().optional().describe("Seconds."),
    challenge: z.string().optional().describe("Of proof-required: what to work on."),
    bits: z.int().optional().describe("Of proof-required: zero bits that SHA-256 of <challenge>.<nonce> begins with."),
    expiresAt: z.iso.datetime().optional().describe("Of proof-required: until when the proof is taken."),
  })
  .meta({ id: "Problem", description: "A refusal (RFC 9457)." });

type Spec = EndpointSpec<z.ZodType, z.ZodType, z.ZodType>;

/** The refusals of an endpoint: its own, and those that come with having a token, a session, a body, fields or a limit. */
function refusalsOf(spec: Spec): ProblemCode[] {
  const codes = new Set<ProblemCode>(spec.refusals);
  if (spec.scopes !== null)
    for (const code of ["missing-token", "invalid-token", "forbidden", "unavailable"] as const) codes.add(code);
  if (spec.limit !== undefined) codes.add("rate-limited");
  if (spec.scopes?.includes("app") && spec.session !== "none") codes.add("session-ended").add("device-not-approved");
  if (spec.params !== undefined || spec.query !== undefined) codes.add("invalid-request");
  if (spec.body !== undefined) {
    for (const code of [
      "malformed-json",
      "unknown-field",
      "invalid-request",
      "too-large",
      "unsupported-media-type",
    ] as const)
      codes.add(code);
  }
  if (spec.body !== undefined || spec.stream !== undefined) codes.add("too-slow");
  codes.add("internal");
  return [...codes];
}

/**
 * An endpoint's refusals as responses, by their status: references to components, one for each set of codes.
 * @param components responses of the document; what is new is put in
 */
export function problemResponses(spec: Spec, components: Record<string, unknown>): Record<string, object> {
  const byStatus = Map.groupBy(refusalsOf(spec), (code) => PROBLEMS[code].status);
  const entries = [...byStatus].map(([status, codes]) => [String(status), named(codes, components)]);
  // What every operation may answer besides: a method that its address does not take.
  return Object.fromEntries([...entries, ["default", named(["method-not-allowed"], components)]]);
}

function named(codes: readonly ProblemCode[], components: Record<string, unknown>): object {
  const sorted = [...codes].sort((one, other) => PROBLEM_CODES.indexOf(one) - PROBLEM_CODES.indexOf(other));
  const name = sorted
    .map((code) => code.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase()))
    .join("Or");
  components[name] ??= problemResponse(sorted);
  return { $ref: `#/components/responses/${name}` };
}

function problemResponse(codes: readonly ProblemCode[]): object {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(". "),
    headers: headerRefs(codes.flatMap(headersOf)),
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** One refusal of every code, as components of the document. */
export function problemExamples(): Record<string, object> {
  return Object.fromEntries(
    PROBLEM_CODES.map((code) => [
      code,
      { summary: PROBLEMS[code].title, description: PROBLEMS[code].remedy, value: exampleOf(code) },
    ]),
  );
}

function exampleOf(code: ProblemCode): object {
  const { title, status, detail } = PROBLEMS[code];
  return {
    type: `https://caller.example/problems/${code}`,
    title,
    status,
    detail,
    message: detail,
    code,
    requestId: "0f8fad5b-d9cb-469f-a165-7f8677a8950e",
    ...(REASONS[code] !== undefined && { reason: REASONS[code][0] }),
    ...((code === "unknown-field" || code === "invalid-request") && {
      errors: [{ field: "number", problem: code === "unknown-field" ? "is not known here" : "is required" }],
    }),
    ...(headersOf(code).includes("Retry-After") && { retryAfter: 60 }),
    ...(code === "proof-required" && { challenge: "Zk9wQ2x1Yg.q7mT", bits: 18, expiresAt: "2026-11-16T09:30:00.000Z" }),
  };
}

/** The header fields that a refusal carries; problem-response.ts sets them, and a test compares the two. */
export function headersOf(code: ProblemCode): readonly HeaderName[] {
  const always = ["X-Request-Id", "Cache-Control", "X-Content-Type-Options"] as const;
  switch (PROBLEMS[code].status) {
    case 401:
    case 403:
      return code === "signature-not-valid" ? always : [...always, "WWW-Authenticate"];
    case 405:
      return [...always, "Allow"];
    case 426:
      return [...always, "Upgrade", "Connection"];
    case 429:
      return [...always, "Retry-After", "RateLimit-Policy"];
    case 503:
      return [...always, "Retry-After"];
    default:
      return always;
  }
}
