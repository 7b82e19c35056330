import type { InLanguages } from "../../language/language.ts";
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { hi } from "./hi.ts";
import type { Words } from "./words.ts";

/** What the pages say. */
export const WORDS: InLanguages<Words> = { en, es, fr, de, hi, ar };
