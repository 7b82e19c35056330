import json from "./known-names.json" with { type: "json" };

/**
 * Names that one letter or two make another name of: Khalid and Khalil, Rajesh and Ramesh. A word that is none of them
 * may be a slip of one that is, two of them are two names. From the lists of Faker (MIT), names of six languages or more, of
 * the most common ones of the US census of 1990, and of our own for India, the Arab countries, Korea, China and Japan:
 * 800, for what more of them would weigh in the Worker.
 */
export const KNOWN_NAMES: ReadonlySet<string> = new Set(json.flatMap((names) => names.split(" ")));
