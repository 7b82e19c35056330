import { describe, expect, it } from "vitest";
import { Document } from "../support/described.ts";
import { publishedDocument } from "./contract.ts";

const openapi = publishedDocument();
const { operations } = new Document(openapi);

describe("operations", () => {
  it("each have an id of their own: a verb and what it is done to", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]*)+$|^signIn$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["lookUpCaller", "sendCode", "signIn", "castVote"]));
  });

  it("are in groups that are described, each of which has some", () => {
    const described = openapi.tags.map(({ name }) => name);
    const used = operations.flatMap(({ operation }) => operation.tags);
    expect(described.toSorted()).toEqual([...new Set(used)].sort());
    for (const { name, description } of openapi.tags) expect(description, name).toMatch(/^[A-Z].{10,}\.$/s);
  });
});
