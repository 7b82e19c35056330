import * as zod from "zod";

// Only what is used of zod, one by one: its namespace as a value would bring everything in it into the bundle, and the
// messages in fifty languages, which no client ever sees, are a quarter of that. Whoever needs another adds it.

/** Schemas. What `.meta()` says of one goes into the OpenAPI document, where its `id` is a component's name. */
export const z = {
  any: zod.any,
  array: zod.array,
  boolean: zod.boolean,
  coerce: { number: zod.coerce.number },
  enum: zod.enum,
  int: zod.int,
  iso: { date: zod.iso.date, datetime: zod.iso.datetime },
  literal: zod.literal,
  number: zod.number,
  object: zod.object,
  record: zod.record,
  strictObject: zod.strictObject,
  string: zod.string,
  union: zod.union,
  unknown: zod.unknown,
  url: zod.url,
  uuid: zod.uuid,
} as const;

/** Its types. */
// oxlint-disable-next-line typescript/no-namespace
export declare namespace z {
  type infer<T extends zod.ZodType> = zod.infer<T>;
  type input<T extends zod.ZodType> = zod.input<T>;
  type output<T extends zod.ZodType> = zod.output<T>;
  type ZodType<Output = unknown, Input = unknown> = zod.ZodType<Output, Input>;
  type ZodObject<Shape extends zod.core.$ZodShape = zod.core.$ZodLooseShape> = zod.ZodObject<Shape>;
  type ZodString = zod.ZodString;
  type ZodUndefined = zod.ZodUndefined;
  type Issue = zod.core.$ZodIssue;
}
