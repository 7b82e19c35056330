import * as z from "zod";

/** The bytes of a picture. */
export const PictureBytes = z.any().meta({ id: "Picture", type: "string", format: "binary" });

/** A page for people. */
export const PageText = z.string().meta({ id: "Page", examples: ["<!doctype html><title>Konnections</title>"] });

/** An optional field of a JSON body; null counts as left out, because many clients send it. */
export function omittable<Field extends z.ZodType>(field: Field) {
  return field.nullish().transform((value) => value ?? undefined);
}
