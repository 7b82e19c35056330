import { lazily } from "./lazily.ts";
import { foldText, wordsOf } from "./normal-form.ts";
import { WordList, type WordKind } from "./word-list.ts";
import { unpackedTable, WORD_TABLE } from "./word-table.ts";

const list = lazily(() => new WordList(unpackedTable(WORD_TABLE.spaced)));
const unspaced = lazily(() => ({
  slur: WORD_TABLE.unspaced.slur.split(" "),
  profane: WORD_TABLE.unspaced.profane.split(" "),
  deed: WORD_TABLE.unspaced.deed.split(" "),
}));
const places = lazily(() => WORD_TABLE.places.split(" "));

/** Family names that only an accent distinguishes from an obscene word. */
const SPARED = /(?<!\p{L})fücks?(?!\p{L})/giu;

/** Words that are harmless without their accents: Cono Sur, Mose, Río Negro, Mamon, trainee. */
const ACCENTED = /(?<!\p{L})(?:coño|mösen?|mamón|négros?|pédés?|baisée?s?|bridés|traînées?)(?!\p{L})/iu;

/** The offences in a name. */
export interface Offence {
  /** Whether it has a slur, or otherwise an obscene word. */
  readonly word: "slur" | "profane" | null;
  /** Whether it accuses somebody, or names an illness. */
  readonly accuses: boolean;
}

/** Finds offences in a name. */
export function offenceOf(name: string): Offence {
  const said = readings(name.replace(SPARED, ""));
  const kinds = kindsIn(said);
  const obscene = kinds.has("profane") || ACCENTED.test(name.normalize("NFC")) || standsAlone(said);
  return {
    word: kinds.has("slur") ? "slur" : obscene ? "profane" : null,
    accuses: kinds.has("deed") || (kinds.has("delicate") && !namesPlace(said)),
  };
}

/** The ways to read a name, including those that evade word lists. */
interface Readings {
  /** The words in order, in several spellings; the first is the original. */
  readonly lines: readonly (readonly string[])[];
  /** Possible words from spaced-out letters and from words cut in two. */
  readonly joined: readonly string[];
  /** Words in which signs stand for letters. */
  readonly masked: readonly string[];
  /** The original text, for scripts without spaces. */
  readonly written: string;
}

function readings(name: string): Readings {
  const folded = foldText(name);
  const spelled = [...new Set([folded, unleet(folded, LEET_I), unleet(folded, LEET_L)])];
  const plain = spelled.map(wordsOf);
  const lines = plain.flatMap((words) => [words, words.map(trimmed), words.map(squeezed)]);
  const joined = plain.flatMap((words) => [...spacedOut(words), ...cutInTwo(words)]);
  const dotted = spelled.flatMap((text) => text.match(DOTTED) ?? []);
  return {
    lines,
    joined: [...joined, ...dotted.map((word) => word.replace(/[^\p{L}]/gu, "")), ...joined.map(squeezed)],
    masked: folded.match(/(?<!\p{L})\p{L}[\p{L}*#]*[*#][\p{L}*#]*/gu) ?? [],
    written: name.normalize("NFKC").toLowerCase(),
  };
}

/** Letters with signs between them, which replace letters or separate them. */
const DOTTED = /\p{L}+(?:[*#_.~-]+\p{L}+)+/gu;

function kindsIn({ lines, joined, masked, written }: Readings): ReadonlySet<WordKind> {
  const words = new Set([...lines.flat(), ...joined]);
  const phrases = new Map(lines.map((line) => [line.join(" "), line]));
  return new Set([
    ...[...words].flatMap((word) => list().kindsIn(word)),
    ...[...phrases.values()].flatMap((line) => list().kindsInPhrases(line)),
    ...masked.flatMap((word) => list().kindsMasked(word)),
    ...(UNSPACED.test(written) ? kindsUnspaced(written) : []),
  ]);
}

/** Whether the name consists only of words that are refused as a whole name. */
function standsAlone({ lines }: Readings): boolean {
  return lines.some((line) => list().standsAlone(line));
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u;
const segmenter = lazily(() => new Intl.Segmenter("zh", { granularity: "word" }));

function kindsUnspaced(written: string): WordKind[] {
  return (["slur", "profane", "deed"] as const).filter((kind) => holdsUnspaced(unspaced()[kind], written));
}

/** Whether a listed word begins at the start of a word, and not inside "pachinko". */
function holdsUnspaced(listed: readonly string[], written: string): boolean {
  const found = listed.filter((word) => written.includes(word));
  if (found.length === 0) return false;
  // Korean words between spaces are compounds, so any position counts.
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

/** Replaces digits and signs beside a letter by the letters that they imitate. */
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

/** "fuuuck" to "fuck": reduces three or more of a letter to one; double letters stay, as in "Hoerr". */
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

/** Shorter words of a trade or a place must match as a whole. */
const PLACE_STEM = 5;

/** Whether a word of a trade or a place accompanies the delicate ones. */
function namesPlace({ lines: [words = []] }: Readings): boolean {
  return words.some((word) => !list().kindsIn(word).includes("delicate") && isPlace(word));
}

function isPlace(word: string): boolean {
  return places().some((place) =>
    place.length < PLACE_STEM ? word === place || word === `${place}s` : word.startsWith(place),
  );
}
