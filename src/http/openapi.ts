import { z } from "../schema.ts";
import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from "@asteasolutions/zod-to-openapi";
import type { EndpointSpec } from "./endpoint.ts";
import type { ProblemCode } from "./problem.ts";
import { PROBLEM_CODES, PROBLEMS } from "./problems.ts";

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
  })
  .openapi("Problem");

type AnySpec = EndpointSpec<z.ZodType, z.ZodType, z.ZodType>;

/** The refusals of an endpoint: its own, and those that come with having a token, a body, fields or a limit. */
export function refusalsOf(spec: AnySpec): ProblemCode[] {
  const codes = new Set<ProblemCode>(spec.refusals);
  if (spec.scopes !== null)
    for (const code of ["missing-token", "invalid-token", "forbidden", "unavailable"] as const) codes.add(code);
  if (spec.limit !== undefined) codes.add("rate-limited");
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

/** An endpoint as OpenAPI has it. */
export function describe(spec: AnySpec): RouteConfig {
  const request: NonNullable<RouteConfig["request"]> = {};
  if (spec.params !== undefined) request.params = spec.params as z.ZodObject;
  if (spec.query !== undefined) request.query = spec.query as z.ZodObject;
  if (spec.headers !== undefined) request.headers = spec.headers;
  if (spec.body !== undefined)
    request.body = {
      required: spec.body.optional !== true,
      content: { "application/json": { schema: spec.body.schema } },
    };
  if (spec.stream !== undefined) {
    const { mediaType, schema, description } = spec.stream;
    request.body = { required: true, description, content: { [mediaType]: { schema } } };
  }

  const responses: RouteConfig["responses"] = {};
  for (const [status, { description, schema, mediaType = "application/json" }] of Object.entries(spec.answers)) {
    responses[status] = schema === undefined ? { description } : { description, content: { [mediaType]: { schema } } };
  }
  for (const [status, codes] of Map.groupBy(refusalsOf(spec), (code) => PROBLEMS[code].status)) {
    responses[String(status)] ??= {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(". "),
      content: { "application/problem+json": { schema: Problem } },
    };
  }
  return {
    method: spec.method,
    path: spec.path,
    tags: [spec.tag],
    summary: spec.summary,
    description: spec.description,
    security: spec.scopes === null ? [] : [{ bearer: [...spec.scopes] }],
    // The entry in the audit that a call of it leaves.
    ...(spec.audit !== undefined && { "x-audit": spec.audit.action }),
    request,
    responses,
  };
}

/** The OpenAPI 3.1 document of the endpoints. Made when it is first asked for: a start has better things to do. */
export function openApiDocument(endpoints: readonly { readonly spec: AnySpec }[], version: string): object {
  const registry = new OpenAPIRegistry();
  for (const { spec } of endpoints) registry.registerPath(describe(spec));
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "ES256, 15 minutes, aud=konnections. The scopes that a call takes stand with it.",
  });
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Konnections",
      version,
      license: { name: "MIT" },
      description: "Who is calling, and is it spam. Every enum is open: expect values that are not listed yet.",
    },
    servers: [{ url: "/" }],
  });
}
