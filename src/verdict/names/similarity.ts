import { jaroWinkler } from "./jaro-winkler.ts";
import { areNicknames } from "./nicknames.ts";
import type { NormalForm, Token } from "./normal-form.ts";

const WORDS_ALIKE = 0.85;
const NICKNAME = 0.95;
const INITIAL = 0.9;
/** Two names are spellings of one from here. */
export const NAMES_ALIKE = 0.88;
/** One name holds the other when this share of the other's weight is found in it. */
const HELD = 0.9;
/** What a name must tell at least to be found in a longer one: a word that is not generic. */
const TELLING = 100;

export interface Likeness {
  /** 0 to 1: soft Dice of the two names' words by weight. */
  readonly score: number;
  /** Share of a's weight found in b, and of b's in a. */
  readonly aInB: number;
  readonly bInA: number;
}

/** How alike two normal forms are. Symmetric. */
export function likeness(a: NormalForm, b: NormalForm): Likeness {
  if (a.key === b.key || joined(a) === joined(b)) return { score: 1, aInB: 1, bInA: 1 };
  const pairs: { readonly i: number; readonly j: number; readonly score: number }[] = [];
  a.tokens.forEach((left, i) => {
    b.tokens.forEach((right, j) => {
      const score = wordLikeness(left.text, right.text);
      if (score >= WORDS_ALIKE) pairs.push({ i, j, score });
    });
  });
  pairs.sort((p, q) => q.score - p.score || p.i + p.j - q.i - q.j || p.i * p.j - q.i * q.j || p.i - q.i);
  const left = new Set<number>();
  const right = new Set<number>();
  let inA = 0;
  let inB = 0;
  for (const { i, j, score } of pairs) {
    if (left.has(i) || right.has(j)) continue;
    left.add(i);
    right.add(j);
    inA += score * (a.tokens[i]?.weight ?? 0);
    inB += score * (b.tokens[j]?.weight ?? 0);
  }
  const [weightA, weightB] = [weightOf(a.tokens), weightOf(b.tokens)];
  if (weightA === 0 || weightB === 0) return { score: 0, aInB: 0, bInA: 0 };
  return { score: (inA + inB) / (weightA + weightB), aInB: inA / weightA, bInA: inB / weightB };
}

/** Whether all that `part` says is also said by `whole`, and is enough to tell a caller by. */
export function isHeld(part: NormalForm, shareInWhole: number): boolean {
  return shareInWhole >= HELD && weightOf(part.tokens) >= TELLING;
}

/** Whether two names can be of one caller: spellings of each other, or one within the other. */
export function areCompatible(a: NormalForm, b: NormalForm): boolean {
  const { score, aInB, bInA } = likeness(a, b);
  return score >= NAMES_ALIKE || isHeld(a, aInB) || isHeld(b, bInA);
}

function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length === 1 || b.length === 1) return isLetter(a) && isLetter(b) && a[0] === b[0] ? INITIAL : 0;
  // "Gate 12" and "Gate 13" are neighbours, not spellings.
  if (/^\p{N}+$/u.test(a) || /^\p{N}+$/u.test(b)) return 0;
  const alike = jaroWinkler(a, b);
  if (alike >= NICKNAME) return alike;
  return areNicknames(a, b) ? NICKNAME : alike;
}

function isLetter(word: string): boolean {
  return /^\p{L}/u.test(word);
}

/** "Good Will" and "Goodwill". */
function joined(form: NormalForm): string {
  return form.tokens.map(({ text }) => text).join("");
}

function weightOf(tokens: readonly Token[]): number {
  return tokens.reduce((sum, { weight }) => sum + weight, 0);
}
