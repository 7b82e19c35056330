import type { Language } from "../../language/language.ts";
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { hi } from "./hi.ts";
import type { Words } from "./words.ts";

/** Each language's words are made when they are asked for. */
const BY_LANGUAGE: Readonly<Record<Language, () => Words>> = { en, es, fr, de, hi, ar };

export function wordsIn(language: Language): Words {
  return BY_LANGUAGE[language]();
}
