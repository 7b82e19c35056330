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
  if (contradictEachOther(a, b)) return false;
  return isHeld(a, b) || isHeld(b, a) || likeness(a, b) >= NAMES_ALIKE;
}

/** Whether each has a word in the place of which the other has one much like it, and of its own: Delta Dental, Delta Rental. */
function contradictEachOther(a: NormalForm, b: NormalForm): boolean {
  const left = a.tokens.filter(({ text }) => !b.tokens.some((other) => other.text === text));
  const right = b.tokens.filter(({ text }) => !a.tokens.some((other) => other.text === text));
  return left.some(({ text }) =>
    right.some(
      (other) =>
        Math.min(text.length, other.text.length) > 2 &&
        Math.max(text.length, other.text.length) <= LONGEST_WORD &&
        !areNicknames(text, other.text) &&
        areNamesOfTheirOwn(text, other.text) &&
        jaroWinkler(text, other.text) >= WORDS_ALIKE,
    ),
  );
}

function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length === 1 || b.length === 1) return a[0] === b[0] && isLetter(a) ? INITIAL : 0;
  // "Gate 12" and "Gate 13" are neighbours, not spellings.
  if (/^\p{N}+$/u.test(a) || /^\p{N}+$/u.test(b)) return 0;
  if (Math.max(a.length, b.length) > LONGEST_WORD) return 0;
  if (areNicknames(a, b)) return NICKNAME;
  return areNamesOfTheirOwn(a, b) ? 0 : jaroWinkler(a, b);
}

/** Scripts in which a letter more or less is a slip as often as another word; in the others every sign tells. */
const SPELLED_LOOSELY =
  /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Georgian}\p{N}]+$/u;
/** What makes another name of a name: Mario and Maria, Петров and Петрова, Anna and Ann; not Anne, an e is often mute. */
const ENDING = /[aeiouyаеиоуыюяαεηιου]$/u;

/**
 * Whether two words are different names rather than spellings of one, however alike: given names differ by a last
 * vowel or one in the middle of few letters, words by their first letter, and most scripts have no slips of this kind.
 */
function areNamesOfTheirOwn(a: string, b: string): boolean {
  if (!SPELLED_LOOSELY.test(a) || !SPELLED_LOOSELY.test(b))
    return WRITTEN_EXACTLY.test(a) || Math.min(a.length, b.length) < LONG_WORD;
  if (soundOf(a) === soundOf(b)) return false;
  if (a[0] !== b[0]) return !SAME_BEGINNING.test(`${a[0] ?? ""}${b[0] ?? ""}`);
  const [bare, other] = [a.replace(ENDING, ""), b.replace(ENDING, "")];
  if (bare === other) return !MUTE.test(a.slice(bare.length)) || !MUTE.test(b.slice(other.length));
  const at = oneLetterOff(a, b);
  if (at === null) return false;
  return a.length < SHORT_WORD || (a.length === SHORT_WORD && ENDING.test(a.charAt(at)) !== ENDING.test(b.charAt(at)));
}

/** Syllables and ideographs: one that differs is another name. */
const WRITTEN_EXACTLY = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** In scripts that leave vowels out one letter makes another name of a word shorter than this. */
const LONG_WORD = 6;
/** Sounds that transcriptions begin with one for the other: Osama and Usama, Volodymyr and Wolodymyr. */
const SAME_BEGINNING = /^(?:[aeiouy]{2}|vw|wv|sz|zs|ck|kc|jy|yj|gh|hg|jd|dj|хг|гх|ео|ое|еэ|эе)$/u;
/** A letter that is another makes another name of words shorter than this (Jan, Jon), and a vowel for a consonant here too (Marta, Maria). */
const SHORT_WORD = 5;

const MUTE = /^e?s?$/;

/** Where two words of one length differ, if in one place alone. */
function oneLetterOff(a: string, b: string): number | null {
  if (a.length !== b.length) return null;
  const places = Array.from(a).flatMap((letter, at) => (letter === b.charAt(at) ? [] : [at]));
  return places.length === 1 ? (places[0] ?? null) : null;
}

/** Spellings that sound alike: Jon and John, Katherine and Catherine, Mueller and Muller. */
function soundOf(word: string): string {
  return word
    .replace(/([aou])e(?=[^aeiou])/g, "$1")
    .replace(/ph/g, "f")
    .replace(/ck|c(?![eiyh])|q/g, "k")
    .replace(/(?<=[^cs])h|h$/g, "")
    .replace(/(\p{L})\1/gu, "$1")
    .replace(/(?:ie|ey|y)$/, "i");
}

function isLetter(word: string): boolean {
  return /^\p{L}/u.test(word);
}
