import { lazily } from "./lazily.ts";
import { foldText } from "./normal-form.ts";

/** Endings that a word takes, by language: plural, feminine, small, big, doing. */
const ENDINGS: Readonly<Record<string, string>> = {
  en: "(?:e?s|z|e?d|ing?|e?rs?|y|ies|ish)?",
  es: "(?:[oae]s?|it[oa]s?|az[oa]s?|ot[ea]s?|ill[oa]s?|on(?:es|as?)?|es)?",
  fr: "(?:e?s?|x|ettes?|ards?|asses?)",
  de: "(?:e?[nrsm]?|in|innen|chen)",
  nl: "(?:en|s|je|jes|tje|tjes|e|er|ers)?",
  pt: "(?:[oae]s?|inh[oa]s?|[ao]o|oes|on[ao]s?|az[oa]s?|es)?",
  it: "(?:[oaei]|on[eai]|in[oaei]|acci[oae]|ett[oaei]|at[aeio])?",
  ru: "(?:[аеиоуыюя]|ам|ами|ах|ои|ом|ем|ов|ев|ка|ки|ок|еи)?",
};
const ARABIC_ENDINGS = "(?:ه|ات|ين|ون|ي|ك|كم|ها|هم|نا)?";
const INDIC_ENDINGS = "(?:[ािुेो]|ओं|ों|ें)?";
/** In these an ending takes the place of the vowel that the word ends with. */
const VOWEL_CHANGES = new Set(["es", "pt", "it"]);

/** A list of words and phrases, of which a name is to hold none. */
export interface WordList {
  /** Whether the list has a word. @param word as `foldText` leaves it */
  holds(word: string): boolean;
  /** Whether it has a phrase of words that stand one after the other. */
  holdsPhrase(words: readonly string[]): boolean;
  /** Whether it has a word of this length, where `*` and `#` stand for any letter. */
  holdsMasked(word: string): boolean;
}

/**
 * Reads lists, when they are first asked for. `word` with its endings, `word=` as it is, `word-` the beginning of a
 * word, `-word` its end, `-word-` anywhere, `a_b` words one after the other.
 * @param lists by language; `ar` is Arabic and Persian script, `hi` Hindi in both scripts
 */
export function wordList(lists: Readonly<Record<string, string>>): WordList {
  const compiled = lazily(() => compile(lists));
  return {
    holds: (word) => waysToRead(word).some((read) => compiled().words.test(read)),
    holdsPhrase: (words) => phrasesOf(words).some((read) => compiled().phrases.test(read)),
    holdsMasked: (word) => {
      const mask = new RegExp(`^${Array.from(word, (sign) => ("*#".includes(sign) ? "." : sign)).join("")}$`, "u");
      return compiled().plain.some((listed) => mask.test(listed));
    },
  };
}

function compile(lists: Readonly<Record<string, string>>): {
  words: RegExp;
  phrases: RegExp;
  plain: readonly string[];
} {
  const words: string[] = [];
  const phrases: string[] = [];
  const plain: string[] = [];
  for (const [language, list] of Object.entries(lists)) {
    for (const item of list.split(" ").filter((item) => item !== "")) {
      const text = item.replace(/[-=]/g, "");
      const listed = listedAs(language, text);
      if (item.includes("_")) phrases.push(`_${listed}${item.endsWith("-") ? "" : "_"}`);
      else words.push(patternOf(language, item, listed));
      if (/^[a-z]{4,}$/.test(text)) plain.push(text);
    }
  }
  const any = (patterns: readonly string[]): string => (patterns.length === 0 ? "(?!)" : patterns.join("|"));
  return { words: new RegExp(`^(?:${any(words)})$`, "u"), phrases: new RegExp(any(phrases), "u"), plain };
}

function patternOf(language: string, item: string, listed: string): string {
  const before = item.startsWith("-") ? ".*" : "";
  if (item.endsWith("=")) return before + listed;
  if (item.endsWith("-")) return `${before}${listed}.*`;
  if (before !== "") return before + listed;
  const endings = /\p{Script=Arabic}/u.test(listed)
    ? ARABIC_ENDINGS
    : /\p{Script=Devanagari}/u.test(listed)
      ? INDIC_ENDINGS
      : (ENDINGS[language] ?? "");
  return VOWEL_CHANGES.has(language) && /[oae]$/.test(listed)
    ? listed.slice(0, -1) + endings.replace(/\?$/, "")
    : listed + endings;
}

/** Hindi in Latin letters has a spelling of its own, marked by this sign: it is asked for beside the plain one. */
const HINGLISH = "~";

/** A word as its list has it; in the list of Hindi in Latin letters a c is a "ch". */
function listedAs(language: string, text: string): string {
  const folded = foldIndic(foldArabic(foldText(text)));
  if (!language.startsWith("hi") || /\p{Script=Devanagari}/u.test(folded)) return folded;
  const hinglish = (word: string): string => HINGLISH + foldHinglish(word).replaceAll("c", "ç");
  return folded.split("_").map(hinglish).join("_");
}

function waysToRead(word: string): readonly string[] {
  const folded = foldIndic(foldArabic(word));
  const ways = [folded];
  if (/^[a-z]{3,}$/.test(word)) ways.push(HINGLISH + foldHinglish(word));
  const bare = folded.replace(/^(?:[وبفك]?ال|لل)(?=..)/u, "");
  if (bare !== folded) ways.push(bare);
  return ways;
}

/** As `listedAs` has phrases: the sign before each word. */
function phrasesOf(words: readonly string[]): readonly string[] {
  return [
    `_${words.map((word) => foldIndic(foldArabic(word))).join("_")}_`,
    `_${words.map((word) => HINGLISH + foldHinglish(word)).join("_")}_`,
  ];
}

/** Hamza, long marks and Persian letters as they are typed; vowel marks are off already. */
function foldArabic(word: string): string {
  return word
    .replaceAll("\u0640", "")
    .replace(/(?<=\p{L})\p{M}+/gu, (marks) => marks.replace(/\p{Script=Inherited}/gu, ""))
    .replace(/[أإآٱ]/g, "ا")
    .replace(/[ىیئ]/g, "ي")
    .replaceAll("ؤ", "و")
    .replaceAll("ة", "ه")
    .replace(/[کگ]/g, "ك");
}

/** Vowels' length, nasals and the dot below, as Hindi is typed. */
function foldIndic(word: string): string {
  return word
    .replace(/[ङञणनम]\u094D(?=[क-म])/g, "\u0902")
    .replace(/[\u093C\u0901\u0902]|\u094D$/g, "")
    .replaceAll("ी", "ि")
    .replaceAll("ू", "ु")
    .replaceAll("ई", "इ")
    .replaceAll("ऊ", "उ");
}

/** Long vowels, breath and the like off; "ch" is a sound of its own. */
function foldHinglish(word: string): string {
  return word
    .replace(/ch+/g, "ç")
    .replace(/aa+/g, "a")
    .replace(/ee+/g, "i")
    .replace(/oo+/g, "u")
    .replaceAll("w", "v")
    .replace(/(?<=[bdgjkptz])h/g, "")
    .replace(/iy(?=[aeou])/g, "i")
    .replace(/ey$/, "e")
    .replace(/([^aeiou])\1/g, "$1");
}
