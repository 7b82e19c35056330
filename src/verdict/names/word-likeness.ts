import { jaroWinkler } from "./jaro-winkler.ts";
import { knownNames } from "./known-names.ts";
import { areNicknames } from "./nicknames.ts";
import type { Token } from "./normal-form.ts";
import { isWayToWrite } from "./romanisation.ts";

/** Similarity of words that differ only in their writing. */
const SAME_NAME = 0.97;
const NICKNAME = 0.95;
const INITIAL = 0.9;
/** "Abdul Hanif" is also called Hanif, which is weaker than an initial. */
const SERVED = 0.8;
/** From this similarity (Jaro–Winkler) two words are spellings of one. */
const WORDS_ALIKE = 0.85;
/** Longer words must be equal: comparing 64 such names would cost every vote a fifth of a second. */
const LONGEST_WORD = 40;

/** Similarity of two words, 0 to 1; 0 if they cannot be the same. Symmetric. */
export function wordLikeness(a: Token, b: Token): number {
  if (a.text === b.text) return 1;
  if (a.romanised !== null || b.romanised !== null) {
    const units = b.romanised ?? a.romanised ?? [];
    const latin = b.romanised === null ? b.text : a.text;
    if (/^\p{Script=Latin}+$/u.test(latin)) return latin.length > 1 && isWayToWrite(latin, units) ? SAME_NAME : 0;
  }
  return likenessOf(a, b);
}

function likenessOf(one: Token, other: Token): number {
  const [a, b] = [one.text, other.text];
  if (a.length === 1 || b.length === 1) return a[0] === b[0] && CASED.test(a) ? INITIAL : 0;
  // "Gate 12" and "Gate 13" are not spellings of one name.
  if (NUMBER.test(a) || NUMBER.test(b)) return 0;
  if (Math.max(a.length, b.length) > LONGEST_WORD) return 0;
  if (areNicknames(a, b)) return NICKNAME;
  if (a.replace(ARTICLE, "") === b.replace(ARTICLE, "")) return SAME_NAME;
  if (a.replace(SERVANT, "") === b.replace(SERVANT, "")) return SERVED;
  const [heard, also] = [one.heard, other.heard];
  if (heard === also) return SPELLED_LOOSELY.test(a) ? SAME_NAME : 0;
  if (isPlural(a, b) || isPlural(b, a)) return NICKNAME;
  if (areNamesOfTheirOwn(one, other)) return 0;
  if (areFarApart(heard, also) || (knownNames().has(a) && knownNames().has(b))) return 0;
  return 1 - slips(heard, also) / (2.5 * Math.max(heard.length, also.length));
}

/** Whether two words look like spellings of one but are different: Mario and Maria, Dental and Rental. */
export function areLookalikeNames(a: Token, b: Token): boolean {
  const [shorter, longer] = a.text.length <= b.text.length ? [a.text, b.text] : [b.text, a.text];
  return (
    shorter.length > 2 &&
    longer.length <= LONGEST_WORD &&
    a.heard !== b.heard &&
    jaroWinkler(shorter, longer) >= WORDS_ALIKE &&
    !areNicknames(shorter, longer) &&
    (areNamesOfTheirOwn(a, b) || (knownNames().has(shorter) && knownNames().has(longer)))
  );
}

export const NUMBER = /^\p{N}+$/u;
/** Scripts in which names are shortened to initials. */
const CASED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u;
/** The Arabic article, which some voters omit. */
const ARTICLE = /^(?:ال(?=\p{L}{3})|al(?=[a-z]{5}))/u;
const SERVANT = /^(?:(?:abdul|bin)(?=[a-z]{3})|بن(?=\p{L}{3}))/u;

/** Scripts in which an extra or missing letter is often a slip; in other scripts every sign matters. */
const SPELLED_LOOSELY =
  /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Georgian}\p{N}]+$/u;
/** Vowels that distinguish names at the end: Mario and Maria, Петров and Петрова, Anna and Ann; not a mute e, as in Anne. */
const ENDING = /[aeiouyаеиоуыюяαεηιου]$/u;

/**
 * Whether two similar words are different names and not spellings of one: given names differ in a last vowel, or in a middle
 * one of a short name, other words in their first letter; most scripts have no such slips.
 */
function areNamesOfTheirOwn({ text: a, heard }: Token, { text: b, heard: also }: Token): boolean {
  if (!SPELLED_LOOSELY.test(a) || !SPELLED_LOOSELY.test(b))
    return WRITTEN_EXACTLY.test(a) || Math.min(a.length, b.length) < LONG_WORD;
  if (heard === also) return false;
  if (a[0] !== b[0]) {
    if (a.slice(1) === b || b.slice(1) === a) return Math.min(a.length, b.length) < LONG_WORD;
    if (!SAME_BEGINNING.test(`${a[0] ?? ""}${b[0] ?? ""}`)) return true;
  }
  if (differInEnding(a, b)) return true;
  const [bare, other] = [a.replace(ENDING, ""), b.replace(ENDING, "")];
  if (bare === other) return !MUTE.test(a.slice(bare.length)) || !MUTE.test(b.slice(other.length));
  if (isPlural(a, b) || isPlural(b, a)) return false;
  return Math.max(heard.length, also.length) < SHORT_WORD;
}

/** Scripts of syllables and ideographs, where one different sign makes another name. */
const WRITTEN_EXACTLY = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** In scripts that omit vowels, one letter makes another name of a word shorter than this. */
const LONG_WORD = 6;
/** Interchangeable initial letters of transcriptions: Osama and Usama, Volodymyr and Wolodymyr. */
const SAME_BEGINNING = /^(?:[aeiouy]{2}|vw|wv|sz|zs|ck|kc|jy|yj|gh|hg|jd|dj|хг|гх|ео|ое|еэ|эе)$/u;
/** Words with fewer letters are different if one letter differs: Jan, Jon. */
const SHORT_WORD = 4;

const MUTE = /^e?s?$/;
/** A final e that matters: Simone, Pascale, Jane; not Anne, Browne. */
const FEMININE = /(?:[aio]n|al|el)e$/;

/** A final s does not matter: "Deutsche Bank's" is Deutsche Bank, "Rogers Park" is Roger Park. */
function isPlural(word: string, other: string): boolean {
  return other.length >= SHORT_WORD && word === `${other}s`;
}

/** Whether two words differ by more than spelling slips, regardless of a common beginning. */
function areFarApart(heard: string, also: string): boolean {
  const most = Math.max(1, Math.max(heard.length, also.length) / LETTERS_A_SLIP);
  return Math.abs(heard.length - also.length) > most || slips(heard, also) > most;
}

/** Letters per allowed slip; one vowel for another is half a slip. */
const LETTERS_A_SLIP = 4;
const VOWELS = "aeiouyаеиоуыюяіїєэөүұәαεηιουω";

/** The number of slips between two words: letters omitted, inserted, replaced, or swapped with the next. */
export function slips(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const [x, y] = [a.charAt(i - 1), b.charAt(j - 1)];
      const change = x === y ? 0 : VOWELS.includes(x) && VOWELS.includes(y) ? 0.5 : 1;
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
 * Endings that form another given or family name: gender, patronymics, places, diminutives. Carlos and
 * Carla, Christian and Christina, Johnson and Johnston, Martin and Martinez, Петров and Петренко.
 */
const NAME_ENDINGS = new Set(
  (
    " s a e o i y os as us is es ia io ius ya ie ne ian iana iano ina ino ine ini ette etta etto elle ella ello el ita ito inho inha inda an ann en son ston sen sson er ers man mann ez az iz cho chez ov ova ev eva off ski ska sky skaya ic ich vich ovich evich ovic enko ko uk yk iak ak ek ik ides akis opoulos oglu zadeh pour nie " +
    "а я о и ы е ия ов ова ев ева ин ина ын ына скии ская ич евич ович евна овна енко энка энко ко ук юк чук як ик ка ян ашвили дзе " +
    "ς ος ης ας α η ου ις ιος ια ιδης οπουλος ακης ινα ινος"
  ).split(" "),
);
const COMMON_BEGINNING = 3;
/** After this many letters, a different vowel before the same last letter is a slip: TotalEnergias. */
const LONG_BEGINNING = 8;
/** The ending may begin with common letters: Christ-ian, Christ-ina. */
const SHARED_LETTERS = 2;

function differInEnding(a: string, b: string): boolean {
  let common = 0;
  while (common < Math.min(a.length, b.length) && a.charAt(common) === b.charAt(common)) common += 1;
  for (let at = common; at >= Math.max(COMMON_BEGINNING, common - SHARED_LETTERS); at -= 1) {
    const [one, other] = [a.slice(at), b.slice(at)];
    if (NAME_ENDINGS.has(one) && NAME_ENDINGS.has(other) && !(at >= LONG_BEGINNING && one.at(-1) === other.at(-1)))
      return !(MUTE.test(one) && MUTE.test(other)) || FEMININE.test(one === "e" ? a : other === "e" ? b : "");
  }
  return false;
}
