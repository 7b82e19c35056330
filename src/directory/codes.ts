import { CATEGORIES, KINDS, type Category, type Kind } from "../verdict/evidence.ts";

/** Categories as numbers in D1. They never change: append. */
const CATEGORY_CODES: Readonly<Record<Category, number>> = {
  fraud: 1,
  robocall: 2,
  telemarketing: 3,
  survey: 4,
  debt: 5,
  charity: 6,
  political: 7,
  harassment: 8,
  silent: 9,
  other: 10,
};
const NO_CATEGORY = 0;

/** Kinds as numbers in D1. They never change: append. */
const KIND_CODES: Readonly<Record<Kind, number>> = { business: 1, person: 2, government: 3, organisation: 4, other: 5 };

/** A complaint's category as it is stored, 0 for none. */
export function categoryCode(category: Category | null): number {
  return category === null ? NO_CATEGORY : CATEGORY_CODES[category];
}

/** The category of a stored code; null for none. */
export function categoryOf(code: number): Category | null {
  return CATEGORIES.find((category) => CATEGORY_CODES[category] === code) ?? null;
}

/** A name's kind as it is stored. */
export function kindCode(kind: Kind): number {
  return KIND_CODES[kind];
}

/** The kind of a stored code; null for none. */
export function kindOf(code: number | null): Kind | null {
  return KINDS.find((kind) => KIND_CODES[kind] === code) ?? null;
}
