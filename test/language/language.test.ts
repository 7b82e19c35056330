import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askedLanguage, directionOf, LANGUAGES, languageOfCountry } from "../../src/language/language.ts";

describe("the language of a text", () => {
  it.each([
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["pt-BR,pt;q=0.9,es;q=0.5,en;q=0.4", "es"],
    ["en;q=0.3, ar-EG;q=0.9", "ar"],
    ["fr;q=0, en;q=0.1", "en"],
    ["HI_in", "hi"],
    ["tlh", null],
    ["*", null],
    ["", null],
    [null, null],
    [";q=;,;;q=x", null],
  ])("%s → %s", (asked, expected) => {
    expect(askedLanguage(asked)).toBe(expected);
  });

  it("is one of ours, or none, for whatever a client sends", () => {
    const ours = new Set<unknown>([null, ...LANGUAGES]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (asked) => ours.has(askedLanguage(asked))));
  });

  it.each([
    ["MX", "es"],
    ["IN", "hi"],
    ["EG", "ar"],
    ["CH", "de"],
    ["SN", "fr"],
    ["US", "en"],
    ["JP", "en"],
    [null, "en"],
  ])("of the country %s is %s", (country, expected) => {
    expect(languageOfCountry(country)).toBe(expected);
  });

  it("is written from right to left in Arabic alone", () => {
    expect(LANGUAGES.filter((language) => directionOf(language) === "rtl")).toEqual(["ar"]);
  });
});
