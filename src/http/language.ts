import { askedLanguage, type Language } from "../language/language.ts";

/** The language that a request asks for, by its `Accept-Language`; null when it asks for none of ours. */
export function acceptedLanguage({ headers }: Request): Language | null {
  return askedLanguage(headers.get("accept-language"));
}

/** The language of a page: the one that its address names, or the browser asks for, or English. */
export function languageOf(request: Request, named?: string): Language {
  return askedLanguage(named) ?? acceptedLanguage(request) ?? "en";
}
