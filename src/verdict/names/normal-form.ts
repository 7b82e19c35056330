import { lookalike } from "./confusables.ts";
import { simplified } from "./pinyin.ts";
import { romanisationsOf, romanisationsOfName, type Romanisation } from "./romanisation.ts";
import { soundOf } from "./sound.ts";
import {
  ABBREVIATIONS,
  ATTACHED,
  GENERIC,
  HONORIFICS,
  LEGAL_FORMS,
  LEGAL_PHRASES,
  SHORT_PHRASES,
  SMALL_WORDS,
} from "./words.ts";

/** A word of a name and how much it tells, in hundredths: "Hospital" tells less than "Fiske". */
export interface Token {
  /** Lookalikes of Latin letters kept. */
  readonly text: string;
  readonly weight: number;
  /** Equal for spellings that sound alike. */
  readonly heard: string;
  /** How it is written in Latin letters; null for a word in them, or one that cannot be said. */
  readonly romanised: Romanisation | null;
}

/** What two spellings of one name have in common. */
export interface NormalForm {
  /** Equal for spellings that differ only in case, marks, lookalikes, order, punctuation, titles and legal forms. */
  readonly key: string;
  /** In the order of the name; never empty unless the name has no letter or digit. */
  readonly tokens: readonly Token[];
  /** The words as they stand, lookalikes folded, without spaces: "Good Will" and "Goodwill" have this in common. */
  readonly joined: string;
  /** Of all tokens. */
  readonly weight: number;
  /** How the whole name is written in Latin letters without spaces, in either order of given and family name. */
  readonly romanised: readonly Romanisation[];
  /** "jr" or "sr", or nothing. */
  readonly generation: string;
}

const WEIGHTS = { word: 100, generic: 30, initial: 50 } as const;

/** Accents, vowel points and the like; not the vowel signs of Indic scripts nor kana's voicing, which tell words apart. */
const MARKS = /(?![\u3099\u309A])(?=\p{M})[\p{Script=Inherited}\u0591-\u05C7]/gu;
const SIGNS = /[™®©℠\u0640\u200C\u200D]/g;

/** Case, marks and lookalikes folded; the words as they stand. */
export function foldText(text: string): string {
  return skeletonOf(plainText(text));
}

/** Case and marks folded. */
function plainText(text: string): string {
  // Up, then down: folds ß, ı and final sigma, which lower case alone leaves.
  const plain = text.replace(SIGNS, "").normalize("NFKD").replace(MARKS, "").toUpperCase().toLowerCase();
  return plain.replace(MARKS, "");
}

function skeletonOf(plain: string): string {
  return Array.from(plain, lookalike).join("");
}

/** Words of a folded text: apostrophes and dots inside a word belong to it, all else parts words. */
export function wordsOf(folded: string): string[] {
  return folded
    .replace(/(?<=\p{L})['’`´ʼ](?=\p{L})/gu, "")
    .replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, "")
    .replaceAll("&", " and ")
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** The normal form that spellings of one name share. */
export function normalForm(name: string): NormalForm {
  const bare = ATTACHED.reduce((text, form) => text.replace(form, " "), name.normalize("NFC"));
  const plain = LEGAL_PHRASES.reduce((text, phrase) => text.replace(phrase, " "), plainText(bare));
  const short = SHORT_PHRASES.reduce((text, [phrase, form]) => text.replace(phrase, form), plain);
  const words = wordsOf(short).map(spelledAlike);
  const named = words.filter((word) => !LEGAL_FORMS.has(word) && !HONORIFICS.has(word));
  const kept = named.filter((word, at) => !SMALL_WORDS.has(word) && !(at > 0 && ARTICLES.has(word)));
  // A name of nothing but such words ("The Sa") is still a name.
  const telling = withFathers(withNumbers(kept.length === 0 ? words : kept));
  const tokens = telling.map((text) => ({
    text,
    weight: weightOf(text),
    heard: soundOf(text),
    romanised: romanisationsOf(text),
  }));
  const joined = (kept.length === 0 ? words : named).join("");
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return {
    key: telling.map(skeletonOf).sort().join(" "),
    tokens,
    joined: skeletonOf(joined),
    weight: tokens.reduce((sum, token) => sum + token.weight, 0),
    romanised: romanisationsOfName(joined),
    generation: GENERATIONS.get(last) ?? "",
  };
}

/** Arabic articles in Latin letters, which many leave out; not where a name begins with Al. */
const ARTICLES: ReadonlySet<string> = new Set(["al", "el"]);
const GENERATIONS: ReadonlyMap<string, string> = new Map([
  ["jr", "jr"],
  ["junior", "jr"],
  ["sr", "sr"],
  ["senior", "sr"],
]);

const DENTAL = "तथदधन";

/** Letters that one script writes in several ways: hamza and long vowels, nasals, old and simple characters. */
function spelledAlike(word: string): string {
  if (/\p{Script=Arabic}/u.test(word))
    return word.replace(/[ىیئ]/g, "ي").replaceAll("ؤ", "و").replace(/[ةہ]/g, "ه").replaceAll("ک", "ك");
  if (/\p{Script=Devanagari}/u.test(word))
    return word
      .replace(/[ङञणनम]\u094D(?=[क-म])/g, "\u0902")
      .replaceAll("\u0901", "\u0902")
      .replaceAll("\u093C", "")
      .replace(/[ट-ण]/g, (letter) => DENTAL.charAt(letter.charCodeAt(0) - 0x091f));
  // Of Latin letters those without marks: ł, ø, ı.
  if (/^\p{Script=Latin}+$/u.test(word)) return skeletonOf(word).replace(/^abd[aeu](?:l|r(?=r))(?=\p{L}{3})/u, "abdul");
  return simplified(word);
}

/** Short forms spelled out, numbers in figures: "Forty-Four" is 44. */
function withNumbers(words: readonly string[]): string[] {
  const said = words.map((word) => ABBREVIATIONS.get(word) ?? word);
  return said.flatMap((word, at) => {
    const [before, next] = [said[at - 1] ?? "", said[at + 1] ?? ""];
    if (TENS.test(word) && words[at] !== word && ONES.test(next)) return [`${word.charAt(0)}${next}`];
    return ONES.test(word) && TENS.test(before) && words[at - 1] !== before ? [] : [word];
  });
}

const TENS = /^[2-9]0$/;
const ONES = /^[1-9]$/;

/** "bin Omar" and "Abdul Rahman" as one word: Abdullah bin Omar is not Omar bin Abdullah. */
function withFathers(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [at, word] of words.entries()) {
    const [before, next] = [words[at - 1] ?? "", words[at + 1]];
    if (isPrefix(before, at - 1)) continue;
    joined.push(isPrefix(word, at) && next !== undefined ? `${PREFIXES.get(word) ?? word}${next}` : word);
  }
  return joined;
}

function isPrefix(word: string, at: number): boolean {
  // Ben is a given name where a name begins with it.
  return PREFIXES.has(word) && !(word === "ben" && at === 0);
}

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ...["bin", "ben", "bint"].map((word): [string, string] => [word, "bin"]),
  ...["abdul", "abdel", "abdal", "abdur", "abd"].map((word): [string, string] => [word, "abdul"]),
  ["بن", "بن"],
  ["ابن", "بن"],
  ["عبد", "عبد"],
]);

function weightOf(word: string): number {
  if (GENERIC.has(word)) return WEIGHTS.generic;
  return /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]$/u.test(word) ? WEIGHTS.initial : WEIGHTS.word;
}
