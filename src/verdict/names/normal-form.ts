import { lookalike } from "./confusables.ts";
import { ABBREVIATIONS, GENERIC, HONORIFICS, LEGAL_FORMS, LEGAL_PHRASES, SMALL_WORDS } from "./words.ts";

/** A word of a name and how much it tells, in hundredths: "Hospital" tells less than "Fiske". */
export interface Token {
  readonly text: string;
  readonly weight: number;
}

/** What two spellings of one name have in common. */
export interface NormalForm {
  /** Equal for spellings that differ only in case, marks, order, punctuation, titles and legal forms. */
  readonly key: string;
  /** Sorted; never empty unless the name has no letter or digit. */
  readonly tokens: readonly Token[];
  /** The words as they stand, without spaces: "Good Will" and "Goodwill" have this in common. */
  readonly joined: string;
  /** Of all tokens. */
  readonly weight: number;
}

const WEIGHTS = { word: 100, generic: 30, initial: 50 } as const;

/** Accents, vowel points and the like; not the vowel signs of Indic scripts nor kana's voicing, which tell words apart. */
const MARKS = /(?![\u3099\u309A])(?=\p{M})[\p{Script=Inherited}\u0591-\u05C7]/gu;
const SIGNS = /[™®©℠\u200C\u200D]/g;

/** Case, marks and lookalikes folded; the words as they stand. */
export function foldText(text: string): string {
  // Up, then down: folds ß, ı and final sigma, which lower case alone leaves.
  const plain = text.replace(SIGNS, "").normalize("NFKD").replace(MARKS, "").toUpperCase().toLowerCase();
  return Array.from(plain.replace(MARKS, ""), lookalike).join("");
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
  const words = wordsOf(LEGAL_PHRASES.reduce((text, phrase) => text.replace(phrase, " "), foldText(name)));
  const named = words.filter((word) => !LEGAL_FORMS.has(word) && !HONORIFICS.has(word));
  const kept = named.filter((word) => !SMALL_WORDS.has(word));
  // A name of nothing but such words ("The Sa") is still a name.
  const telling = kept.length === 0 ? words : kept;
  const sorted = withFathers(telling.map((word) => ABBREVIATIONS.get(word) ?? word)).sort();
  const tokens = sorted.map((text) => ({ text, weight: weightOf(text) }));
  const weight = tokens.reduce((sum, token) => sum + token.weight, 0);
  return { key: sorted.join(" "), tokens, joined: (kept.length === 0 ? words : named).join(""), weight };
}

/** "bin Omar" as one word: Abdullah bin Omar is not Omar bin Abdullah. */
function withFathers(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    if (FATHERS.test(word) && next !== undefined) return [`${word}${next}`];
    return at > 0 && FATHERS.test(words[at - 1] ?? "") ? [] : [word];
  });
}

const FATHERS = /^(?:bin|bint|بن|ابن)$/u;

function weightOf(word: string): number {
  if (GENERIC.has(word)) return WEIGHTS.generic;
  return /^\p{Script=Latin}$/u.test(word) ? WEIGHTS.initial : WEIGHTS.word;
}
