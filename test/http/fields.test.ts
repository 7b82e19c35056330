import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readJson } from "../../src/http/body.ts";
import { omittable } from "../../src/http/fields.ts";
import { jsonSchemaOf } from "../../src/http/json-schema.ts";

const Schema = z.strictObject({
  name: z.string().nullish(),
  kind: omittable(z.enum(["a", "b"])),
  deep: omittable(z.strictObject({ one: omittable(z.string()) })),
});
const read = (body: unknown): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  const request = new Request("https://k.example", { method: "POST", headers, body: JSON.stringify(body) });
  return readJson(request, Schema, 1000);
};

describe("a field that may be left out", () => {
  it("is left out where it is null, and where null means something it stays", async () => {
    expect(await read({})).toEqual({ ok: true, value: {} });
    const answer = (await read({ name: null, kind: null, deep: { one: null } })) as { value: object };
    expect(Object.keys(answer.value)).toEqual(["name", "deep"]);
    expect(answer).toEqual({ ok: true, value: { name: null, deep: {} } });
    expect(await read({ kind: "a", deep: { one: "x" } })).toEqual({
      ok: true,
      value: { kind: "a", deep: { one: "x" } },
    });
  });

  it("is held to its form otherwise", async () => {
    expect(await read({ kind: "c" })).toMatchObject({ ok: false, refusal: { code: "invalid-request" } });
    expect(await read({ other: null })).toMatchObject({ ok: false, refusal: { code: "unknown-field" } });
  });

  it("is described as a field that may be null and is not required", () => {
    const { properties, required } = jsonSchemaOf(Schema, "input", {});
    expect(required).toBeUndefined();
    expect(properties?.["kind"]).toEqual({ type: ["string", "null"], enum: ["a", "b", null] });
  });
});
