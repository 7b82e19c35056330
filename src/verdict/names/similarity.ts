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
    // Words in both are each other's.
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
  if (a.joined === b.joined || isWrittenTogether(a, b)) return true;
  if (contradictEachOther(a, b) || onlyOneIsOfSeries(a, b)) return false;
  return isHeld(a, b) || isHeld(b, a) || likeness(a, b) >= NAMES_ALIKE;
}

/** "Solutions II" is not "Solutions", nor "Santander México" "Santander": a series, a country makes another of a name. */
function onlyOneIsOfSeries(a: NormalForm, b: NormalForm): boolean {
  const markers = ({ tokens }: NormalForm): string =>
    tokens
      .map(({ text }) => text)
      .filter((text) => SERIES.test(text) || COUNTRIES.has(text))
      .join(" ");
  return (markers(a) === "") !== (markers(b) === "");
}

const SERIES = /^(?:i{2,3}|iv|vi{1,3}|ix|xi{1,3}|xiv|xvi{0,3}|xix|xx)$/;
const COUNTRIES = new Set(
  "mexico brasil brazil argentina chile colombia peru espana spain portugal france frankreich italia italy italien deutschland germany osterreich austria schweiz suisse switzerland nederland netherlands belgie belgique belgium danmark denmark sverige sweden norge norway suomi finland polska poland ceska czech slovakia magyarorszag hungary romania bulgaria greece turkiye turkey россия russia украина ukraine казахстан kazakhstan china india japan korea singapore malaysia indonesia thailand vietnam philippines australia canada ireland uk egypt nigeria kenya israel".split(
    " ",
  ),
);

/** Names of so many letters are the same where only their spaces differ, and a slip: "Patr ushev". */
const LONG_NAME = 10;

function isWrittenTogether(a: NormalForm, b: NormalForm): boolean {
  if (a.tokens.length === b.tokens.length || Math.min(a.joined.length, b.joined.length) < LONG_NAME) return false;
  return Math.max(a.joined.length, b.joined.length) <= 2 * LONGEST_WORD && slips(a.joined, b.joined) <= 1;
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
  return areNamesOfTheirOwn(a, b) || areFarApart(a, b) ? 0 : jaroWinkler(a, b);
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
  const [heard, also] = [soundOf(a), soundOf(b)];
  if (heard === also) return false;
  if (differInEnding(a, b)) return true;
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
/** An e that is not mute: Simone, Pascale, Jane; not Anne, Browne. */
const FEMININE = /(?:[aio]n|al|el)e$/;

/** Whether more than slips of spelling part two words, whatever their beginnings share. */
function areFarApart(a: string, b: string): boolean {
  const [heard, also] = [soundOf(a), soundOf(b)];
  return slips(heard, also) > Math.max(1, Math.max(heard.length, also.length) / LETTERS_A_SLIP);
}

/** One slip in so many letters; a vowel for another is half a slip. */
const LETTERS_A_SLIP = 4;
const VOWEL = /[aeiouyаеиоуыюяαεηιουω]/u;

/** How many slips lead from one word to another: letters left out, put in, changed, or swapped with the next. */
export function slips(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const [x, y] = [a.charAt(i - 1), b.charAt(j - 1)];
      const change = x === y ? 0 : VOWEL.test(x) && VOWEL.test(y) ? 0.5 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && x === b.charAt(j - 2) && y === a.charAt(i - 2))
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/**
 * What makes another given or family name of one: of men and women, of fathers, of places, of small ones. Carlos and
 * Carla, Christian and Christina, Johnson and Johnston, Martin and Martinez, Петров and Петренко.
 */
const NAME_ENDINGS = new Set(
  (
    " s a e o i y os as us is es ia io ius ya ie ian iana iano ina ino ine ini ette etta etto elle ella ello el ita ito inho inha inda an ann en son ston sen sson er ers man mann ez az iz cho chez ov ova ev eva off ski ska sky skaya ic ich vich ovich evich ovic enko ko uk yk iak ak ek ik ides akis opoulos oglu zadeh pour nie " +
    "а я о и ы е ов ова ев ева ин ина ын ына скии ская ич евич ович евна овна енко энка энко ко ук юк чук як ик ка ян ашвили дзе " +
    "ς ος ης ας α η ου ις ιδης οπουλος ακης ου ινα ινος"
  ).split(" "),
);
const COMMON_BEGINNING = 3;
/** The ending may begin with letters that both have: Christ-ian, Christ-ina. */
const SHARED_LETTERS = 2;

function differInEnding(a: string, b: string): boolean {
  let common = 0;
  while (common < Math.min(a.length, b.length) && a.charAt(common) === b.charAt(common)) common += 1;
  for (let at = common; at >= Math.max(COMMON_BEGINNING, common - SHARED_LETTERS); at -= 1) {
    const [one, other] = [a.slice(at), b.slice(at)];
    if (NAME_ENDINGS.has(one) && NAME_ENDINGS.has(other))
      return !(MUTE.test(one) && MUTE.test(other)) || FEMININE.test(one === "e" ? a : other === "e" ? b : "");
  }
  return false;
}

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
    .replace(/x/g, "ks")
    .replace(/ck|c(?![eiyh])|q/g, "k")
    .replace(/(?<=[^cs])h|h$/g, "")
    .replace(/(\p{L})\1/gu, "$1")
    .replace(/(?:ie|ey|[iy]j|[iy]?y)$/, "i");
}

function isLetter(word: string): boolean {
  return /^\p{L}/u.test(word);
}
