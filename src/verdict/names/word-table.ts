import json from "./word-table.json" with { type: "json" };
import { packed, unpacked } from "./front-coding.ts";
import { WORD_KINDS, type SpacedWords, type WordKind } from "./word-list.ts";

/** What the Worker carries, as `npm run words` writes it. */
export interface WordTable {
  /** As in `SpacedWords`, each list packed. */
  readonly spaced: Readonly<Record<WordKind, Readonly<Record<string, string>>>>;
  /** Words of scripts without spaces, separated by spaces. */
  readonly unspaced: Readonly<Record<"slur" | "profane" | "deed", string>>;
  /** Beginnings of words for trades and places, separated by spaces. */
  readonly places: string;
}

export const WORD_TABLE: WordTable = json;

/** Packs every list. */
export function packedTable(table: SpacedWords): WordTable["spaced"] {
  return mapped(table, packed);
}

/** The lists of a table. */
export function unpackedTable(table: WordTable["spaced"]): SpacedWords {
  return mapped(table, unpacked);
}

function mapped<List, Made>(
  table: Readonly<Record<WordKind, Readonly<Record<string, List>>>>,
  make: (list: List) => Made,
): Record<WordKind, Record<string, Made>> {
  const made = WORD_KINDS.map((kind) => [
    kind,
    Object.fromEntries(Object.entries(table[kind]).map(([around, list]) => [around, make(list)])),
  ]);
  return Object.fromEntries(made) as Record<WordKind, Record<string, Made>>;
}
