import { expect, it } from "vitest";
import { makeWordTable } from "../../src/verdict/names/lists/make-word-table.ts";
import json from "../../src/verdict/names/word-table.json" with { type: "json" };

it("carries the words of the lists, folded by `npm run words`", () => {
  expect(json).toEqual(makeWordTable());
});
