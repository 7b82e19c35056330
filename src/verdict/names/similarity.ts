import { isGivenName } from "./nicknames.ts";
import type { NormalForm, Token } from "./normal-form.ts";
import { isWayToWrite } from "./romanisation.ts";
import { areLookalikeNames, NUMBER, slips, wordLikeness } from "./word-likeness.ts";
import { ANOTHER_FIRM, EXCLUSIVE } from "./words.ts";

/** From this similarity two names are spellings of one. */
export const NAMES_ALIKE = 0.88;
/** From this similarity a word of a short name is found in a longer one: only slips may differ. */
const WORD_FOUND = 0.95;
/** Words below this weight are generic or initials; a name of only such words is not found in another. */
const TELLING = 100;
/** Longest name compared without spaces. */
const LONGEST_NAME = 80;

/** Matching words of two names, and the rest. */
interface Matching {
  /** Similarity of the names: weighted soft Dice coefficient of their words, 0 to 1. */
  readonly likeness: number;
  readonly left: readonly Token[];
  readonly right: readonly Token[];
}

/** Whether two names can belong to one caller: they are spellings of each other, or one contains the other. Symmetric. */
export function areCompatible(a: NormalForm, b: NormalForm): boolean {
  const [one, other] = [rejoined(a.tokens, b.tokens), rejoined(b.tokens, a.tokens)];
  if (differInGeneration(a, b) || differInMark(one, other)) return false;
  if (a.joined === b.joined || isWrittenTogether(a, b) || isRomanised(a, b) || areInitials(a, b)) return true;
  const matching = match(one, other);
  if (contradict(matching)) return false;
  return (
    matching.likeness >= NAMES_ALIKE ||
    (isFoundIn(one, other) && !isGivenNameOf(one, other)) ||
    (isFoundIn(other, one) && !isGivenNameOf(other, one))
  );
}

/** Similarity of two normal forms, 0 to 1. Symmetric. */
export function likeness(a: NormalForm, b: NormalForm): number {
  return a.joined === b.joined ? 1 : match(rejoined(a.tokens, b.tokens), rejoined(b.tokens, a.tokens)).likeness;
}

/** Whether `whole` has all distinctive words of `part`: "Chicago Public Schools Fiske, John" has that of "Fiske". */
export function isHeld(part: NormalForm, whole: NormalForm): boolean {
  return (
    isRomanised(part, whole) || isFoundIn(rejoined(part.tokens, whole.tokens), rejoined(whole.tokens, part.tokens))
  );
}

function isFoundIn(part: readonly Token[], whole: readonly Token[]): boolean {
  const telling = part.filter(({ weight }) => weight >= TELLING);
  return telling.length > 0 && telling.every((word) => whole.some((other) => wordLikeness(word, other) >= WORD_FOUND));
}

/** Whether one name is only a given name and the other a full name: Maria and Maria Gonzalez. */
function isGivenNameOf(part: readonly Token[], whole: readonly Token[]): boolean {
  const [first] = part;
  if (first === undefined || part.length > 1 || !isGivenName(first.text)) return false;
  return whole.length > 1 && whole.length <= LONGEST_PERSON && whole.every(({ weight }) => weight >= TELLING);
}

/** Most words of a personal name; longer names are usually places named after a person. */
const LONGEST_PERSON = 3;

/** Whether one name is a Latin spelling of the other: 김민수 and Kim Min-su. */
function isRomanised(a: NormalForm, b: NormalForm): boolean {
  return (
    a.romanised.some((units) => isWayToWrite(b.joined, units)) ||
    b.romanised.some((units) => isWayToWrite(a.joined, units))
  );
}

/** Whether one name is an acronym of the other: PLA and People's Liberation Army. */
function areInitials(a: NormalForm, b: NormalForm): boolean {
  const [short, long] = a.tokens.length === 1 ? [a, b] : [b, a];
  if (short.tokens.length !== 1 || long.tokens.length < FEWEST_INITIALS) return false;
  return short.joined === long.tokens.map(({ text }) => text.charAt(0)).join("");
}

const FEWEST_INITIALS = 3;

/** Names from this length are the same if only spaces and a slip differ: "Patr ushev". */
const LONG_NAME = 10;

function isWrittenTogether(a: NormalForm, b: NormalForm): boolean {
  if (a.tokens.length === b.tokens.length || Math.min(a.joined.length, b.joined.length) < LONG_NAME) return false;
  if (Math.abs(a.joined.length - b.joined.length) > 1 || a.joined.length > LONGEST_NAME) return false;
  return slips(a.joined, b.joined) <= 1;
}

/** Joins words that the other name writes as one: Min Su and Minsu, van der Bilt. */
function rejoined(words: readonly Token[], others: readonly Token[]): readonly Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word, next] = [words[at], words[at + 1]];
    if (word === undefined) continue;
    const together =
      next === undefined
        ? undefined
        : others.find(({ text, heard }) => text === word.text + next.text || heard === word.heard + next.heard);
    joined.push(together ?? word);
    if (together !== undefined) at += 1;
  }
  return joined;
}

function match(a: readonly Token[], b: readonly Token[]): Matching {
  const pairs = a.flatMap((left) =>
    b.map((right) => ({ left, right, score: wordLikeness(left, right) })).filter(({ score }) => score > 0),
  );
  // Breaks ties independently of which name is first.
  const orderOf = ({ left, right }: { left: Token; right: Token }): string => [left.text, right.text].sort().join(" ");
  pairs.sort((p, q) => q.score - p.score || (orderOf(p) < orderOf(q) ? -1 : 1));
  // Two sets, because a joined word is the same object as the other name's word.
  const [ofLeft, ofRight] = [new Set<Token>(), new Set<Token>()];
  let found = 0;
  for (const { left, right, score } of pairs) {
    if (ofLeft.has(left) || ofRight.has(right)) continue;
    ofLeft.add(left);
    ofRight.add(right);
    found += score * (left.weight + right.weight);
  }
  const weight = [...a, ...b].reduce((sum, word) => sum + word.weight, 0);
  return {
    likeness: weight === 0 ? 0 : found / weight,
    left: a.filter((word) => !ofLeft.has(word)),
    right: b.filter((word) => !ofRight.has(word)),
  };
}

/** Whether the names have similar but different words, or an initial that does not fit the other's name. */
function contradict({ left, right }: Matching): boolean {
  return (
    left.some((word) => right.some((other) => areLookalikeNames(word, other))) ||
    (left.length === 1 && right.length === 1 && (isAnotherInitial(left, right) || isAnotherInitial(right, left)))
  );
}

/** "A. Smith" is not "John Smith". */
function isAnotherInitial(words: readonly Token[], others: readonly Token[]): boolean {
  return words.some(({ text }) => text.length === 1) && others.some(({ weight }) => weight >= TELLING);
}

/**
 * Whether a distinguishing part differs: "Gate 12" and "Gate 13", "Solutions" and "Solutions II", "Santander" and
 * "Santander México", "North Clinic" and "South Clinic", "Smith Jr" and "Smith Sr".
 */
function differInMark(a: readonly Token[], b: readonly Token[]): boolean {
  const [one, other] = [marksOf(a), marksOf(b)];
  if (one.series !== other.series || one.firms !== other.firms) return true;
  if (onlyIn(one.numbers, other.numbers) && onlyIn(other.numbers, one.numbers)) return true;
  return EXCLUSIVE.some((group) => {
    const [mine, theirs] = [one.words.find((word) => group.has(word)), other.words.find((word) => group.has(word))];
    return mine !== undefined && theirs !== undefined && mine !== theirs;
  });
}

function differInGeneration(a: NormalForm, b: NormalForm): boolean {
  return a.generation !== b.generation && a.generation !== "" && b.generation !== "";
}

function marksOf(tokens: readonly Token[]): {
  words: readonly string[];
  numbers: readonly string[];
  series: string;
  firms: string;
} {
  const words = tokens.map(({ text }) => text);
  const sorted = (which: (word: string) => boolean): string => words.filter(which).sort().join(" ");
  return {
    words,
    numbers: words.filter((word) => NUMBER.test(word)),
    series: sorted((word) => SERIES.test(word)),
    firms: sorted((word) => ANOTHER_FIRM.has(word)),
  };
}

function onlyIn(words: readonly string[], others: readonly string[]): boolean {
  return words.some((word) => !others.includes(word));
}

/** Without XI, because of Xi Jinping. */
const SERIES = /^(?:i{2,3}|iv|vi{1,3}|ix|xi{2,3}|xiv|xvi{0,3}|xix|xx)$/;
