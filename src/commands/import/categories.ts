import { CATEGORIES, type Category } from "../../verdict/evidence.ts";

/** A register's words and what they are here; `none` for words that say nothing. */
export type CategoryMap = ReadonlyMap<string, Category | "none">;
/** Rules of a preset, the first that matches decides. */
export type CategoryRules = readonly (readonly [pattern: RegExp, category: Category | "none"])[];

const OURS = new Map<string, Category | "none">([...CATEGORIES, "none" as const].map((name) => [name, name]));
const NOTHING =
  /^(?:n\/?a|null|nil|unknown|not (?:provided|given|available|applicable)|no subject provided|[^\p{L}\p{N}]*)$/u;
const PAIR = new RegExp(String.raw`\s*(.+?)\s*=\s*(${[...OURS.keys()].join("|")})\s*(?:[,;]|$)`, "giy");

/**
 * Reads `--category-map`: `Their words=fraud`, several behind commas; their words may hold commas themselves. Null where
 * something is no such pair.
 */
export function readCategoryMap(texts: readonly string[]): CategoryMap | null {
  const map = new Map<string, Category | "none">();
  for (const text of texts) {
    PAIR.lastIndex = 0;
    let end = 0;
    for (let pair = PAIR.exec(text); pair !== null; pair = PAIR.exec(text)) {
      const category = OURS.get((pair[2] ?? "").toLowerCase());
      if (category !== undefined) map.set(folded(pair[1] ?? ""), category);
      end = PAIR.lastIndex;
    }
    if (end !== text.length || end === 0) return null;
  }
  return map;
}

/** What became of categories that nothing here stands for: their rows are taken without one. */
export class Categories {
  /** Words that were met and mean nothing here, and in how many rows. */
  readonly unknown = new Map<string, number>();
  readonly #map: CategoryMap;
  readonly #rules: CategoryRules;

  constructor(map: CategoryMap, rules: CategoryRules) {
    this.#map = map;
    this.#rules = rules;
  }

  /** The category that the first of the cells with a known one stands for; null for none. */
  read(cells: readonly string[]): Category | null {
    let unread: string | null = null;
    for (const cell of cells) {
      const text = folded(cell);
      const known = this.#map.get(text) ?? OURS.get(text) ?? this.#rules.find(([pattern]) => pattern.test(text))?.[1];
      if (known !== undefined && known !== "none") return known;
      if (known === undefined && !NOTHING.test(text)) unread ??= cell;
    }
    if (unread !== null) this.unknown.set(unread, (this.unknown.get(unread) ?? 0) + 1);
    return null;
  }
}

function folded(text: string): string {
  return text.normalize("NFKC").replaceAll(/\s+/g, " ").trim().toLowerCase();
}
