import * as z from "zod";
import type { EndpointSpec } from "./endpoint.ts";
import { jsonSchemaOf, type JsonSchema } from "./json-schema.ts";
import type { ProblemCode } from "./problem.ts";
import { PROBLEM_CODES, PROBLEMS } from "./problems.ts";
import { TAGS } from "./tags.ts";

const Problem = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    message: z.string().describe("The same text as detail."),
    code: z.enum(PROBLEM_CODES),
    requestId: z.string(),
    reason: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
    retryAfter: z.int().optional().describe("Seconds."),
    challenge: z.string().optional().describe("Of proof-required: what to work on."),
    bits: z.int().optional().describe("Of proof-required: zero bits that SHA-256 of <challenge>.<nonce> begins with."),
    expiresAt: z.iso.datetime().optional().describe("Of proof-required: until when the proof is taken."),
  })
  .meta({ id: "Problem" });

type AnySpec = EndpointSpec<z.ZodType, z.ZodType, z.ZodType>;

/** The refusals of an endpoint: its own, and those that come with having a token, a session, a body, fields or a limit. */
function refusalsOf(spec: AnySpec): ProblemCode[] {
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
  codes.add("internal");
  return [...codes];
}

/** Components of a document: schemas by their name. */
type Components = Record<string, unknown>;

/** An endpoint as OpenAPI has it; schemas with a name go to the components. @param problem as the document shows it */
function operationOf(spec: AnySpec, components: Components, problem: JsonSchema): object {
  const taken = (schema: z.ZodType): JsonSchema => jsonSchemaOf(schema, "input", components);
  const given = (schema: z.ZodType): JsonSchema => jsonSchemaOf(schema, "output", components);

  const parameters = (["path", "query", "header"] as const).flatMap((where) => {
    const schema = { path: spec.params, query: spec.query, header: spec.headers }[where];
    if (schema === undefined) return [];
    const { properties = {}, required = [] } = taken(schema);
    return Object.entries(properties).map(([name, field]) => ({
      name,
      in: where,
      required: required.includes(name),
      description: field.description,
      schema: field,
    }));
  });

  const { body, stream } = spec;
  const requestBody =
    stream !== undefined
      ? {
          required: true,
          description: stream.description,
          content: { [stream.mediaType]: { schema: taken(stream.schema) } },
        }
      : body && { required: body.optional !== true, content: { "application/json": { schema: taken(body.schema) } } };

  const responses: Record<string, object> = {};
  for (const [status, { description, schema, mediaType = "application/json" }] of Object.entries(spec.answers)) {
    responses[status] = { description, content: schema && { [mediaType]: { schema: given(schema) } } };
  }
  for (const [status, codes] of Map.groupBy(refusalsOf(spec), (code) => PROBLEMS[code].status)) {
    responses[String(status)] ??= {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(". "),
      content: { "application/problem+json": { schema: problem } },
    };
  }
  return {
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    description: spec.description,
    security: spec.scopes === null ? [] : [{ bearer: spec.scopes }],
    // The entry in the audit that a call of it leaves.
    "x-audit": spec.audit?.action,
    parameters,
    requestBody,
    responses,
  };
}

/**
 * The OpenAPI 3.1 document of the endpoints, as JSON. Made when it is first asked for: a start has better things to do.
 */
export function openApiDocument(endpoints: readonly { readonly spec: AnySpec }[], version: string): string {
  const schemas: Components = {};
  const paths: Record<string, Record<string, object>> = {};
  // Once, not for each refusal of each endpoint: that would be most of the work.
  const problem = jsonSchemaOf(Problem, "output", schemas);
  for (const { spec } of endpoints) (paths[spec.path] ??= {})[spec.method] = operationOf(spec, schemas, problem);
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Konnections",
      version,
      license: { name: "MIT" },
      description: "Who is calling, and is it spam. Every enum is open: expect values that are not listed yet.",
    },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS)
      .filter(([name]) => endpoints.some(({ spec }) => spec.tag === name))
      .map(([name, description]) => ({ name, description })),
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "ES256, 15 minutes, aud=konnections. The scopes that a call takes stand with it.",
        },
      },
      schemas,
    },
    paths,
  };
  // JSON Schema has its definitions elsewhere.
  return JSON.stringify(document, (key, value: unknown) =>
    key === "$ref" ? String(value).replace("#/$defs/", "#/components/schemas/") : value,
  );
}
