import { DEEDS, DELICATE, DEEDS_UNSPACED, PLACES } from "./accusation-words.ts";
import { lazily } from "./lazily.ts";
import { foldText, wordsOf } from "./normal-form.ts";
import { OBSCENE, OBSCENE_UNSPACED } from "./obscene-words.ts";
import { packagedUnspaced, packagedWords } from "./packaged-words.ts";
import { SLURS, SLURS_UNSPACED } from "./slur-words.ts";
import { wordList, type WordList } from "./word-list.ts";

const slurs = { spaced: wordList(() => SLURS), unspaced: lazily(() => SLURS_UNSPACED.split(" ")) };
const obscene = { spaced: wordList(() => OBSCENE), unspaced: lazily(() => OBSCENE_UNSPACED.split(" ")) };
const deeds = { spaced: wordList(() => DEEDS), unspaced: lazily(() => DEEDS_UNSPACED.split(" ")) };
const delicate = wordList(() => DELICATE);
/** What an own list has, it deals with in its own way. */
const isListed = (word: string): boolean => [slurs.spaced, deeds.spaced, delicate].some((list) => list.holds(word));
const packaged = { spaced: wordList(() => packagedWords(isListed)), unspaced: lazily(packagedUnspaced) };

/** Family names that only an accent keeps from being something else. */
const SPARED = /(?<!\p{L})fücks?(?!\p{L})/giu;

/** Words that without their accents would be others: Cono Sur, Mose, Río Negro, Mamon. */
const ACCENTED = /(?<!\p{L})(?:coño|mösen?|mamón|négros?|pédés?)(?!\p{L})/iu;

/** Whether a name holds a word that runs people down for what they are, and if not whether an obscene one. */
export function offenceOf(name: string): "slur" | "profane" | null {
  const said = readings(name.replace(SPARED, ""));
  if (holdsAny(slurs, said)) return "slur";
  return ACCENTED.test(name.normalize("NFC")) || holdsAny(obscene, said) || holdsAny(packaged, said) ? "profane" : null;
}

/** Whether a name says of somebody what they did or suffer from. */
export function accuses(name: string): boolean {
  const said = readings(name);
  if (holdsAny(deeds, said)) return true;
  const words = wordsOf(foldText(name));
  const isSore = said.lines.some((line) => line.some((word) => delicate.holds(word)));
  return isSore && !words.some((word) => !delicate.holds(word) && isPlace(word));
}

/** What a name says, read as people mean it who try to get past a list. */
interface Readings {
  /** The words in their order, spelled in several ways. */
  readonly lines: readonly (readonly string[])[];
  /** What may be one word: letters spaced out, words cut in two. */
  readonly joined: readonly string[];
  /** Words in which signs stand for letters. */
  readonly masked: readonly string[];
  /** As it is written, for scripts without spaces. */
  readonly written: string;
}

function readings(name: string): Readings {
  const folded = foldText(name);
  const spelled = [folded, ...[LEET_I, LEET_L].map((signs) => unleet(folded, signs))];
  const plain = [...new Set(spelled)].map(wordsOf);
  const lines = plain.flatMap((words) => [words, words.map(trimmed), words.map(squeezed)]);
  const joined = plain.flatMap((words) => [...spacedOut(words), ...cutInTwo(words)]);
  const dotted = spelled.flatMap((text) => text.match(/\p{L}[\p{L}*#_.~-]*\p{L}/gu) ?? []);
  return {
    lines,
    joined: [...joined, ...dotted.map((word) => word.replace(/[^\p{L}]/gu, "")), ...joined.map(squeezed)],
    masked: folded.match(/(?<!\p{L})\p{L}[\p{L}*#]*[*#][\p{L}*#]*/gu) ?? [],
    written: name.normalize("NFKC").toLowerCase(),
  };
}

function holdsAny(
  { spaced, unspaced }: { spaced: WordList; unspaced: () => readonly string[] },
  { lines, joined, masked, written }: Readings,
): boolean {
  return (
    lines.some((words) => words.some((word) => spaced.holds(word)) || spaced.holdsPhrase(words)) ||
    joined.some((word) => spaced.holds(word)) ||
    masked.some((word) => spaced.holdsMasked(word)) ||
    (UNSPACED.test(written) && holdsUnspaced(unspaced(), written))
  );
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u;
const segmenter = lazily(() => new Intl.Segmenter("zh", { granularity: "word" }));

/** Whether a word of the list begins where a word begins: not within the pachinko of a pachinko parlour. */
function holdsUnspaced(list: readonly string[], written: string): boolean {
  const found = list.filter((word) => written.includes(word));
  if (found.length === 0) return false;
  // Korean has spaces, and words of many parts between them.
  if (found.some((word) => /\p{Script=Hangul}/u.test(word))) return true;
  const starts = Array.from(segmenter().segment(written), ({ index }) => index);
  return found.some((word) => starts.some((start) => written.startsWith(word, start)));
}

const LEET_I: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "9": "g",
  "@": "a",
  $: "s",
  "!": "i",
  "¡": "i",
  "|": "i",
  "+": "t",
  "€": "e",
  "£": "l",
  "¢": "c",
};
const LEET_L: typeof LEET_I = { ...LEET_I, "1": "l", "|": "l", "!": "l", "9": "q" };

/** Figures and signs that stand beside a letter, as the letters that they stand for. */
function unleet(folded: string, signs: typeof LEET_I): string {
  return folded.replace(
    /(?<=\p{L}[^\s\p{L}]*)[^\s\p{L}]|[^\s\p{L}](?=[^\s\p{L}]*\p{L})/gu,
    (sign) => signs[sign] ?? sign,
  );
}

/** "motherfucker2" */
function trimmed(word: string): string {
  return word.replace(/^\p{N}+|\p{N}+$/gu, "");
}

/** "fuuuck" to "fuck": three and more of a letter are one, so that "Lipshitz" and "Hoerr" stay as they are. */
function squeezed(word: string): string {
  return word.replace(/(\p{L})\1{2,}/gu, "$1");
}

/** "f u c k" */
function spacedOut(words: readonly string[]): string[] {
  return (words.join(" ").match(/(?<=^| )\p{L}(?: \p{L}){2,}(?= |$)/gu) ?? []).map((run) => run.replaceAll(" ", ""));
}

/** "fu ck": two short parts; "nig ger" */
function cutInTwo(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const next = words[at + 1] ?? "";
    return word.length > 1 && next.length > 1 && Math.min(word.length, next.length) <= 3 ? [word + next] : [];
  });
}

const places = lazily(() => PLACES.split(" ").map(foldText));
/** Shorter words of a trade or a place are not the beginnings of others. */
const PLACE_STEM = 5;

function isPlace(word: string): boolean {
  return places().some((place) =>
    place.length < PLACE_STEM ? word === place || word === `${place}s` : word.startsWith(place),
  );
}
