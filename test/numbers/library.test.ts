import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Country, parseNumber } from "../../src/numbers/number.ts";
import { often } from "../support/thorough.ts";
import { digits, matching } from "./arbitraries.ts";
import {
  asItStands,
  described,
  fitsE164,
  type Numbering,
  NUMBERINGS,
  trunkPrefixOf,
  validAsItStands,
  validByLibrary,
} from "./reference.ts";

// The room reads the library's metadata by itself. These properties hold its answers against the library's, for every
// country and type of number, and so guard the layout of the metadata as well.

/** An assigned number and what lies one step beside it: there are the boundaries of patterns and lengths. */
function neighbours(significant: string, { trunkPrefix }: Numbering, at: number, digit: string): string[] {
  const place = at % significant.length;
  return [
    significant,
    significant.slice(0, -1),
    significant.slice(1),
    significant + digit,
    digit + significant,
    trunkPrefix + significant,
    significant.slice(0, place) + digit + significant.slice(place + 1),
  ].filter((text) => text !== "");
}

/**
 * The library's answer, but that E.164 ends at 15 digits, that a valid number keeps its leading digits, and that a
 * trunk prefix may stand alone where the library knows it only with a carrier code behind it (Colombia, Argentina).
 */
function libraryAnswer(callingCode: string, significant: string) {
  const e164 = `+${callingCode}${significant}`;
  const trunkPrefix = trunkPrefixOf(callingCode);
  const bare = significant.startsWith(trunkPrefix) ? significant.slice(trunkPrefix.length) : "";
  const valid = validAsItStands(callingCode, significant) ?? validByLibrary(e164) ?? validAsItStands(callingCode, bare);
  if (valid !== null) return { valid: true, number: described(valid) };
  const number = asItStands(callingCode, significant);
  return { valid: false, number: fitsE164(number) && number.isPossible() ? described(number) : null };
}

/** This room's answer in the same shape: of an invalid number only one of possible length, and as it was written. */
function ownAnswer(callingCode: string, significant: string) {
  const e164 = `+${callingCode}${significant}`;
  const parsed = parseNumber(e164);
  if (parsed.valid) return { valid: true, number: parsed.number };
  return {
    valid: false,
    number: parsed.reason === "not-assigned" && parsed.number.e164 === e164 ? parsed.number : null,
  };
}

const places = NUMBERINGS.map((numbering) => [numbering.country ?? `+${numbering.callingCode}`, numbering] as const);

describe("an international number gets the library's answer", () => {
  it.each(places)("%s, near assigned numbers", (_place, numbering) => {
    const { callingCode } = numbering;
    for (const pattern of numbering.typePatterns) {
      const property = fc.property(matching(pattern), fc.nat(), digits(1, 1), (significant, at, digit) => {
        for (const text of neighbours(significant, numbering, at, digit)) {
          expect(ownAnswer(callingCode, text)).toEqual(libraryAnswer(callingCode, text));
        }
      });
      fc.assert(property, { numRuns: often(3, 10) });
    }
  });

  it.each(places)("%s, of any digits", (_place, { callingCode, longest }) => {
    const property = fc.property(digits(2, longest + 2), (text) => {
      expect(ownAnswer(callingCode, text)).toEqual(libraryAnswer(callingCode, text));
    });
    fc.assert(property, { numRuns: often(8, 30) });
  });

  it("under any calling code or none", () => {
    const property = fc.property(digits(1, 18), (text) => {
      expect(parseNumber(`+${text}`).valid || validByLibrary(`+${text}`) === null).toBe(true);
    });
    fc.assert(property, { numRuns: often(1000, 5000) });
  });
});

describe("a number dialled in its country is the number dialled from abroad", () => {
  it.each(places.filter(([, { country }]) => country !== null))("%s", (_place, { callingCode, typePatterns }) => {
    for (const pattern of typePatterns) {
      const property = fc.property(matching(pattern), (significant) => {
        const parsed = parseNumber(`+${callingCode}${significant}`);
        fc.pre(parsed.valid); // the longest German and Japanese numbers are none in E.164
        const { e164, country, nationalFormat } = parsed.number;
        expect(parseNumber(`00${e164.slice(1)}`)).toEqual(parsed);
        expect(parseNumber(`011 ${e164.slice(1)}`, "US")).toEqual(parsed);
        for (const text of [nationalFormat, significant]) {
          // Where old and new numbers live side by side (Gabon), the same digits can be both: the library decides.
          const reading = validByLibrary(text, country ?? undefined);
          const own = parseNumber(text, country as Country);
          expect(own).toEqual(reading === null ? own : { valid: true, number: described(reading) });
          expect(reading !== null || text === significant || own.number?.e164 === e164).toBe(true);
        }
      });
      fc.assert(property, { numRuns: often(3, 10) });
    }
  });
});
