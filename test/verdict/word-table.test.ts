import { expect, it } from "vitest";
import { packed, unpacked } from "../../src/verdict/names/front-coding.ts";
import { makeWordTable } from "../../src/verdict/names/lists/make-word-table.ts";
import { unpackedTable, WORD_TABLE } from "../../src/verdict/names/word-table.ts";

it("carries the words of the lists, folded by `npm run words`", () => {
  expect(WORD_TABLE).toEqual(makeWordTable());
});

it("packs words, and unpacks the same", () => {
  const words = ["a", "ab", "abc", "abd", "b", "ябл", "яблоко", `${"long".repeat(9)}er`, `${"long".repeat(9)}est`];
  expect(packed(words.slice(0, 5))).toBe("AaBbCcCdAb");
  expect(unpacked(packed(words))).toEqual(words);
  expect(unpacked(packed([]))).toEqual([]);
});

it("has no capital letter in a packed word, which would begin another", () => {
  const lists = Object.values(unpackedTable(WORD_TABLE.spaced)).flatMap((lists) => Object.values(lists));
  for (const words of lists) expect(unpacked(packed(words))).toEqual(words);
  expect(lists.flat().length).toBeGreaterThan(25_000);
  for (const word of lists.flat()) expect(word).toMatch(/^[^A-Z]+$/);
});
