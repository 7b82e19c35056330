import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";
import { isCountry, parseNumber } from "../../src/numbers/number.ts";
import { NUMBERINGS, validByLibrary } from "./reference.ts";

describe("the library's example of a mobile number", () => {
  it.each(Object.entries(examples))("%s %s", (country, significant) => {
    const callingCode = NUMBERINGS.find((numbering) => numbering.country === country)?.callingCode ?? "";
    const e164 = `+${callingCode}${significant}`;
    expect(parseNumber(e164)).toMatchObject({ valid: true, number: { e164 } });
    expect(isCountry(country) && parseNumber(significant, country)).toEqual(parseNumber(e164));
  });
});

// A number per country and type from Google's metadata; it is lent to this project and no part of it.
const file = fileURLToPath(new URL("../../../shared/data/phone_example_numbers.csv", import.meta.url));

describe.runIf(existsSync(file))("Google's examples", () => {
  const rows = existsSync(file) ? readFileSync(file, "utf8").trim().split(/\r?\n/).slice(1) : [];
  const numbers = rows.map((row) => {
    const [region = "", , type = "", significant = "", e164 = ""] = row.split(",");
    return { region, type, significant, e164 };
  });
  // Plans change: numbers of the file that the metadata in use has retired since (8 digits in Benin, 7 in Zimbabwe).
  const retired = numbers.filter(({ e164 }) => validByLibrary(e164) === null);
  const current = numbers.filter((row) => !retired.includes(row));

  it("are nearly all current", () => {
    expect(numbers.length).toBeGreaterThan(1000);
    expect(retired.length).toBeLessThan(numbers.length / 100);
  });

  it("are valid, dialled from abroad and at home", () => {
    for (const { region, significant, e164 } of current) {
      const parsed = parseNumber(e164);
      expect(parsed).toMatchObject({ valid: true, number: { e164 } });
      expect(isCountry(region) ? parseNumber(significant, region) : parsed, `${significant} in ${region}`).toEqual(
        parsed,
      );
    }
  });

  it("keep their E.164 when the plan has retired them", () => {
    for (const { e164 } of retired) expect(parseNumber(e164)).toMatchObject({ valid: false, number: { e164 } });
  });
});
