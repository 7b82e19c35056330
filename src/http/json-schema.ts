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
type Shown = Parameters<Override>[0]["jsonSchema"];

/**
 * A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 takes. Schemas with an `id` are put into `named`, and
 * referred to as components of the document.
 * @param io what is described: "input" for what the service takes, "output" for what it gives
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output", named: Record<string, unknown>): JsonSchema {
  const { $schema: _, $defs = {}, ...shown } = componentsOf(schema.toJSONSchema({ io, override: overrideOf(io) }));
  for (const [id, made] of Object.entries($defs)) {
    // What is taken is strict, what is given is open: one name cannot stand for both.
    if (named[id] !== undefined && JSON.stringify(named[id]) !== JSON.stringify(made))
      throw new Error(`two schemas have the id ${id}`);
    named[id] = made;
  }
  return shown as JsonSchema;
}

/** JSON Schema has its definitions elsewhere than OpenAPI. */
function componentsOf<Made>(made: Made): Made {
  return JSON.parse(
    JSON.stringify(made, (key, value: unknown) =>
      key === "$ref" ? String(value).replace("#/$defs/", "#/components/schemas/") : value,
    ),
  ) as Made;
}

/** Where the document says less, or says it otherwise, than zod would. */
function overrideOf(io: "input" | "output"): Override {
  return ({ zodSchema, jsonSchema }) => {
    const { def } = zodSchema._zod;
    // Answers grow: clients are to expect fields that are not listed yet.
    if (def.type === "object" && def.catchall === undefined) delete jsonSchema.additionalProperties;
    // Of an integer zod says that it is a safe one; of a map that its keys are strings.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (def.type === "record") delete jsonSchema.propertyNames;
    // A format says it all, and in fewer words than the expression by which zod checks it.
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    if (io === "output" && jsonSchema.enum !== undefined && def.type !== "nullable") open(jsonSchema);
    if (def.type === "nullable") foldNull(jsonSchema);
  };
}

/** The known values beside any other of their type: what validates or is generated from it takes what is new. */
function open(schema: Shown): void {
  const { type, enum: values } = schema;
  delete schema.type;
  delete schema.enum;
  schema.anyOf = [{ ...(type && { type }), enum: values }, { ...(type && { type }) }] as Shown["anyOf"] & object;
}

/** `anyOf` a type and null in one: tools and people read `type: ["string", "null"]` with less trouble. */
function foldNull(schema: Shown): void {
  const inner = schema.anyOf?.[0];
  if (inner?.anyOf !== undefined) {
    delete schema.anyOf;
    Object.assign(schema, { ...inner, ...schema, anyOf: [...inner.anyOf, { type: "null" }] });
    return;
  }
  if (typeof inner?.type !== "string" || inner.const !== undefined) return;
  delete schema.anyOf;
  const { type, enum: values } = inner;
  Object.assign(schema, { ...inner, ...schema, type: [type, "null"], ...(values && { enum: [...values, null] }) });
}
