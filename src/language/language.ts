import { parseAccept } from "hono/utils/accept";

/** Languages that the service writes in: texts of messages and pages. */
export const LANGUAGES = ["en", "es", "fr", "de", "hi", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Texts of a kind in every language, each made when it is asked for. */
export type InLanguages<Texts> = Readonly<Record<Language, () => Texts>>;

/** Languages by their own names. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  hi: "हिन्दी",
  ar: "العربية",
};

/** Longer than any browser's list; what comes after is not read. */
const MAX_ASKED_CHARS = 256;

/**
 * The language to write in for an `Accept-Language` field (RFC 9110 section 12.5.4) or a single BCP 47 tag; null when
 * none of ours is asked for. Regions do not matter: es-MX gets Spanish. Of equal weights the first named wins.
 */
export function askedLanguage(asked: string | null | undefined): Language | null {
  for (const { type, q } of parseAccept(asked?.slice(0, MAX_ASKED_CHARS) ?? "")) {
    const primary = type.toLowerCase().split(/[-_]/, 1)[0];
    const language = LANGUAGES.find((own) => own === primary);
    if (language !== undefined && q > 0) return language;
  }
  return null;
}

// Countries where one of ours is what an unasked SMS is most likely understood in; English everywhere else.
const COUNTRIES: Readonly<Record<Exclude<Language, "en">, string>> = {
  es: "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PY SV UY VE",
  fr: "BE BF BI BJ BL CD CF CG CI CM DJ FR GA GF GN GP HT KM LU MC MF MG ML MQ NC NE PF PM RE SN TD TG WF YT",
  de: "AT CH DE LI",
  hi: "IN",
  ar: "AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE",
};

/** The language of an SMS to somebody of whom only the number's country (ISO 3166 alpha-2) is known. */
export function languageOfCountry(country: string | null): Language {
  if (country === null) return "en";
  for (const [language, countries] of Object.entries(COUNTRIES) as [Language, string][]) {
    if (countries.split(" ").includes(country)) return language;
  }
  return "en";
}

/** Which way a language is written. */
export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}
