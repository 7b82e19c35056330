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
    expect(taken(z.enum(["a", "b"]).describe("E").nullable())).toEqual({
      type: ["string", "null"],
      enum: ["a", "b", null],
      description: "E",
    });
    expect(given(z.literal("a").nullable())).toEqual({ anyOf: [{ type: "string", const: "a" }, { type: "null" }] });
  });

  it("lists values that are known and takes others, where it is given; where it is taken it takes those alone", () => {
    const known = { type: "string", enum: ["a", "b"] };
    expect(given(z.enum(["a", "b"]).describe("E"))).toEqual({ anyOf: [known, { type: "string" }], description: "E" });
    expect(given(z.enum(["a", "b"]).nullable())).toEqual({ anyOf: [known, { type: "string" }, { type: "null" }] });
    expect(given(z.literal([0, 2]).meta({ type: "integer" }))).toEqual({
      anyOf: [{ type: "integer", enum: [0, 2] }, { type: "integer" }],
    });
    expect(given(z.literal("a"))).toEqual({ type: "string", const: "a" });
    expect(taken(z.enum(["a", "b"]))).toEqual(known);
  });

  it("of one id says one thing", () => {
    const named = {};
    const Both = z.object({ kind: z.enum(["a", "b"]) }).meta({ id: "Both" });
    jsonSchemaOf(Both, "input", named);
    expect(() => jsonSchemaOf(Both, "output", named)).toThrow("two schemas have the id Both");
  });

  it("is referred to by its id, which is kept by no schema made of it", () => {
    const named = {};
    const Named = z.object({ a: z.boolean() }).meta({ id: "Named" });
    const shown = jsonSchemaOf(
      z.object({ one: Named.nullable(), list: z.array(Named), more: Named.extend({ b: z.boolean() }) }),
      "output",
      named,
    );
    const ref = { $ref: "#/components/schemas/Named" };
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
