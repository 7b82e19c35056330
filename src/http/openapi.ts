import type * as z from "zod";
import type { EndpointSpec } from "./endpoint.ts";
import { exampleOf } from "./examples.ts";
import { jsonSchemaOf, type JsonSchema } from "./json-schema.ts";
import { Problem, problemExamples, problemResponses } from "./openapi-problems.ts";
import { headerComponents, headerRefs, OF_PAGES, OF_PICTURES } from "./response-headers.ts";
import { TAGS } from "./tags.ts";

type AnySpec = EndpointSpec<z.ZodType, z.ZodType, z.ZodType>;

/** Components of a document, by their names. */
interface Components {
  readonly schemas: Record<string, unknown>;
  readonly responses: Record<string, unknown>;
}

/** An endpoint as OpenAPI has it; schemas with a name go to the components. */
function operationOf(spec: AnySpec, { schemas, responses }: Components): object {
  const taken = (schema: z.ZodType): JsonSchema => jsonSchemaOf(schema, "input", schemas);
  const given = (schema: z.ZodType): JsonSchema => jsonSchemaOf(schema, "output", schemas);
  const content = (schema: JsonSchema, mediaType: string): object => ({
    [mediaType]: { schema, example: isBinary(mediaType) ? undefined : exampleOf(schema, schemas) },
  });

  const parameters = (["path", "query", "header"] as const).flatMap((where) => {
    const schema = { path: spec.params, query: spec.query, header: spec.headers }[where];
    if (schema === undefined) return [];
    const { properties = {}, required = [] } = taken(schema);
    return Object.entries(properties).map(([name, { description, ...field }]) => ({
      name,
      in: where,
      required: required.includes(name),
      description,
      schema: field,
      example: exampleOf(field, schemas, name),
    }));
  });

  const { body, stream } = spec;
  const requestBody =
    stream !== undefined
      ? { required: true, description: stream.description, content: content(taken(stream.schema), stream.mediaType) }
      : body && { required: body.optional !== true, content: content(taken(body.schema), "application/json") };

  const answers = Object.entries(spec.answers).map(([status, answer]) => {
    const { description, schema, mediaType = "application/json", orPicture } = answer;
    const headers = headerRefs([
      "X-Request-Id",
      ...(status === "101" ? [] : (["Cache-Control"] as const)),
      ...(mediaType === "text/html" ? OF_PAGES : []),
      ...(mediaType === "image/webp" ? OF_PICTURES : []),
      ...(answer.headers ?? []),
    ]);
    const shown = schema && {
      ...content(given(schema), mediaType),
      ...(orPicture && content(given(orPicture), "image/webp")),
    };
    return [status, { description, headers, content: shown }];
  });
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
    responses: { ...problemResponses(spec, responses), ...Object.fromEntries(answers) },
  };
}

/** Whether a media type is of bytes, of which JSON can hold no example. */
function isBinary(mediaType: string): boolean {
  return mediaType.startsWith("image/");
}

/**
 * The OpenAPI 3.1 document of the endpoints. Created on the first request, to keep start-up short.
 */
export function openApiDocument(endpoints: readonly { readonly spec: AnySpec }[], version: string): object {
  const components: Components = { schemas: {}, responses: {} };
  const paths: Record<string, Record<string, object>> = {};
  jsonSchemaOf(Problem, "output", components.schemas);
  for (const { spec } of endpoints) (paths[spec.path] ??= {})[spec.method] = operationOf(spec, components);
  return {
    openapi: "3.1.0",
    info: {
      title: "Konnections",
      version,
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Who is calling, and is it spam. Every enum of an answer is open, and answers grow: expect values and fields that are not listed yet. Requests are strict: a field that is not listed is refused. `/openapi-3.0.json` is this document as OpenAPI 3.0.",
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
      headers: headerComponents(),
      examples: problemExamples(),
      ...components,
    },
    paths,
  };
}
