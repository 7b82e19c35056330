import type * as z from "zod";

/** A field of a JSON body that may be left out, or be null: many clients write null for what they leave out. */
export function omittable<Field extends z.ZodType>(field: Field) {
  return field.nullish().transform((value) => value ?? undefined);
}
