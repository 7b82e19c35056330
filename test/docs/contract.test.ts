import { describe, expect, it } from "vitest";
import { headersOf } from "../../src/http/openapi-problems.ts";
import { problemResponse } from "../../src/http/problem-response.ts";
import type { ProblemCode, Refusal } from "../../src/http/problem.ts";
import { PROBLEM_CODES } from "../../src/http/problems.ts";
import { Document, type Content, type Schema } from "../support/described.ts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { publishedAs30, publishedDocument } from "./contract.ts";

const served = publishedDocument();
const document = new Document(served);
const { openapi, operations } = document;

/** Everything that an operation sends or takes, with where it stands. */
const contents = operations.flatMap(({ path, method, operation }) => {
  const at = ["paths", path, method.toLowerCase()];
  const sent = Object.entries(operation.responses).map(
    ([status, { content = {} }]) => [[...at, "responses", status, "content"], content] as const,
  );
  return [[[...at, "requestBody", "content"], operation.requestBody?.content ?? {}] as const, ...sent].flatMap(
    ([where, byType]) => Object.entries(byType).map(([type, content]) => ({ at: [...where, type], type, content })),
  );
});
const nameOf = (at: readonly string[]): string => at.join(" ");

describe("operations", () => {
  it("each have an id of their own: a verb and what it is done to", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]*)+$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["lookUpCaller", "sendCode", "signIn", "castVote"]));
  });

  it("are in groups that are described, each of which has some", () => {
    const described = openapi.tags.map(({ name }) => name);
    const used = operations.flatMap(({ operation }) => operation.tags);
    expect(described.toSorted()).toEqual([...new Set(used)].sort());
    for (const { name, description } of openapi.tags) expect(description, name).toMatch(/^[A-Z].{10,}\.$/s);
  });

  it("say what they answer, beside problems, in one way at least", () => {
    for (const { path, method, operation } of operations) {
      const good = Object.keys(operation.responses).filter((status) => /^[12]/.test(status));
      expect(good.length, `${method} ${path}`).toBeGreaterThan(0);
      for (const { headers } of Object.values(operation.responses)) expect(headers).toHaveProperty("X-Request-Id");
    }
  });
});

describe("schemas", () => {
  it("have a name, whatever is sent or taken", () => {
    expect(contents.filter(({ content }) => content.schema.$ref === undefined).map(({ at }) => nameOf(at))).toEqual([]);
  });

  it("have a name as the items of a list", () => {
    const unnamed: string[] = [];
    const visit = (schema: Schema, where: string): void => {
      if (schema.items?.properties !== undefined) unnamed.push(where);
      for (const [name, field] of Object.entries(schema.properties ?? {})) visit(field, `${where}.${name}`);
      for (const one of schema.anyOf ?? []) visit(one, where);
      if (schema.items !== undefined) visit(schema.items, `${where}[]`);
    };
    for (const [name, schema] of Object.entries(openapi.components.schemas)) visit(schema, name);
    expect(unnamed).toEqual([]);
  });

  it("of answers list the values that are known, and take others", () => {
    const { properties = {} } = served.components.schemas["Lookup"] ?? {};
    expect(properties["advice"]?.anyOf).toEqual([
      { type: "string", enum: ["allow", "warn", "block"] },
      { type: "string" },
    ]);
    expect(properties["category"]?.anyOf).toEqual([
      { type: "string", enum: expect.arrayContaining(["fraud"]) },
      { type: "string" },
      { type: "null" },
    ]);
    const closed = Object.entries(served.components.schemas).filter(
      ([name, { properties: fields = {} }]) =>
        given.has(name) && Object.values(fields).some((field) => field.enum !== undefined),
    );
    expect(closed.map(([name]) => name)).toEqual([]);
  });

  it("of requests list all that is taken", () => {
    expect(served.components.schemas["ReportDecision"]?.properties?.["decision"]?.enum).toEqual(["keep", "remove"]);
  });
});

/** Schemas of answers, through all that they refer to. */
const given = new Set<string>();
const gather = (part: unknown): void => {
  for (const [, name = ""] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (given.has(name)) continue;
    given.add(name);
    gather(served.components.schemas[name]);
  }
};
for (const { operation } of operations) gather(operation.responses);

describe("examples", () => {
  const examplesOf = ({ example, examples = {} }: Content): unknown[] => [
    ...(example === undefined ? [] : [example]),
    ...Object.keys(examples).map((code) => openapi.components.examples[code]?.value),
  ];

  it("are given of all that is sent and taken, but bytes", () => {
    const without = contents.filter(
      ({ type, content }) => !type.startsWith("image/") && examplesOf(content).length === 0,
    );
    expect(without.map(({ at }) => nameOf(at))).toEqual([]);
  });

  it("are what their schemas say, and leave no field out that must be there", () => {
    const faults = contents.flatMap(({ at, content }) =>
      examplesOf(content)
        .map((example) => document.exampleFault(example, [...at, "schema"]))
        .filter((fault) => fault !== null)
        .map((fault) => `${nameOf(at)}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it("are given of every parameter, and fit", () => {
    for (const { path, method, operation } of operations) {
      for (const [index, { name, example }] of (operation.parameters ?? []).entries()) {
        const where = `${method} ${path} ${name}`;
        expect(example, where).toBeDefined();
        const at = ["paths", path, method.toLowerCase(), "parameters", String(index), "schema"];
        expect(document.exampleFault(example, at), where).toBeNull();
      }
    }
  });
});

describe("header fields of a refusal", () => {
  it.each(PROBLEM_CODES)("of %s are those that are sent with it", (code) => {
    const refusal = { code, retryAfter: 5, policy: "p", allow: "GET", reason: "r", errors: [] } as unknown as Refusal;
    const { headers } = problemResponse(refusal, "https://caller.example", "id");
    const sent = [...headers.keys()].filter((name) => name !== "content-type");
    expect(sent.sort()).toEqual(
      headersOf(code satisfies ProblemCode)
        .map((name) => name.toLowerCase())
        .sort(),
    );
  });
});

describe("as OpenAPI 3.0", () => {
  it("is valid, and has every operation", async () => {
    const as30 = publishedAs30();
    const { valid, errors } = await new Validator().validate(
      structuredClone(as30) as object as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(Object.keys(as30.paths)).toEqual(Object.keys(openapi.paths));
  });

  it("has nothing that only 3.1 knows", () => {
    const text = JSON.stringify(publishedAs30());
    for (const keyword of ['"const":', '"type":"null"', '"type":[', '"examples":[', '"identifier":'])
      expect(text).not.toContain(keyword);
  });

  it("says null, constants, examples and scopes in its own words", () => {
    const { schemas } = publishedAs30().components as {
      schemas: Record<string, { properties: Record<string, object> }>;
    };
    expect(schemas["Lookup"]?.properties).toMatchObject({
      name: { type: "string", nullable: true },
      category: {
        nullable: true,
        anyOf: [
          { type: "string", nullable: true },
          { type: "string", nullable: true },
        ],
      },
      photoUrl: { type: "string", format: "uri", nullable: true },
    });
    expect(schemas["Voted"]?.properties["vote"]).toEqual({
      nullable: true,
      allOf: [{ $ref: "#/components/schemas/Vote" }],
    });
    expect(schemas["Unlisted"]?.properties["listed"]).toEqual({ type: "boolean", enum: [false] });
    expect(schemas["Lookup"]).toHaveProperty("example.number", "+13125550123");
    expect(publishedAs30().paths["/v1/lookup"]?.["post"]).toMatchObject({
      security: [{ bearer: [] }],
      "x-scopes": ["app", "operator"],
    });
  });
});
