import { DEEDS, DEEDS_UNSPACED, DELICATE, PLACES } from "./accusation-words.ts";
import { ALONE } from "./alone-words.ts";
import { compounds } from "./compounds.ts";
import { wordsOf, foldText } from "../normal-form.ts";
import { packedTable, type WordTable } from "../word-table.ts";
import { OBSCENE, OBSCENE_UNSPACED } from "./obscene-words.ts";
import { packagedAlone, packagedUnspaced, packagedWords } from "./packaged-words.ts";
import { SLURS, SLURS_UNSPACED } from "./slur-words.ts";
import { ONLY_ALONE, SPARED_NAMES, SPARED_SPELLINGS, TOO_WIDE } from "./spared-words.ts";
import { inLatinLetters, listedAs, respelled, signOf } from "../word-folding.ts";
import { hasEndings, SHORTEST_GLUED, WORD_KINDS, WordList, type SpacedWords, type WordKind } from "../word-list.ts";

/**
 * Lists by language in their written form: `word` with its endings, `word*` with a verb's endings, `word=` without endings,
 * `word-` the beginning of a word, `-word` its end, `-word-` anywhere, `a_b` consecutive words. `ar` is Arabic and Persian
 * script, `arLatn` the same in Latin letters, `hi` Hindi in both scripts.
 */
type Lists = Readonly<Record<string, string>>;

/** Languages in which an ending replaces the final vowel of the word. */
const VOWEL_CHANGES = new Set(["es", "pt", "it"]);

/** The Worker's table, with all lists folded in advance by `npm run words`. */
export function makeWordTable(): WordTable {
  const own = tableOf({ slur: [SLURS], profane: [OBSCENE], deed: [DEEDS], delicate: [DELICATE] });
  // Our own lists take precedence over the packages'.
  const list = new WordList(own);
  const isListed = (word: string): boolean => list.kindsIn(word).some((kind) => kind !== "profane");
  return {
    spaced: packedTable({
      ...tableOf({
        slur: [SLURS],
        profane: [OBSCENE, compounds(), packagedWords(isListed)],
        deed: [DEEDS],
        delicate: [DELICATE],
      }),
      alone: { "=": alone(list) },
    }),
    unspaced: {
      slur: SLURS_UNSPACED,
      profane: [...new Set([...OBSCENE_UNSPACED.split(" "), ...packagedUnspaced()])].join(" "),
      deed: DEEDS_UNSPACED,
    },
    places: [...new Set(PLACES.split(" ").map(foldText))].join(" "),
  };
}

/** Words refused as a whole name, without those refused anywhere in a name. */
function alone(list: WordList): string[] {
  const spared = new Set(SPARED_NAMES.split(" "));
  const entries = [...ALONE.split(","), ...packagedAlone()].map((entry) => wordsOf(foldText(entry)));
  const kept = entries.filter(
    (words) =>
      words.length > 0 &&
      !words.some((word) => spared.has(word) || list.kindsIn(word).some((kind) => kind !== "delicate")),
  );
  const others = [...ONLY_ALONE].filter((word) => !spared.has(word));
  return [...new Set([...kept.map((words) => listedAs("", words.join("_"))), ...others])].sort();
}

function tableOf(lists: Partial<Record<WordKind, readonly Lists[]>>): SpacedWords {
  const made = WORD_KINDS.map((kind) => {
    const words = new Map<string, Set<string>>();
    for (const list of lists[kind] ?? []) {
      for (const [language, text] of Object.entries(list)) {
        for (const item of text.split(" ").filter((item) => item !== "")) addItem(words, kind, language, item);
      }
    }
    return [kind, Object.fromEntries([...words].map(([around, of]) => [around, neededOf(words, around, of)]))];
  });
  return Object.fromEntries(made) as SpacedWords;
}

/** Drops entries that a shorter beginning of the same kind also matches. */
function neededOf(words: ReadonlyMap<string, ReadonlySet<string>>, around: string, of: ReadonlySet<string>): string[] {
  if (around.startsWith("^")) return [...of].sort();
  const isPhrase = around.startsWith("_");
  const begun = words.get(isPhrase ? "_-" : "-") ?? new Set();
  const glued = new Set(
    isPhrase ? [] : [...(words.get("_") ?? []), ...(words.get("_-") ?? [])].filter(isGlued).map(glue),
  );
  const isFound = (word: string): boolean =>
    Array.from(word, (_, at) => word.slice(0, at + 1)).some(
      (start) =>
        glued.has(start) ||
        (begun.has(start) && (start !== word || begun !== of) && (!isPhrase || isGlued(start) || !isGlued(word))),
    );
  return [...of].filter((word) => !isFound(word)).sort();
}

const glue = (phrase: string): string => phrase.replaceAll("_", "");
/** Whether a phrase is also matched without its spaces. */
const isGlued = (phrase: string): boolean => glue(phrase).length >= SHORTEST_GLUED;

function addItem(words: Map<string, Set<string>>, kind: WordKind, language: string, item: string): void {
  const text = item.replace(/[-=*]/g, "");
  const add = (around: string, word: string): void => {
    if (SPARED_SPELLINGS.has(word) || ONLY_ALONE.has(word)) return;
    const given = TOO_WIDE.has(shapeOf(item, word)) ? "=" : around;
    words.set(given, (words.get(given) ?? new Set()).add(word));
  };
  const listed = listedAs(language, text);
  if (item.includes("_")) {
    add(item.endsWith("-") ? "_-" : "_", listed);
    return;
  }
  const [around, part] = partOf(language, item, listed);
  add(around, part);
  const read = respelled(language, listed);
  if (read !== null && (kind === "slur" || kind === "profane")) add(["en", "="].includes(around) ? "=" : around, read);
  const latin = inLatinLetters(language, text);
  if (latin === null) return;
  const start = item.startsWith("-") ? "^" : "";
  add(`${start}${item.endsWith("-") && latin.length > SHORTEST_LATIN_STEM ? "-" : "="}`, latin);
}

/** Shorter beginnings typed in Latin letters also begin other words. */
const SHORTEST_LATIN_STEM = 6;

/** A word with the dashes of its item. */
function shapeOf(item: string, word: string): string {
  return `${item.startsWith("-") ? "-" : ""}${word}${item.endsWith("-") ? "-" : ""}`;
}

function partOf(language: string, item: string, listed: string): [around: string, part: string] {
  if (item.startsWith("-")) return [item.endsWith("-") ? "^-" : "^=", listed];
  if (item.endsWith("=")) return ["=", listed];
  if (item.endsWith("-")) return ["-", listed];
  if (item.endsWith("*")) return [`${language}*`, listed];
  if (/\p{Script=Arabic}/u.test(listed)) return ["ar", listed];
  if (/\p{Script=Devanagari}/u.test(listed)) return ["hi", listed];
  if (signOf(listed) !== "") return ["hiLatn", listed];
  if (!hasEndings(language) || language === "ar") return ["=", listed];
  return VOWEL_CHANGES.has(language) && /[oae]$/.test(listed)
    ? [`${language}+`, listed.slice(0, -1)]
    : [language, listed];
}
