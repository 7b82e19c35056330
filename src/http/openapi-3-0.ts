/** A part of a document: a JSON object. */
type Part = Readonly<Record<string, unknown>>;

/**
 * An OpenAPI 3.1 document as OpenAPI 3.0 says it, for generators that know no other. The two differ in their schemas
 * (3.0 has `nullable` for the type `null`, no `const`, one `example`, nothing beside a `$ref`), and 3.0 has no scopes of
 * bearer tokens: those stand as `x-scopes`.
 */
export function asOpenApi30(document: object): object {
  const { info, ...rest } = walked(document) as { info: { license: Part } };
  const { identifier: _, ...license } = info.license;
  return { ...rest, openapi: "3.0.3", info: { ...info, license } };
}

/** A part of the document with its schemas converted. */
function walked(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(walked);
  if (typeof part !== "object" || part === null) return part;
  return fields(part as Part, (value, name) => {
    switch (name) {
      case "schema":
        return schema(value as Part);
      case "schemas":
        return fields(value as Part, (one) => schema(one as Part));
      case "paths":
        return fields(walked(value) as Part, (path) => fields(path as Part, (one) => withScopes(one as Part)));
      // Examples are no schemas, whatever they look like.
      case "example":
      case "value":
        return value;
      default:
        return walked(value);
    }
  });
}

function withScopes(operation: Part): Part {
  const [security] = operation["security"] as readonly { readonly bearer: readonly string[] }[];
  return security === undefined ? operation : { ...operation, security: [{ bearer: [] }], "x-scopes": security.bearer };
}

function schema(part: Part): Part {
  const { $ref, anyOf, items, properties, additionalProperties, examples, type, const: only, ...rest } = part;
  if ($ref !== undefined) return Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] };
  const types = [type].flat();
  const all = (anyOf ?? []) as readonly Part[];
  const alternatives = all.filter((one) => one["type"] !== "null");
  const nullable = types.includes("null") || alternatives.length < all.length;
  const shown: Record<string, unknown> = { ...rest };
  if (type !== undefined) shown["type"] = types.find((one) => one !== "null");
  if (only !== undefined) shown["enum"] = [only];
  if (items !== undefined) shown["items"] = schema(items as Part);
  if (properties !== undefined) shown["properties"] = fields(properties as Part, (one) => schema(one as Part));
  if (typeof additionalProperties === "object") shown["additionalProperties"] = schema(additionalProperties as Part);
  else if (additionalProperties !== undefined) shown["additionalProperties"] = additionalProperties;
  if (Array.isArray(examples)) shown["example"] = examples[0];
  if (nullable) shown["nullable"] = true;
  // `nullable` counts only beside a type, and a reference has nothing beside it.
  if (alternatives.length === 1) shown["allOf"] = alternatives.map(schema);
  else if (alternatives.length > 1)
    shown["anyOf"] = alternatives.map((one) => (nullable ? { ...schema(one), nullable } : schema(one)));
  return shown;
}

function fields(part: Part, change: (value: unknown, name: string) => unknown): Part {
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, change(value, name)]));
}
