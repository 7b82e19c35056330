import { jaroWinkler } from "./jaro-winkler.ts";
import { areNicknames } from "./nicknames.ts";
import type { NormalForm } from "./normal-form.ts";

const WORDS_ALIKE = 0.85;
const NICKNAME = 0.95;
const INITIAL = 0.9;
/** Two names are spellings of one from here. */
export const NAMES_ALIKE = 0.88;
/** A word of a short name is found in a longer one from here: nothing but a slip may differ. */
const WORD_FOUND = 0.95;
/** Longer words are alike only when they are the same: 64 such names would cost every vote a fifth of a second. */
const LONGEST_WORD = 40;
/** Words that weigh less are generic, or initials: a name of nothing else is not found in another. */
const TELLING = 100;

/**
 * How alike two normal forms are: soft Dice of their words by weight, 0 to 1; 0 as soon as it cannot reach
 * `NAMES_ALIKE`. Symmetric.
 */
export function likeness(a: NormalForm, b: NormalForm): number {
  if (a.key === b.key || a.joined === b.joined) return 1;
  const weight = a.weight + b.weight;
  const mayMiss = weight * (1 - NAMES_ALIKE);
  if (Math.abs(a.weight - b.weight) > mayMiss) return 0;
  const pairs: { readonly i: number; readonly j: number; readonly score: number }[] = [];
  let missed = 0;
  for (const [i, left] of a.tokens.entries()) {
    const before = pairs.length;
    // Words stand once in a name: those in both are each other's.
    const same = b.tokens.findIndex(({ text }) => text === left.text);
    if (same !== -1) pairs.push({ i, j: same, score: 1 });
    for (const [j, right] of same === -1 ? b.tokens.entries() : []) {
      const score = wordLikeness(left.text, right.text);
      if (score >= WORDS_ALIKE) pairs.push({ i, j, score });
    }
    if (pairs.length === before) missed += left.weight;
    if (missed > mayMiss) return 0;
  }
  pairs.sort((p, q) => q.score - p.score || p.i + p.j - q.i - q.j || p.i * p.j - q.i * q.j || p.i - q.i);
  const left = new Set<number>();
  const right = new Set<number>();
  let found = 0;
  for (const { i, j, score } of pairs) {
    if (left.has(i) || right.has(j)) continue;
    left.add(i);
    right.add(j);
    found += score * ((a.tokens[i]?.weight ?? 0) + (b.tokens[j]?.weight ?? 0));
  }
  return weight === 0 ? 0 : found / weight;
}

/** Whether all that tells in `part` is also said by `whole`: "Fiske" by "Chicago Public Schools Fiske, John". */
export function isHeld(part: NormalForm, whole: NormalForm): boolean {
  let telling = 0;
  for (const { text, weight } of part.tokens) {
    if (weight < TELLING) continue;
    telling += 1;
    if (!whole.tokens.some((other) => isFound(text, other.text))) return false;
  }
  return telling > 0;
}

function isFound(word: string, other: string): boolean {
  return word === other || (word.charCodeAt(0) === other.charCodeAt(0) && wordLikeness(word, other) >= WORD_FOUND);
}

/** Whether two names can be of one caller: spellings of each other, or one within the other. */
export function areCompatible(a: NormalForm, b: NormalForm): boolean {
  return isHeld(a, b) || isHeld(b, a) || likeness(a, b) >= NAMES_ALIKE;
}

function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length === 1 || b.length === 1) return a[0] === b[0] && isLetter(a) ? INITIAL : 0;
  // "Gate 12" and "Gate 13" are neighbours, not spellings.
  if (/^\p{N}+$/u.test(a) || /^\p{N}+$/u.test(b)) return 0;
  if (Math.max(a.length, b.length) > LONGEST_WORD) return 0;
  const alike = jaroWinkler(a, b);
  if (alike >= NICKNAME) return alike;
  return areNicknames(a, b) ? NICKNAME : alike;
}

function isLetter(word: string): boolean {
  return /^\p{L}/u.test(word);
}
