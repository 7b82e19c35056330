import { describe, expect, it } from "vitest";
import {
  blockOf,
  type Country,
  type E164,
  INVALID_REASONS,
  isCountry,
  NUMBER_TYPES,
  parseNumber,
} from "../../src/numbers/number.ts";

/** The E.164 a text is valid as; its reason otherwise. */
function read(text: string, country?: Country): string {
  const parsed = parseNumber(text, country);
  return parsed.valid ? parsed.number.e164 : parsed.reason;
}

const CHICAGO = "+13125550123";
const LONDON = "+442079460958";
const ROME = "+390612345678";

describe("what is accepted", () => {
  it.each([
    "+13125550123",
    "  +1 312 555 0123\r\n",
    "+1 (312) 555-0123",
    "(+1) 312.555.0123",
    "+1-312-555-0123",
    "+1/312/555/0123",
    "+1 [312] 555 0123",
    "+1\u00A0312\u2009555\u202F0123",
    "+1\u3000312\t555 0123",
    "+1\u2010312\u2011555\u20130123",
    "+1\u2212312\u2014555\u2015\uFF0D0123",
    "\uFF0B\uFF11 \uFF08\uFF13\uFF11\uFF12\uFF09 \uFF15\uFF15\uFF15\uFF0D\uFF10\uFF11\uFF12\uFF13",
    "+\u0661\u0663\u0661\u0662\u0665\u0665\u0665\u0660\u0661\u0662\u0663",
    "+\u06F1\u06F3\u06F1\u06F2\u06F5\u06F5\u06F5\u06F0\u06F1\u06F2\u06F3",
    "+\u0967\u0969\u0967\u0968\u096B\u096B\u096B\u0966\u0967\u0968\u0969",
    "+1312555\uFE0D0123",
    "\u3164+13125550123",
    "+1312\u180E555\u28000123\u2028",
    "\uFFF9+1 312\u{E0020} 555 0123",
    "\u202A+13125550123\u202C",
    "\u200E\u2066+1\u200B312\uFEFF555\u00AD0123\u2069\u200F",
    "0013125550123",
    "00 1 312 555 0123",
    "tel:+1-312-555-0123",
    "TEL:+1(312)555.0123",
    "tel:312-555-0123;phone-context=+1",
    "tel:1-312-555-0123;Phone-Context=+1",
    "tel:+1-312-555-0123;isub=12345",
    "tel:+1-312-555-0123;phone-context=example.com;x-carrier=%2B1;npdi",
  ])("%j without a country", (text) => {
    expect(read(text)).toBe(CHICAGO);
    expect(read(text, "GB")).toBe(CHICAGO);
  });

  it.each<[string, Country, string]>([
    ["312 555 0123", "US", CHICAGO],
    ["1 (312) 555-0123", "US", CHICAGO],
    ["13125550123", "CA", CHICAGO],
    ["011 44 20 7946 0958", "US", LONDON],
    ["0044 20 7946 0958", "US", LONDON],
    ["0011 44 20 7946 0958", "AU", LONDON],
    ["8~10 44 20 7946 0958", "RU", LONDON],
    ["010 44 20 7946 0958", "JP", LONDON],
    ["00 44 20 7946 0958", "JP", LONDON],
    ["020 7946 0958", "GB", LONDON],
    ["(020) 7946 0958", "IM", LONDON],
    ["44 20 7946 0958", "GB", LONDON],
    ["tel:020-7946-0958", "GB", LONDON],
    ["tel:020-7946-0958;phone-context=pbx.example.com", "GB", LONDON],
    ["+44 (0)20 7946 0958", "US", LONDON],
    ["06 1234 5678", "IT", ROME],
    ["+39 06 1234 5678", "US", ROME],
    ["011 1500 0000", "AR", "+541115000000"],
    ["0 11 15 2345 6789", "AR", "+5491123456789"],
    ["0320 000 0000", "CO", "+573200000000"],
    ["464 1234", "AG", "+12684641234"],
  ])("%j in %s", (text, country, e164) => {
    expect(read(text, country)).toBe(e164);
  });

  it.each<[string, Country, string]>([
    ["030/1234567", "DE", "+49301234567"],
    ["(030) / 123 45 67", "DE", "+49301234567"],
    ["+49 (0)30/1234567", "US", "+49301234567"],
    ["0049/30/1234567", "US", "+49301234567"],
    ["030.1234567", "DE", "+49301234567"],
    ["030 1234567-0", "DE", "+493012345670"],
    ["02/512.45.67", "BE", "+3225124567"],
    ["+32/2/512.45.67", "US", "+3225124567"],
    ["01/23/45/67/89", "FR", "+33123456789"],
    ["01.23.45.67.89", "FR", "+33123456789"],
    ["+1.312.555.0123", "GB", CHICAGO],
    ["3125550123.", "US", CHICAGO],
  ])("separators as people set them: %j in %s", (text, country, e164) => {
    expect(read(text, country)).toBe(e164);
  });

  it.each<[string, string | null, string]>([
    ["+1 800 555 0199", "US", "toll-free"],
    ["+44 808 157 0192", "GB", "toll-free"],
    ["+800 1234 5678", null, "toll-free"],
    ["+881 6 1234 5678", null, "mobile"],
    ["+870 301 234 567", null, "mobile"],
    ["+883 510 012 345", null, "voip"],
    ["+979 1 2345 6789", null, "premium-rate"],
    ["+1 312 555 0123", "US", "fixed-line-or-mobile"],
    ["+1 204 555 0123", "CA", "fixed-line-or-mobile"],
    ["+1 876 555 0123", "JM", "mobile"],
    ["+44 20 7946 0958", "GB", "fixed-line"],
    ["+44 1534 496 000", "JE", "fixed-line"],
  ])("%j is of country %s and %s", (text, country, type) => {
    expect(parseNumber(text)).toMatchObject({ valid: true, number: { country, type } });
  });

  it("gives the whole number", () => {
    expect(parseNumber("020 7946 0958", "GB")).toEqual({
      valid: true,
      number: { e164: LONDON, country: "GB", type: "fixed-line", nationalFormat: "020 7946 0958" },
    });
  });
});

describe("what is refused", () => {
  it.each([
    "",
    " ",
    "+",
    "++13125550123",
    "+1+3125550123",
    "1-800-FLOWERS",
    "+1 800 FLOWERS",
    "call +1 312 555 0123 now",
    "+1 312 555 0123 or 0124",
    "+1 312 555 0123, +1 312 555 0124",
    "+1 312 555 0123\n+1 312 555 0124",
    "555-0123\n555-0124",
    "-13125550123",
    ".5550123",
    "/13125550123",
    "1e10",
    "0x3125550123",
    "*67 312 555 0123",
    "#31#3125550123",
    "13125550123@sip.example.com",
    "sip:+13125550123@example.com",
    "%2B13125550123",
    "+1\u0000312 555 0123",
    "+1\u0007312 555 0123",
    "+1\uD83D312 555 0123",
    "+1\uDE00312 555 0123",
    "+\u00B9\u00B3\u00B9\u00B2\u2075\u2075\u2075\u2070\u00B9\u00B2\u00B3",
    "\u2460\u2462\u2460\u2461\u2464\u2464\u2464\u24EA\u2460\u2461\u2462",
    "1\uFE0F\u20E33125550123",
    "tel:",
    "tel:+1-312-555-0123;phone-context=",
    "tel:312-555-0123;phone-context=+",
    "tel:312-555-0123;phone-context=+1;;",
    "tel:312-555-0123;phone-context=-.example",
    "tel:+1-312-555-0123;<b>",
    "tel:+1-312-555-0123?x=1",
    "+13125550123;phone-context=+1",
    "[object Object]",
    "null",
    "NaN",
    "Infinity",
  ])("%j is not a number", (text) => {
    expect(parseNumber(text)).toEqual({ valid: false, reason: "not-a-number", number: null });
    expect(parseNumber(text, "US")).toEqual({ valid: false, reason: "not-a-number", number: null });
  });

  it.each([
    ";ext=5",
    ";EXT=5",
    ";ext=",
    " ext 5",
    " ext. 5",
    "x5",
    " x 5",
    "#5",
    " #5",
    ",5",
    ",,5",
    ";5",
    ";postd=pp5",
    " доб. 5",
    "p5",
  ])("an extension (%j) is never dropped", (extension) => {
    for (const number of [CHICAGO, `tel:${CHICAGO}`, "312 555 0123"]) {
      expect(read(number + extension, "US")).toBe("not-a-number");
    }
  });

  it.each<[string, Country]>([
    ["3012345678.0", "DE"],
    ["3012345678.00", "DE"],
    ["3012345678.000", "DE"],
    ["493012345679.0", "DE"],
    ["+493012345679.0", "DE"],
    ["030 12345678.0", "DE"],
    ["3012345678,0", "DE"],
    ["3012345678\uFF0E0", "DE"],
    ["3.012345678E9", "DE"],
    ["3012345678.25", "DE"],
    ["030 123456/57", "DE"],
    ["030 1234/1235", "DE"],
    ["030123456/457", "DE"],
    ["+49 30 123456/57", "DE"],
    ["+49 30 1234/1235", "DE"],
    ["030 123456/57/58", "DE"],
    ["02-123-4567~9", "KR"],
    ["03-1234-5678\uFF5E80", "JP"],
  ])("decimals and lists are not read on: %j in %s", (text, country) => {
    expect(read(text, country)).toBe("not-a-number");
  });

  it.each<[string, Country | undefined, string]>([
    ["3125550123", undefined, "invalid-country-code"],
    ["13125550123", undefined, "invalid-country-code"],
    ["112", undefined, "invalid-country-code"],
    ["tel:7042;phone-context=example.com", undefined, "invalid-country-code"],
    ["+999 123 4567", undefined, "invalid-country-code"],
    ["+0 312 555 0123", undefined, "invalid-country-code"],
    ["00 999 1234567", undefined, "invalid-country-code"],
    ["00 999 1234567", "DE", "invalid-country-code"],
    ["+210 123 4567", undefined, "invalid-country-code"],
    ["+1", undefined, "too-short"],
    ["+9", undefined, "too-short"],
    ["+99", undefined, "too-short"],
    ["+1312555", undefined, "too-short"],
    ["112", "DE", "too-short"],
    ["911", "US", "too-short"],
    ["555 0123", "US", "too-short"],
    ["0044 515 861", "AE", "too-short"],
    ["+1 312 555 01234", undefined, "too-long"],
    ["+49 30 1234 5678 9012 34", undefined, "too-long"],
    ["1".repeat(33), undefined, "too-long"],
    [`+${"1".repeat(127)}`, undefined, "too-long"],
    ["1".repeat(129), undefined, "not-a-number"],
    ["+1 000 555 0123", undefined, "not-assigned"],
    ["000 555 0123", "US", "not-assigned"],
    ["+44 7700 900123", undefined, "not-assigned"],
    ["07700 900123", "GB", "not-assigned"],
  ])("%j in %s is %s", (text, country, reason) => {
    expect(read(text, country)).toBe(reason);
  });

  it("a number that nobody is assigned keeps its E.164", () => {
    const number = { e164: "+447700900123", country: null, type: null, nationalFormat: "07700 900123" };
    for (const parsed of [parseNumber("07700 900123", "GB"), parseNumber("+44 (0)7700 900123")]) {
      expect(parsed).toEqual({ valid: false, reason: "not-assigned", number });
    }
  });

  it("so does one of a length the plan does not know, but only where it was written internationally", () => {
    expect(parseNumber("+1 312 555 01234").number?.e164).toBe("+131255501234");
    expect(parseNumber("+1312555").number?.e164).toBe("+1312555");
    expect(parseNumber("+131255").number).toBeNull();
    expect(parseNumber("+1 312 555 0123 45678").number).toBeNull();
    expect(parseNumber("555 0123", "US").number).toBeNull();
    expect(parseNumber("911", "US").number).toBeNull();
  });
});

describe("countries", () => {
  it("are upper-case ISO codes that the metadata knows", () => {
    expect(["US", "GB", "IT", "XK", "AX"].filter(isCountry)).toHaveLength(5);
    expect(["us", "UK", "ZZ", "001", "", "USA", "__proto__", "constructor", "toString"].filter(isCountry)).toEqual([]);
  });

  it("an unknown one is no country, and never an error", () => {
    expect(read("3125550123", "ZZ" as Country)).toBe("invalid-country-code");
    expect(read("3125550123", "__proto__" as Country)).toBe("invalid-country-code");
    expect(read(CHICAGO, "constructor" as Country)).toBe(CHICAGO);
  });
});

describe("blocks", () => {
  it("are of 100 lines", () => {
    const block = Array.from({ length: 100 }, (_, line) => `+131255501${String(line).padStart(2, "0")}` as E164);
    expect(new Set(block.map(blockOf))).toEqual(new Set(["+131255501"]));
  });
});

it("the lists of the contract are complete and without repetition", () => {
  expect(new Set(INVALID_REASONS).size).toBe(5);
  expect(new Set(NUMBER_TYPES).size).toBe(11);
});
