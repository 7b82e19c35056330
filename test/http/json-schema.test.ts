import * as z from "zod";
import { describe, expect, it } from "vitest";
import { jsonSchemaOf } from "../../src/http/json-schema.ts";

const given = (schema: z.ZodType): unknown => jsonSchemaOf(schema, "output", {});
const taken = (schema: z.ZodType): unknown => jsonSchemaOf(schema, "input", {});

describe("a schema in the document", () => {
  it("leaves objects open, in answers too, unless they are strict", () => {
    for (const shown of [given, taken]) {
      expect(shown(z.object({ a: z.string() }))).toEqual({
        type: "object",
        properties: { a: { type: "string" } },
        required: ["a"],
      });
      expect(shown(z.strictObject({}))).toMatchObject({ additionalProperties: false });
    }
  });

  it("bounds an integer where the schema does", () => {
    expect(given(z.int())).toEqual({ type: "integer" });
    expect(given(z.int().min(0).describe("N"))).toEqual({ type: "integer", minimum: 0, description: "N" });
    expect(taken(z.coerce.number().int().max(9))).toEqual({ type: "integer", maximum: 9 });
  });

  it("has a pattern where the schema has one, and of formats only the name", () => {
    expect(given(z.string().regex(/^[^\p{Cc}]+$/u))).toEqual({ type: "string", pattern: "^[^\\p{Cc}]+$" });
    expect(given(z.iso.date())).toEqual({ type: "string", format: "date" });
    expect(given(z.iso.datetime({ offset: true }))).toEqual({ type: "string", format: "date-time" });
    expect(given(z.uuid())).toEqual({ type: "string", format: "uuid" });
  });

  it("says null beside the type, and among the values", () => {
    expect(given(z.url().nullable().describe("U"))).toEqual({
      type: ["string", "null"],
      format: "uri",
      description: "U",
    });
    expect(given(z.enum(["a", "b"]).describe("E").nullable())).toEqual({
      type: ["string", "null"],
      enum: ["a", "b", null],
      description: "E",
    });
    expect(given(z.literal("a").nullable())).toEqual({ anyOf: [{ type: "string", const: "a" }, { type: "null" }] });
  });

  it("is referred to by its id, which is kept by no schema made of it", () => {
    const named = {};
    const Named = z.object({ a: z.boolean() }).meta({ id: "Named" });
    const shown = jsonSchemaOf(
      z.object({ one: Named.nullable(), list: z.array(Named), more: Named.extend({ b: z.boolean() }) }),
      "output",
      named,
    );
    const ref = { $ref: "#/$defs/Named" };
    expect(shown.properties).toEqual({
      one: { anyOf: [ref, { type: "null" }] },
      list: { type: "array", items: ref },
      more: expect.objectContaining({ required: ["a", "b"] }),
    });
    expect(named).toEqual({
      Named: { type: "object", properties: { a: { type: "boolean" } }, required: ["a"] },
    });
    expect(jsonSchemaOf(Named, "output", {})).toEqual(ref);
  });
});
