import { lookalike } from "./confusables.ts";

const DISGUISES =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Letters that words of other scripts than Latin hardly have, all of which look Latin; Lisu and Coptic as a whole. */
const SELDOM = /[ԁԛԝѕһӏℓ\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Letters made for formulas and ornaments: nobody's keyboard has them; and ticks, that look like our own "verified". */
const ORNAMENTS =
  /[\u{1D400}-\u{1D7FF}\u{1F100}-\u{1F1AA}\u2460-\u24FF\u2100-\u214F\u1D00-\u1D7F\uA730-\uA731\u0262\u026A\u0274\u0280\u028F\u0299\u029C\u029F\u2611\u2705\u2713\u2714\u{1F5F8}]/u;
const HARMLESS_ORNAMENTS = /[\u2116\u2122\u2120]/gu;

/** Whether letters stand for others: scripts mixed in a word, words of lookalikes, ornamental letters. */
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

/** What a text looks like, in small Latin letters; i, l and 1 are one. */
export function skeletonOf(text: string): string {
  // A capital I within small letters is read as an l.
  const read = text.replace(/(?<=\p{Ll})I(?!\p{Lu})/gu, "l");
  return lookalikes(read)
    .replace(/[035$@€]/g, (sign) => ({ "0": "o", "3": "e", "5": "s", $: "s", "@": "a", "€": "e" })[sign] ?? sign)
    .replace(/[i1|!]/g, "l")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** The letters and figures of a text, small, with their accents. */
export function lettersOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** The same without accents. */
export function bareLettersOf(text: string): string {
  return lettersOf(text).normalize("NFKD").replace(/\p{M}/gu, "");
}

/** Looked up before case is folded, since a capital has lookalikes of its own (В is like B, в is not like b). */
function lookalikes(text: string): string {
  return Array.from(text.normalize("NFKD").replace(/\p{M}/gu, ""), lookalike).join("").toLowerCase();
}
