import { foldText } from "./normal-form.ts";

/**
 * Languages have many spellings in Latin letters. Each of these folds them to one, marked by an initial sign that no other
 * word has.
 */
const HINGLISH = "~";
const ARABIZI = "^";
const RUSSIAN = "%";
/** English respelled to evade a list: "phukk", "diqhed", "kokksukka". */
const RESPELLED = "&";

/** The initial sign of a reading, or nothing. */
export const signOf = (read: string): string => (/^[~^%&]/.test(read) ? read.charAt(0) : "");

/** Shorter words are ambiguous once their vowels are folded. */
const SHORTEST_ARABIZI = 5;
const SHORTEST_RUSSIAN = 5;
const SHORTEST_RESPELLED = 6;

/** Every spelling in which a list may have a word. @param word folded by `foldText` */
export function waysToRead(word: string): string[] {
  const folded = foldIndic(foldArabic(word));
  const ways = [folded];
  if (/^[a-z]{3,}$/.test(word)) ways.push(HINGLISH + foldHinglish(word));
  if (/^[a-z]{5,}$/.test(word)) ways.push(RUSSIAN + foldRussian(word));
  if (/^[a-z]{6,}$/.test(word)) ways.push(RESPELLED + foldRespelled(word));
  if (word.length >= SHORTEST_ARABIZI && /^[a-z2-9]+$/.test(word) && /[a-z]/.test(word))
    ways.push(ARABIZI + foldArabizi(word));
  const bare = folded.replace(/^(?:[وبفك]?ال|لل)(?=..)/u, "");
  if (bare !== folded) ways.push(bare);
  return ways;
}

/** `waysToRead` for consecutive words. */
export function waysToReadPhrase(words: readonly string[]): readonly (readonly string[])[] {
  return [words.map((word) => foldIndic(foldArabic(word))), words.map((word) => HINGLISH + foldHinglish(word))];
}

/** A listed word (or words joined by `_`) in the form of tables. In lists of Hindi in Latin letters, c means "ch". */
export function listedAs(language: string, text: string): string {
  const folded = foldIndic(foldArabic(foldText(text)));
  if (!language.startsWith("hi") || /\p{Script=Devanagari}/u.test(folded)) return folded;
  const hinglish = (word: string): string => HINGLISH + foldHinglish(word).replaceAll("c", "ç");
  return folded.split("_").map(hinglish).join("_");
}

/** The reading of a listed word typed in Latin letters; null if it is too ambiguous. */
export function inLatinLetters(language: string, text: string): string | null {
  if (language === "arLatn" && text.length >= SHORTEST_ARABIZI) return ARABIZI + foldArabizi(text);
  if (language !== "ru" || !/^[а-яё]+$/u.test(text)) return null;
  const latin = Array.from(text.normalize("NFC"), (letter) => CYRILLIC.get(letter) ?? letter).join("");
  return latin.length < SHORTEST_RUSSIAN ? null : RUSSIAN + foldRussian(latin);
}

/** The reading of a respelled English word; null if it is too ambiguous. */
export function respelled(language: string, text: string): string | null {
  if (language !== "en" || !/^[a-z]+$/.test(text)) return null;
  const read = foldRespelled(text);
  return read.length < SHORTEST_RESPELLED ? null : RESPELLED + read;
}

/** One letter for a sound: ph, ck, qu; doubled letters; v for u; z for an ending's s. */
function foldRespelled(word: string): string {
  return word
    .replaceAll("ph", "f")
    .replace(/(?<=[fhsc])v(?=[ck])/g, "u")
    .replace(/c(?![eiyh])|q/g, "k")
    .replace(/z+$/, "s")
    .replace(/([a-z])\1+/g, "$1");
}

/** Folds hamza, long marks and Persian letters as they are typed; vowel marks are already removed. */
function foldArabic(word: string): string {
  if (!/\p{Script=Arabic}/u.test(word)) return word;
  return word
    .replaceAll("\u0640", "")
    .replace(/(?<=\p{L})\p{M}+/gu, (marks) => marks.replace(/\p{Script=Inherited}/gu, ""))
    .replace(/[أإآٱ]/g, "ا")
    .replace(/[ىیئ]/g, "ي")
    .replaceAll("ؤ", "و")
    .replaceAll("ة", "ه")
    .replace(/[کگ]/g, "ك");
}

/** Folds vowel length, nasals and the dot below, as Hindi is typed. */
function foldIndic(word: string): string {
  if (!/\p{Script=Devanagari}/u.test(word)) return word;
  return word
    .replace(/[ङञणनम]\u094D(?=[क-म])/g, "\u0902")
    .replace(/[\u093C\u0901\u0902]|\u094D$/g, "")
    .replaceAll("ी", "ि")
    .replaceAll("ू", "ु")
    .replaceAll("ई", "इ")
    .replaceAll("ऊ", "उ");
}

/** Removes vowel length, aspiration and the like; keeps "ch" as a separate sound. */
function foldHinglish(word: string): string {
  return word
    .replace(/ch+/g, "ç")
    .replace(/aa+/g, "a")
    .replace(/ee+|ii+/g, "i")
    .replace(/oo+|uu+/g, "u")
    .replaceAll("w", "v")
    .replace(/(?<=[bdgjkptz])h/g, "")
    .replace(/iy(?=[aeou])/g, "i")
    .replace(/ey$/, "e")
    .replace(/([^aeiou])\1/g, "$1");
}

/** Folds digits for letters that Latin lacks, vowels to three, double letters: sharmouta, charmuta, 4armoota are one. */
function foldArabizi(word: string): string {
  return word
    .replace(/[23]/g, "")
    .replaceAll("7", "h")
    .replaceAll("9", "k")
    .replaceAll("8", "k")
    .replaceAll("5", "x")
    .replaceAll("6", "t")
    .replace(/4|sh|ch/g, "ş")
    .replaceAll("kh", "x")
    .replaceAll("gh", "g")
    .replaceAll("q", "k")
    .replace(/oo|ou|ow|o/g, "u")
    .replace(/ee|ei|ey|ie|y/g, "i")
    .replaceAll("e", "a")
    .replace(/(\p{L})\1+/gu, "$1")
    .replace(/(?<=a)h$/, "");
}

/** Cyrillic letters as typed in Latin ones. */
const CYRILLIC: ReadonlyMap<string, string> = new Map(
  "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хh цc чch шsh щsh ъ ыi ь эe юu яa"
    .split(" ")
    .map((pair) => [pair.charAt(0), pair.slice(1)]),
);

/** Removes soft signs and glides: blyad, bliad and bljad are one. */
function foldRussian(word: string): string {
  return word
    .replace(/shch|sch/g, "sh")
    .replace(/kh|x/g, "h")
    .replace(/ts|tz/g, "c")
    .replace(/[yij](?=[aeou])/g, "")
    .replace(/[yj]/g, "i")
    .replaceAll("ck", "k")
    .replaceAll("w", "v")
    .replace(/(\p{L})\1+/gu, "$1");
}
