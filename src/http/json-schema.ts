import type * as z from "zod";

/** What JSON Schema says of a value, as the document shows it. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

type Params = NonNullable<Parameters<z.ZodType["toJSONSchema"]>[0]>;
type Override = NonNullable<Params["override"]>;

/**
 * A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 takes. Schemas with an `id` are put into `named`, and
 * referred to as `#/$defs/` and their id.
 * @param io what is described: "input" for what the service takes, "output" for what it gives
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output", named: Record<string, unknown>): JsonSchema {
  const { $schema: _, $defs, ...shown } = schema.toJSONSchema({ io, override });
  Object.assign(named, $defs);
  return shown as JsonSchema;
}

/** Where the document says less, or says it otherwise, than zod would. */
const override: Override = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod;
  // Answers grow: clients are to expect fields that are not listed yet.
  if (def.type === "object" && def.catchall === undefined) delete jsonSchema.additionalProperties;
  // Of an integer zod says that it is a safe one.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // A format says it all, and in fewer words than the expression by which zod checks it.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (def.type === "nullable") foldNull(jsonSchema);
};

/** `anyOf` a type and null in one: tools and people read `type: ["string", "null"]` with less trouble. */
function foldNull(schema: Parameters<Override>[0]["jsonSchema"]): void {
  const inner = schema.anyOf?.[0];
  if (typeof inner?.type !== "string" || inner.const !== undefined) return;
  delete schema.anyOf;
  const { type, enum: values } = inner;
  Object.assign(schema, { ...inner, ...schema, type: [type, "null"], ...(values && { enum: [...values, null] }) });
}
