import { lookalike } from "./confusables.ts";
import { signOf, waysToRead, waysToReadPhrase } from "./word-folding.ts";

/** Kinds of listed words. */
export const WORD_KINDS = ["slur", "profane", "deed", "delicate", "alone"] as const;
export type WordKind = (typeof WORD_KINDS)[number];

/**
 * Words by kind and by how they match: `=` matches whole words, `-` the beginning of a word, `^=` its end, `^-` anywhere; a language, words with its endings: with `+` an ending is
 * required, with `*` they are a verb's. `_` and `_-` are phrases of words joined by `_`; with `_-` more letters may follow.
 */
export type SpacedWords = Readonly<Record<WordKind, Readonly<Record<string, readonly string[]>>>>;

/** Endings of words, by language: plural, feminine, diminutive, augmentative, agent. */
const ENDINGS: Readonly<Record<string, string>> = {
  en: "e?s|z|e?d|ing?|e?rs?|y|ies|ish",
  es: "[oae]s?|it[oa]s?|az[oa]s?|ot[ea]s?|ill[oa]s?|on(?:es|as?)?|es",
  fr: "e?s?|x|ettes?|ards?|asses?",
  de: "e?[nrsm]?|in|innen|chen",
  nl: "en|s|je|jes|tje|tjes|e|er|ers",
  pt: "[oae]s?|inh[oa]s?|[ao]o|oes|on[ao]s?|az[oa]s?|es",
  it: "[oaei]|on[eai]|in[oaei]|acci[oae]|ett[oaei]|at[aeio]",
  ru: "[аеиоуыюя]|ам|ами|ах|ои|ом|ем|ов|ев|ка|ки|ок|еи",
  ar: "ه|ات|ين|ون|ي|ك|كم|ها|هم|نا",
  hi: "[ािुेो]|ओ|यो|इयो",
  hiLatn: "[aeiou]|a?n|en|on|i?o?n|ia|apa|pan|giri|ba[jz]i?|val[aei]",
  arLatn: "[aiu]|ak|ik|uk|in|at|ha|hum|kum|na",
  pl: "[aeiouy]|ow|om|ami|ach|ie|em|k[aiou]|ek|ki",
  tr: "l[ae]r(?:i|in)?|[iu]m?|[ae]|d[ae]n?|[iu]n",
};

/** Endings of verbs (`word*`) and of words derived from them: the agent, the object. */
const VERBS: Readonly<Record<string, string>> = {
  en: "s|e?d|in[g']?s?|ers?|able",
  es: "(?:[aei]|ie)(?:r|rse|r[mtsln][eoa]s?|ria[ns]?|ra[ns]?|re|d[oa]s?|dor(?:es|as?)?|nd[oa](?:[mtsl][eoa]s?)?|mos|is|n|s|ba[ns]?|ste|ron|[mtsl][eoa]s?|[mt]el[oa]s?)?|o|io",
  fr: "e(?:r|z|s|nt|es?|urs?|uses?|ra|rai)?|ai[st]?|ait|aient|ant|ons|age|a|ir?|i[est]?s?",
  de: "e?(?:n|t|st|te|ten|e|nd(?:e[nrsm]?)?|r(?:in|innen|s|n|ei|eien)?)?",
  nl: "t|en|te|ten|ende?|er(?:s|ij)?|ster|den?",
  pt: "(?:[aei])(?:r|d[oa]s?|dor(?:es|as?)?|ndo|mos|m|u|s|va[ms]?|ram|ste|rei|ria[ms]?|rem|se)?|o|ou|ei",
  it: "(?:[aei])(?:re|rsi|r[mtl][iaoe]|t[aoei]|ndo|no|mo|te|va|vano|i|[mts]i|l[oaie]|[mt]el[oai]|tor[ei]|trice)?|o|iamo|ano",
};

/** Conditions on the surroundings of a listed part of a word. */
interface Rule {
  readonly kind: WordKind;
  /** True if only at the beginning of a word. */
  readonly atStart: boolean;
  readonly mayEndWith: "nothing" | "anything" | RegExp;
}

/** The compiled word lists, built from a table on first use. */
export class WordList {
  readonly #rules = new Map<string, Rule[]>();
  /** Keyed by the first letters of the part; the rest is compared. */
  readonly #anywhere = new Map<string, { readonly part: string; readonly rule: Rule }[]>();
  readonly #phrases = new Map<string, { readonly kind: WordKind; readonly phrase: string }[]>();
  readonly #alone: ReadonlySet<string>;

  constructor(table: SpacedWords) {
    for (const kind of WORD_KINDS) {
      if (kind === "alone") continue;
      for (const [around, words] of Object.entries(table[kind])) {
        if (around.startsWith("_")) this.#addPhrases(kind, words, around === "_");
        else this.#addWords(words, ruleOf(kind, around));
      }
    }
    this.#alone = new Set(Object.values(table.alone).flat());
  }

  #addWords(words: readonly string[], rule: Rule): void {
    for (const word of words) {
      if (rule.atStart) put(this.#rules, word, rule);
      else this.#addAnywhere(word, rule);
    }
  }

  #addAnywhere(listed: string, rule: Rule): void {
    const sign = signOf(listed);
    const part = listed.slice(sign.length);
    put(this.#anywhere, sign + part.slice(0, SHORTEST_ANYWHERE), { part, rule });
  }

  #addPhrases(kind: WordKind, phrases: readonly string[], whole: boolean): void {
    for (const phrase of phrases) {
      const first = phrase.slice(0, phrase.indexOf("_"));
      put(this.#phrases, first, { kind, phrase: whole ? `_${phrase}_` : `_${phrase}` });
      const glued = phrase.replaceAll("_", "");
      if (glued.length >= SHORTEST_GLUED) this.#addAnywhere(glued, { kind, atStart: false, mayEndWith: "anything" });
    }
  }

  /** The kinds of listed words that a word is or contains. @param word folded by `foldText` */
  kindsIn(word: string): WordKind[] {
    return waysToRead(word).flatMap((read) => this.#kindsIn(read));
  }

  #kindsIn(word: string): WordKind[] {
    const found: WordKind[] = [];
    for (let end = 1; end <= word.length; end += 1) {
      for (const rule of this.#rules.get(word.slice(0, end)) ?? []) {
        if (mayEnd(rule, word.slice(end))) found.push(rule.kind);
      }
    }
    const sign = signOf(word);
    for (let start = sign.length; start < word.length; start += 1) {
      for (const { part, rule } of this.#anywhere.get(sign + word.slice(start, start + SHORTEST_ANYWHERE)) ?? []) {
        if (word.startsWith(part, start) && mayEnd(rule, word.slice(start + part.length))) found.push(rule.kind);
      }
    }
    return found;
  }

  /** The kinds of listed phrases among consecutive words. */
  kindsInPhrases(words: readonly string[]): WordKind[] {
    if (words.length < 2) return [];
    return waysToReadPhrase(words).flatMap((read) =>
      read.flatMap((word, at) => {
        const listed = this.#phrases.get(word);
        if (listed === undefined) return [];
        const rest = `_${read.slice(at).join("_")}_`;
        return listed.filter(({ phrase }) => rest.startsWith(phrase)).map(({ kind }) => kind);
      }),
    );
  }

  /** The kinds of listed words of the same length, with `*` and `#` for any letter. */
  kindsMasked(word: string): WordKind[] {
    const mask = new RegExp(`^${Array.from(word, (sign) => ("*#".includes(sign) ? "." : sign)).join("")}$`, "u");
    const inside = [...this.#anywhere.values()].flat().filter(({ part }) => part.length > 3 && mask.test(part));
    const begun = [...this.#rules].filter(([part]) => part.length > 3 && mask.test(part));
    return [...begun.flatMap(([, rules]) => rules), ...inside.map(({ rule }) => rule)].map(({ kind }) => kind);
  }

  /** Whether all words are refused as a whole name, although longer names may contain them. */
  standsAlone(words: readonly string[]): boolean {
    if (words.length === 0) return false;
    const isListed = (word: string): boolean => waysToRead(word).some((read) => this.#alone.has(read));
    return this.#alone.has(words.join("_")) || words.every(isListed);
  }
}

/** Shortest part matched inside words. */
const SHORTEST_ANYWHERE = 3;
/** Shortest phrase also matched without spaces. */
export const SHORTEST_GLUED = 10;

function put<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function ruleOf(kind: WordKind, around: string): Rule {
  const atStart = !around.startsWith("^");
  const end = atStart ? around : around.slice(1);
  if (end === "=") return { kind, atStart, mayEndWith: "nothing" };
  if (end === "-") return { kind, atStart, mayEndWith: "anything" };
  const endings = (end.endsWith("*") ? VERBS : ENDINGS)[end.replace(/[+*]/, "")] ?? "";
  // Folded like names: Cyrillic letters that look Latin become Latin.
  const folded = Array.from(endings, lookalike).join("");
  return { kind, atStart, mayEndWith: new RegExp(`^(?:${folded})${/[+*]$/.test(end) ? "" : "?"}$`, "u") };
}

function mayEnd({ mayEndWith }: Rule, rest: string): boolean {
  if (mayEndWith === "anything") return true;
  return mayEndWith === "nothing" ? rest === "" : mayEndWith.test(rest);
}

/** Languages whose words take endings. */
export const hasEndings = (language: string): boolean => language in ENDINGS;
