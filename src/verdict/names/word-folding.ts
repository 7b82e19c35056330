import { foldText } from "./normal-form.ts";

/**
 * Languages are typed in Latin letters in many ways: each of these has a spelling of its own, to which all of them
 * lead, marked by a sign that no other word begins with.
 */
const HINGLISH = "~";
const ARABIZI = "^";
const RUSSIAN = "%";
/** English as it is respelled to get past a list: "phukk", "diqhed", "kokksukka". */
const RESPELLED = "&";

/** The sign that a reading begins with, or nothing. */
export const signOf = (read: string): string => (/^[~^%&]/.test(read) ? read.charAt(0) : "");

/** Shorter words are too often something else once their vowels are folded. */
const SHORTEST_ARABIZI = 5;
const SHORTEST_RUSSIAN = 5;
const SHORTEST_RESPELLED = 6;

/** A word, as `foldText` leaves it, in every spelling that a list may have it in. */
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

/** As `waysToRead`, of words that stand one after the other. */
export function waysToReadPhrase(words: readonly string[]): readonly (readonly string[])[] {
  return [words.map((word) => foldIndic(foldArabic(word))), words.map((word) => HINGLISH + foldHinglish(word))];
}

/** A listed word (or words joined by `_`) as tables have it; in a list of Hindi in Latin letters a c is a "ch". */
export function listedAs(language: string, text: string): string {
  const folded = foldIndic(foldArabic(foldText(text)));
  if (!language.startsWith("hi") || /\p{Script=Devanagari}/u.test(folded)) return folded;
  const hinglish = (word: string): string => HINGLISH + foldHinglish(word).replaceAll("c", "ç");
  return folded.split("_").map(hinglish).join("_");
}

/** How a listed word is read when it is typed in Latin letters; null if that says too little. */
export function inLatinLetters(language: string, text: string): string | null {
  if (language === "arLatn" && text.length >= SHORTEST_ARABIZI) return ARABIZI + foldArabizi(text);
  if (language !== "ru" || !/^[а-яё]+$/u.test(text)) return null;
  const latin = Array.from(text.normalize("NFC"), (letter) => CYRILLIC.get(letter) ?? letter).join("");
  return latin.length < SHORTEST_RUSSIAN ? null : RUSSIAN + foldRussian(latin);
}

/** How a listed English word is read when it is respelled; null if that says too little. */
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

/** Hamza, long marks and Persian letters as they are typed; vowel marks are off already. */
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

/** Vowels' length, nasals and the dot below, as Hindi is typed. */
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

/** Long vowels, breath and the like off; "ch" is a sound of its own. */
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

/** Figures for letters that Latin lacks, three vowels, single letters: sharmouta, charmuta and 4armoota are one. */
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

/** Cyrillic letters as they are typed in Latin ones. */
const CYRILLIC: ReadonlyMap<string, string> = new Map(
  "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хh цc чch шsh щsh ъ ыi ь эe юu яa"
    .split(" ")
    .map((pair) => [pair.charAt(0), pair.slice(1)]),
);

/** Soft signs and glides off: blyad, bliad and bljad are one. */
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
