import { lookalike } from "./confusables.ts";

const DISGUISES =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Latin-looking letters that are rare in words of their own script; all of Cherokee, Lisu and Coptic. */
const SELDOM = /[ԁԛԝѕһӏℓ\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Mathematical and ornamental letters, which no keyboard has, and ticks, which look like the app's "verified". */
const ORNAMENTS =
  /[\u{1D400}-\u{1D7FF}\u{1F100}-\u{1F1AA}\u2460-\u24FF\u2100-\u214F\u1D00-\u1D7F\uA730-\uA731\u0262\u026A\u0274\u0280\u028F\u0299\u029C\u029F\u2611\u2705\u2713\u2714\u{1F5F8}]/u;
const HARMLESS_ORNAMENTS = /[\u2116\u2122\u2120]/gu;

/** Whether letters imitate others: mixed scripts in a word, words of lookalikes, ornamental letters. */
export function looksDisguised(name: string): boolean {
  if (ORNAMENTS.test(name.replace(HARMLESS_ORNAMENTS, ""))) return true;
  const words = name.normalize("NFKC").match(/[\p{L}\p{M}]+/gu) ?? [];
  const latin = words.filter((word) => /\p{Script=Latin}/u.test(word));
  if (latin.some((word) => DISGUISES.test(word))) return true;
  const others = words.filter((word) => DISGUISES.test(word));
  const disguised = others.filter((word) => word.length > 2 && /^[a-z]+$/.test(lookalikes(word)));
  return (
    disguised.some((word) => SELDOM.test(word)) ||
    (latin.length > 0 && disguised.length === others.length && disguised.some((word) => word.length > 3))
  );
}

/** A text's appearance in lower-case Latin letters; i, l and 1 are the same. */
export function skeletonOf(text: string): string {
  // A capital I among lower-case letters looks like an l.
  const read = text.replace(/(?<=\p{Ll})I(?!\p{Lu})/gu, "l");
  return lookalikes(read)
    .replace(/[035$@€]/g, (sign) => ({ "0": "o", "3": "e", "5": "s", $: "s", "@": "a", "€": "e" })[sign] ?? sign)
    .replace(/[i1|!]/g, "l")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** The letters and digits of a text, in lower case, with accents. */
export function lettersOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** `lettersOf` without accents. */
export function bareLettersOf(text: string): string {
  return lettersOf(text).normalize("NFKD").replace(/\p{M}/gu, "");
}

/** Applied before case is folded, because capitals have their own lookalikes (В looks like B, в not like b). */
function lookalikes(text: string): string {
  return Array.from(text.normalize("NFKD").replace(/\p{M}/gu, ""), lookalike).join("").toLowerCase();
}
