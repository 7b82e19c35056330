import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Country, parseNumber } from "../../src/numbers/number.ts";
import { MAX_E164_DIGITS } from "../../src/numbers/plan.ts";
import { asItStands, described, type Numbering, NUMBERINGS, validByLibrary } from "./reference.ts";

// The room reads the library's metadata by itself. These properties hold every answer against the library's, for
// every country and type, and so guard the layout of the metadata as well.

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });
const assigned = (pattern: string) => fc.stringMatching(new RegExp(`^(?:${pattern})$`));

/** A number one step away from an assigned one: where boundaries of patterns and lengths are. */
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

function expectTheLibrarysAnswer(callingCode: string, significant: string): void {
  const e164 = `+${callingCode}${significant}`;
  const parsed = parseNumber(e164);
  const reference = asItStands(callingCode, significant);
  const fits = callingCode.length + significant.length <= MAX_E164_DIGITS;
  if (fits && reference.isValid()) {
    expect(parsed).toEqual({ valid: true, number: described(reference) });
    return;
  }
  const stripped = validByLibrary(e164);
  if (stripped !== null && stripped.number !== e164) {
    expect(parsed).toEqual({ valid: true, number: described(stripped) });
    return;
  }
  if (parsed.valid) throw new Error(`${e164} is valid here and not in the library`);
  if (fits && reference.isPossible()) expect(parsed.reason).toBe("not-assigned");
  else if (parsed.number?.e164 === e164) expect(parsed.reason).toMatch(/^too-(?:short|long)$/);
  if (parsed.number?.e164 === e164) expect(parsed.number).toEqual({ ...described(reference), type: null });
}

describe("an international number gets the library's answer", () => {
  it.each(NUMBERINGS.map((numbering) => [numbering.country ?? numbering.callingCode, numbering] as const))(
    "%s",
    (_name, numbering) => {
      const { callingCode } = numbering;
      for (const pattern of numbering.typePatterns) {
        fc.assert(
          fc.property(assigned(pattern), fc.nat(), digits(1, 1), (significant, at, digit) => {
            for (const text of neighbours(significant, numbering, at, digit))
              expectTheLibrarysAnswer(callingCode, text);
          }),
          { numRuns: 10 },
        );
      }
      fc.assert(
        fc.property(digits(2, numbering.longest + 2), (text) => expectTheLibrarysAnswer(callingCode, text)),
        { numRuns: 30 },
      );
    },
  );

  it("under any digits at all", () => {
    fc.assert(
      fc.property(digits(1, 18), (text) => {
        const number = validByLibrary(`+${text}`);
        const parsed = parseNumber(`+${text}`);
        // Whatever the library finds valid is valid here; that it keeps its digits is asserted above.
        if (number !== null) expect(parsed.valid).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a number dialled at home is the number dialled from abroad", () => {
  it.each(NUMBERINGS.filter(({ country }) => country !== null).map((one) => [one.country, one] as const))(
    "%s",
    (_name, numbering) => {
      for (const pattern of numbering.typePatterns) {
        fc.assert(
          fc.property(assigned(pattern), (significant) => {
            const parsed = parseNumber(`+${numbering.callingCode}${significant}`);
            if (!parsed.valid) return; // of the longest German and Japanese numbers
            const { e164, country, nationalFormat } = parsed.number;
            expect(parseNumber(`00${e164.slice(1)}`)).toEqual(parsed);
            expect(parseNumber(`011 ${e164.slice(1)}`, "US")).toEqual(parsed);
            for (const text of [nationalFormat, significant]) {
              const reading = validByLibrary(text, country ?? undefined);
              const here = parseNumber(text, country as Country);
              if (reading !== null) expect(here).toEqual({ valid: true, number: described(reading) });
              else if (text === nationalFormat) expect(here).toEqual(parsed);
            }
          }),
          { numRuns: 10 },
        );
      }
    },
  );
});
