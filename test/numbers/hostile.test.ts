import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, type Country, isCountry, lineOf, parseNumber } from "../../src/numbers/number.ts";
import { digits, matching } from "./arbitraries.ts";
import { NUMBERINGS } from "./reference.ts";

const countries = NUMBERINGS.map(({ country }) => country ?? "").filter(isCountry);
const anyCountry = fc.option(fc.constantFrom(...countries), { nil: undefined });

// UTF-16 units and not code points, so that lone surrogates come up.
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 4096, size: "max" })
  .map((units) => String.fromCodePoint(...units));
const pieces = [
  "+",
  "00",
  "011",
  "tel:",
  ";phone-context=+1",
  ";ext=",
  " ",
  "(",
  ")",
  "-",
  ".",
  "/",
  "\u202A",
  "\u0665",
];
const likelyText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), digits(1, 6), fc.string({ unit: "binary", maxLength: 2 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

const patterns = NUMBERINGS.flatMap(({ callingCode, typePatterns }) =>
  typePatterns.map((pattern) => ({ callingCode, pattern: matching(pattern) })),
);
const realNumber = fc.nat({ max: patterns.length - 1 }).chain((at) => {
  const { callingCode, pattern } = patterns[at] ?? { callingCode: "1", pattern: digits(10, 10) };
  return pattern.map((significant) => `+${callingCode}${significant}`);
});
const separator = fc.constantFrom(
  "",
  "",
  "",
  " ",
  "-",
  ".",
  "(",
  ")",
  "/",
  "\u00A0",
  "\u2009",
  "\u2013",
  "\u200E",
  "\uFEFF",
);

/** A real number as people write it: separators anywhere, its plus as it is, as 00, or lost. */
const written = fc
  .tuple(realNumber, fc.array(separator, { minLength: 16, maxLength: 16 }), fc.constantFrom("+", "00", "\uFF0B", ""))
  .map(([number, separators, plus]) =>
    [plus, ...Array.from(number.slice(1), (digit, i) => digit + (separators[i] ?? ""))].join(""),
  );
/** And as they miswrite it: a digit more, a digit less. */
const miswritten = fc
  .tuple(written, fc.nat(), digits(0, 2))
  .map(([text, at, extra]) => text.slice(0, at % text.length) + extra + text.slice((at % text.length) + 1));

function expectAFixedPoint(text: string, country: Country | undefined): void {
  const parsed = parseNumber(text, country);
  const { number } = parsed;
  expect(number === null ? !parsed.valid : /^\+[1-9]\d{5,14}$/.test(number.e164)).toBe(true);
  expect(number === null ? parsed : parseNumber(number.e164)).toEqual(parsed);
  expect(number === null ? parsed : parseNumber(number.e164, "JP")).toEqual(parsed);
}

describe("whatever comes in", () => {
  it("an answer comes out, and parses to itself", () => {
    const likely = fc.property(fc.oneof(likelyText, written, miswritten), anyCountry, (text, country) => {
      expectAFixedPoint(text, country);
    });
    fc.assert(likely, { numRuns: 10_000 });
    expect.hasAssertions();
  });

  it("also to 4,096 units of anything", () => {
    fc.assert(fc.property(anyText, anyCountry, expectAFixedPoint), { numRuns: 300 });
    expect.hasAssertions();
  });

  it("where spaces, dashes, brackets and what nobody sees stand does not matter", () => {
    // Dots and slashes say something: see "decimals and lists" among the examples.
    const mute = separator.filter((text) => text !== "." && text !== "/");
    const property = fc.property(realNumber, fc.array(mute, { minLength: 16 }), (number, separators) => {
      const text = Array.from(number, (digit, i) => digit + (separators[i] ?? "")).join("");
      expect(parseNumber(text)).toEqual(parseNumber(number));
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it("no decimals make a number longer", () => {
    const decimals = fc.constantFrom(".0", ".00", ".000", ".5", ".25", "\uFF0E0", "\u00B70");
    const property = fc.property(realNumber, anyCountry, decimals, fc.boolean(), (number, country, fraction, bare) => {
      // Below eight digits with its calling code, a number with decimals is as short as a dotted one.
      fc.pre(number.length > 8);
      expect(parseNumber((bare ? number.slice(1) : number) + fraction, country).valid).toBe(false);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it("no character without a glyph changes a number", () => {
    const unseen = Array.from({ length: 0x11_00_00 }, (_, code) => String.fromCodePoint(code)).filter((character) =>
      /^[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]$/u.test(character),
    );
    expect(unseen.length).toBeGreaterThan(4000);
    for (const character of unseen) {
      expect(
        parseNumber(`${character}+1312${character}5550142${character}`).number?.e164,
        character.codePointAt(0)?.toString(16),
      ).toBe("+13125550142");
    }
  });

  it("block and line put an E.164 together again", () => {
    const property = fc.property(realNumber, (text) => {
      const { number } = parseNumber(text);
      fc.pre(number !== null);
      const line = lineOf(number.e164);
      expect(Number.isInteger(line) && line >= 0 && line <= 99).toBe(true);
      expect(blockOf(number.e164) + String(line).padStart(2, "0")).toBe(number.e164);
    });
    fc.assert(property, { numRuns: 3000 });
  });
});

it("reads the decimal digits of every script", () => {
  const decimals = Array.from({ length: 0x11_00_00 }, (_, code) => String.fromCodePoint(code)).filter((character) =>
    /^\p{Nd}$/u.test(character),
  );
  const scripts = Array.from({ length: decimals.length / 10 }, (_, script) =>
    decimals.slice(script * 10, script * 10 + 10),
  );
  expect(scripts.length).toBeGreaterThan(60);
  for (const script of scripts) {
    expect(parseNumber(`+${"13125550123".replace(/\d/g, (digit) => script[Number(digit)] ?? "")}`)).toEqual(
      parseNumber("+13125550123"),
    );
  }
});

it("does not read what is long", () => {
  const long = ["1", "+1", "(", " ", "\u200E", "tel:+1;", ";", "\uD83D"].map((piece) => piece.repeat(1_000_000));
  for (const text of long) {
    for (const country of [undefined, "AR" as Country]) expect(parseNumber(text, country).valid).toBe(false);
  }
  // Reading them would take minutes of backtracking: the runner's own time-out is the judge.
});
