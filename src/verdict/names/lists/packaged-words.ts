import { cuss as english } from "cuss";
import { cuss as arabicInLatinLetters } from "cuss/ar-latn";
import { cuss as spanish } from "cuss/es";
import { cuss as french } from "cuss/fr";
import { cuss as italian } from "cuss/it";
import { cuss as portuguese } from "cuss/pt";
import { cuss as portugueseOfPortugal } from "cuss/pt-pt";
import frenchList from "french-badwords-list";
import ar from "naughty-words/ar.json" with { type: "json" };
import cs from "naughty-words/cs.json" with { type: "json" };
import da from "naughty-words/da.json" with { type: "json" };
import de from "naughty-words/de.json" with { type: "json" };
import en from "naughty-words/en.json" with { type: "json" };
import es from "naughty-words/es.json" with { type: "json" };
import fi from "naughty-words/fi.json" with { type: "json" };
import fr from "naughty-words/fr.json" with { type: "json" };
import quebec from "naughty-words/fr-CA-u-sd-caqc.json" with { type: "json" };
import hi from "naughty-words/hi.json" with { type: "json" };
import hu from "naughty-words/hu.json" with { type: "json" };
import it from "naughty-words/it.json" with { type: "json" };
import ja from "naughty-words/ja.json" with { type: "json" };
import ko from "naughty-words/ko.json" with { type: "json" };
import nl from "naughty-words/nl.json" with { type: "json" };
import no from "naughty-words/no.json" with { type: "json" };
import pl from "naughty-words/pl.json" with { type: "json" };
import pt from "naughty-words/pt.json" with { type: "json" };
import ru from "naughty-words/ru.json" with { type: "json" };
import sv from "naughty-words/sv.json" with { type: "json" };
import th from "naughty-words/th.json" with { type: "json" };
import tr from "naughty-words/tr.json" with { type: "json" };
import zh from "naughty-words/zh.json" with { type: "json" };
import profaneWords from "profane-words/words.json" with { type: "json" };
import { foldText, wordsOf } from "../normal-form.ts";
import { EVERYDAY, EVERYDAY_UNSPACED } from "./everyday-words.ts";

type Rated = Readonly<Record<string, number>>;
/** Those that a package is sure of: the others are words that can be meant otherwise. */
const sure = (rated: Rated): string[] => Object.keys(rated).filter((word) => rated[word] === 2);
const unsure = (rated: Rated): string[] => Object.keys(rated).filter((word) => rated[word] !== 2);

const SPACED: Readonly<Record<string, readonly string[]>> = {
  ar,
  de,
  en,
  es,
  fr,
  it: [...it, ...sure(italian)],
  nl,
  pl,
  pt: [...pt, ...sure(portuguese), ...sure(portugueseOfPortugal)],
  ru,
  tr,
  latin: [...hi, ...sure(arabicInLatinLetters)],
};

/** Wider lists, of words that names may well hold: refused where a name is nothing else. */
const WIDER: readonly (readonly string[])[] = [
  Object.keys(english),
  Object.keys(spanish),
  Object.keys(french),
  unsure(italian),
  unsure(portuguese),
  unsure(portugueseOfPortugal),
  unsure(arabicInLatinLetters),
  frenchList.array.filter((word) => /^[\p{L} ]+$/u.test(word)),
  profaneWords,
  quebec,
  cs,
  da,
  fi,
  hu,
  no,
  sv,
];

/** A word of fewer letters is too often something else; of fewer than this it takes no endings. */
const SHORTEST = 3;
const SHORTEST_WITH_ENDINGS = 6;
const SHORTEST_UNSPACED = { zh: 2, ja: 2, ko: 2, th: 4 } as const;

/**
 * The packages' lists as `makeWordTable` reads lists, without the words of everyday, of names, and of `others`.
 * @param others says of a word whether another list deals with it
 */
export function packagedWords(others: (word: string) => boolean): Record<string, string> {
  const everyday = new Set(EVERYDAY.split(",").map(folded));
  const made = Object.entries(SPACED).map(([language, entries]) => {
    const words = entries.map(folded).filter((entry) => !everyday.has(entry) && !(entry.length < SHORTEST));
    const items = words
      .filter((entry) => entry.includes(" ") || !others(entry))
      .map((entry) =>
        entry.includes(" ") || entry.length >= SHORTEST_WITH_ENDINGS ? entry.replaceAll(" ", "_") : `${entry}=`,
      );
    return [language, [...new Set(items)].join(" ")];
  });
  return Object.fromEntries(made) as Record<string, string>;
}

/** What the packages call bad and a longer name may hold. */
export function packagedAlone(): string[] {
  return [...EVERYDAY.split(","), ...WIDER.flat()];
}

/** The lists of scripts without spaces. */
export function packagedUnspaced(): string[] {
  const everyday = new Set(EVERYDAY_UNSPACED.split(" "));
  return Object.entries({ zh, ja, ko, th }).flatMap(([language, entries]) =>
    entries
      .map((entry) => entry.normalize("NFKC").toLowerCase())
      .filter(
        (entry) =>
          !/[\p{ASCII}]/u.test(entry) &&
          entry.length >= SHORTEST_UNSPACED[language as keyof typeof SHORTEST_UNSPACED] &&
          !everyday.has(entry),
      ),
  );
}

function folded(entry: string): string {
  return wordsOf(foldText(entry)).join(" ");
}
