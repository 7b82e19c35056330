import { CATEGORIES, type Category } from "../../verdict/evidence.ts";

/** Maps a register's words to categories, or to `none`. */
export type CategoryMap = ReadonlyMap<string, Category | "none">;
/** Rules of a preset; the first match decides. */
export type CategoryRules = readonly (readonly [pattern: RegExp, category: Category | "none"])[];

const OURS = new Map<string, Category | "none">([...CATEGORIES, "none" as const].map((name) => [name, name]));
const NOTHING =
  /^(?:n\/?a|null|nil|unknown|not (?:provided|given|available|applicable)|no subject provided|[^\p{L}\p{N}]*)$/u;
const PAIR = new RegExp(String.raw`\s*(.+?)\s*=\s*(${[...OURS.keys()].join("|")})\s*(?:[,;]|$)`, "giy");

/**
 * Reads `--category-map`: `Their words=fraud`, several separated by commas; the words may contain commas. Null if
 * a pair is malformed.
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

/** Whether a cell stands for no value: empty, `N/A`, `null`, `-`. */
export function saysNothing(cell: string): boolean {
  return NOTHING.test(folded(cell));
}

/** Counts unknown categories, whose rows are imported without a category. */
export class Categories {
  /** Unknown words, and the number of rows with each. */
  readonly unknown = new Map<string, number>();
  readonly #map: CategoryMap;
  readonly #rules: CategoryRules;

  constructor(map: CategoryMap, rules: CategoryRules) {
    this.#map = map;
    this.#rules = rules;
  }

  /** The category of the first cell with a known one; null if there is none. */
  read(cells: readonly string[]): Category | null {
    let unread: string | null = null;
    for (const cell of cells) {
      const text = folded(cell);
      const known =
        this.#map.get(text) ??
        OURS.get(text.replaceAll(/[\s_.-]/g, "")) ??
        this.#rules.find(([pattern]) => pattern.test(text))?.[1];
      if (known !== undefined && known !== "none") return known;
      if (known === undefined && !saysNothing(cell)) unread ??= cell;
    }
    if (unread !== null) this.unknown.set(unread, (this.unknown.get(unread) ?? 0) + 1);
    return null;
  }
}

function folded(text: string): string {
  return text.normalize("NFKC").replaceAll(/\s+/g, " ").trim().toLowerCase();
}
