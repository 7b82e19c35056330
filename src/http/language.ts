import { askedLanguage, type Language } from "../language/language.ts";

/** The language of a request's `Accept-Language`; null if we have none of them. */
export function acceptedLanguage({ headers }: Request): Language | null {
  return askedLanguage(headers.get("accept-language"));
}

/** The language of a page: from its address, otherwise from `Accept-Language`, otherwise English. */
export function languageOf(request: Request, named?: string): Language {
  return askedLanguage(named) ?? acceptedLanguage(request) ?? "en";
}
