import { lazily } from "./lazily.ts";
import json from "./known-names.json" with { type: "json" };

/**
 * Names that differ from another name in one or two letters: Khalid and Khalil, Rajesh and Ramesh. Two of them are two
 * names; any other word may be a misspelling of one. From Faker's lists (MIT; names of six languages or more), the most
 * common names of the US census of 1990, and our own for India, the Arab countries, Korea, China and Japan. Limited to 800
 * to keep the Worker small.
 */
export const knownNames = lazily((): ReadonlySet<string> => new Set(json.flatMap((names) => names.split(" "))));
