import * as z from "zod";

/** The bytes of a picture. */
export const PictureBytes = z.any().meta({ id: "Picture", type: "string", format: "binary" });

/** A page for people. */
export const PageText = z.string().meta({ id: "Page", examples: ["<!doctype html><title>Konnections</title>"] });

/** A field of a JSON body that may be left out, or be null: many clients write null for what they leave out. */
export function omittable<Field extends z.ZodType>(field: Field) {
  return field.nullish().transform((value) => value ?? undefined);
}
