import { lazily } from "./lazily.ts";
import { foldText } from "./normal-form.ts";

/** Endings that a word takes, by language: plural, feminine, small, big, doing. */
const ENDINGS = endingsOf({
  en: "e?s|z|e?d|ing?|e?rs?|y|ies|ish",
  es: "[oae]s?|it[oa]s?|az[oa]s?|ot[ea]s?|ill[oa]s?|on(?:es|as?)?|es",
  fr: "e?s?|x|ettes?|ards?|asses?",
  de: "e?[nrsm]?|in|innen|chen",
  nl: "en|s|je|jes|tje|tjes|e|er|ers",
  pt: "[oae]s?|inh[oa]s?|[ao]o|oes|on[ao]s?|az[oa]s?|es",
  it: "[oaei]|on[eai]|in[oaei]|acci[oae]|ett[oaei]|at[aeio]",
  ru: "[аеиоуыюя]|ам|ами|ах|ои|ом|ем|ов|ев|ка|ки|ок|еи",
});
const ENDINGS_OF_ARABIC = /^(?:ه|ات|ين|ون|ي|ك|كم|ها|هم|نا)?$/u;
const ENDINGS_OF_HINDI = /^(?:[ािुेो]|ओं|ों|ें)?$/u;

function endingsOf(lists: Readonly<Record<string, string>>): Readonly<Record<string, { needed: RegExp; may: RegExp }>> {
  const made = Object.entries(lists).map(([language, endings]) => [
    language,
    { needed: new RegExp(`^(?:${endings})$`, "u"), may: new RegExp(`^(?:${endings})?$`, "u") },
  ]);
  return Object.fromEntries(made) as Readonly<Record<string, { needed: RegExp; may: RegExp }>>;
}

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
export function wordList(lists: () => Readonly<Record<string, string>>): WordList {
  const compiled = lazily(() => compile(lists()));
  return {
    holds: (word) => waysToRead(word).some((read) => holdsWord(compiled(), read)),
    holdsPhrase: (words) => phrasesOf(words).some((read) => holdsPhrase(compiled(), read)),
    holdsMasked: (word) => {
      const mask = new RegExp(`^${Array.from(word, (sign) => ("*#".includes(sign) ? "." : sign)).join("")}$`, "u");
      return compiled().plain.some((listed) => mask.test(listed));
    },
  };
}

/** What may follow the listed part of a word. */
type After = "nothing" | "anything" | RegExp;

interface Compiled {
  /** By the part that is listed: what may follow it at the beginning of a word, and where anything may stand before. */
  readonly beginning: ReadonlyMap<string, readonly After[]>;
  readonly anywhere: ReadonlyMap<string, readonly After[]>;
  /** Of the longest of them, in UTF-16 units. */
  readonly longest: number;
  /** By their first word: `_a_b_`, without the last `_` where more letters may follow. */
  readonly phrases: ReadonlyMap<string, readonly string[]>;
  readonly plain: readonly string[];
}

function compile(lists: Readonly<Record<string, string>>): Compiled {
  const beginning = new Map<string, After[]>();
  const anywhere = new Map<string, After[]>();
  const phrases = new Map<string, string[]>();
  const plain: string[] = [];
  for (const [language, list] of Object.entries(lists)) {
    for (const item of list.split(" ").filter((item) => item !== "")) {
      const text = item.replace(/[-=]/g, "");
      const listed = listedAs(language, text);
      if (item.includes("_")) {
        const phrase = `_${listed}${item.endsWith("-") ? "" : "_"}`;
        put(phrases, listed.split("_")[0] ?? "", phrase);
      } else {
        const { part, after } = partOf(language, item, listed);
        put(item.startsWith("-") ? anywhere : beginning, part, after);
      }
      if (/^[a-z]{4,}$/.test(text)) plain.push(text);
    }
  }
  const parts = [...beginning.keys(), ...anywhere.keys()];
  return { beginning, anywhere, longest: Math.max(0, ...parts.map((part) => part.length)), phrases, plain };
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}

function partOf(language: string, item: string, listed: string): { part: string; after: After } {
  if (item.endsWith("=")) return { part: listed, after: "nothing" };
  if (item.endsWith("-")) return { part: listed, after: "anything" };
  if (item.startsWith("-")) return { part: listed, after: "nothing" };
  if (/\p{Script=Arabic}/u.test(listed)) return { part: listed, after: ENDINGS_OF_ARABIC };
  if (/\p{Script=Devanagari}/u.test(listed)) return { part: listed, after: ENDINGS_OF_HINDI };
  const endings = ENDINGS[language];
  if (endings === undefined) return { part: listed, after: "nothing" };
  return VOWEL_CHANGES.has(language) && /[oae]$/.test(listed)
    ? { part: listed.slice(0, -1), after: endings.needed }
    : { part: listed, after: endings.may };
}

function holdsWord({ beginning, anywhere, longest }: Compiled, word: string): boolean {
  for (let start = 0; start < word.length; start += 1) {
    for (let end = start + 1; end <= Math.min(word.length, start + longest); end += 1) {
      const part = word.slice(start, end);
      const afters = [...(start === 0 ? (beginning.get(part) ?? []) : []), ...(anywhere.get(part) ?? [])];
      if (afters.some((after) => mayFollow(after, word.slice(end)))) return true;
    }
  }
  return false;
}

function mayFollow(after: After, rest: string): boolean {
  if (after === "anything") return true;
  return after === "nothing" ? rest === "" : after.test(rest);
}

function holdsPhrase({ phrases }: Compiled, words: readonly string[]): boolean {
  return words.some((word, at) => {
    const listed = phrases.get(word);
    if (listed === undefined) return false;
    const rest = `_${words.slice(at).join("_")}_`;
    return listed.some((phrase) => rest.startsWith(phrase));
  });
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
function phrasesOf(words: readonly string[]): readonly (readonly string[])[] {
  return [words.map((word) => foldIndic(foldArabic(word))), words.map((word) => HINGLISH + foldHinglish(word))];
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
