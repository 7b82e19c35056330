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

/** A word of a name with its weight in hundredths: "Hospital" is less distinctive than "Fiske". */
export interface Token {
  /** Lookalikes of Latin letters kept. */
  readonly text: string;
  readonly weight: number;
  /** Equal for words that sound alike. */
  readonly heard: string;
  /** Its Latin spellings; null for a Latin word, or if a letter is unknown. */
  readonly romanised: Romanisation | null;
}

/** The normalised form of a name, by which spellings are compared. */
export interface NormalForm {
  /** Equal for spellings that differ only in case, marks, lookalikes, order, punctuation, titles and legal forms. */
  readonly key: string;
  /** In the order of the name; empty only if the name has no letter or digit. */
  readonly tokens: readonly Token[];
  /** All words with lookalikes folded, without spaces: equal for "Good Will" and "Goodwill". */
  readonly joined: string;
  /** Of all tokens. */
  readonly weight: number;
  /** Latin spellings of the whole name without spaces, in either order of given and family name. */
  readonly romanised: readonly Romanisation[];
  /** "jr" or "sr", or nothing. */
  readonly generation: string;
}

const WEIGHTS = { word: 100, generic: 30, initial: 50 } as const;

/** Accents, vowel points and the like; not Indic vowel signs or kana's voicing marks, which distinguish words. */
const MARKS = /(?![\u3099\u309A])(?=\p{M})[\p{Script=Inherited}\u0591-\u05C7]/gu;
const SIGNS = /[™®©℠\u0640\u200C\u200D]/g;

/** Folds case, marks and lookalikes; keeps the words. */
export function foldText(text: string): string {
  return skeletonOf(plainText(text));
}

/** Folds case and marks. */
function plainText(text: string): string {
  // Upper case first, to fold ß, ı and final sigma, which lower case alone keeps.
  const plain = text.replace(SIGNS, "").normalize("NFKD").replace(MARKS, "").toUpperCase().toLowerCase();
  return plain.replace(MARKS, "");
}

function skeletonOf(plain: string): string {
  return Array.from(plain, lookalike).join("");
}

/** Words of a folded text. Apostrophes and dots inside a word belong to it; everything else separates words. */
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

/** Arabic articles in Latin letters, which many people omit; a leading Al is kept. */
const ARTICLES: ReadonlySet<string> = new Set(["al", "el"]);
const GENERATIONS: ReadonlyMap<string, string> = new Map([
  ["jr", "jr"],
  ["junior", "jr"],
  ["sr", "sr"],
  ["senior", "sr"],
]);

const DENTAL = "तथदधन";

/** Unifies letters with several forms: hamza and long vowels, nasals, traditional and simplified characters. */
function spelledAlike(word: string): string {
  if (/\p{Script=Arabic}/u.test(word))
    return word.replace(/[ىیئ]/g, "ي").replaceAll("ؤ", "و").replace(/[ةہ]/g, "ه").replaceAll("ک", "ك");
  if (/\p{Script=Devanagari}/u.test(word))
    return word
      .replace(/[ङञणनम]\u094D(?=[क-म])/g, "\u0902")
      .replaceAll("\u0901", "\u0902")
      .replaceAll("\u093C", "")
      .replace(/[ट-ण]/g, (letter) => DENTAL.charAt(letter.charCodeAt(0) - 0x091f));
  // Latin letters without a decomposition: ł, ø, ı.
  if (/^\p{Script=Latin}+$/u.test(word)) return skeletonOf(word).replace(/^abd[aeu](?:l|r(?=r))(?=\p{L}{3})/u, "abdul");
  return simplified(word);
}

/** Expands abbreviations and writes numbers in digits: "Forty-Four" is 44. */
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

/** Joins "bin Omar" and "Abdul Rahman" into one word: Abdullah bin Omar is not Omar bin Abdullah. */
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
  // Ben at the beginning is a given name.
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
