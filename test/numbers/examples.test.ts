import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";
import { isCountry, parseNumber } from "../../src/numbers/number.ts";
import { NUMBERINGS } from "./reference.ts";

describe("the library's example of a mobile number", () => {
  it.each(Object.entries(examples))("%s %s", (country, significant) => {
    const callingCode = NUMBERINGS.find((numbering) => numbering.country === country)?.callingCode ?? "";
    const e164 = `+${callingCode}${significant}`;
    expect(parseNumber(e164)).toMatchObject({ valid: true, number: { e164 } });
    expect(isCountry(country) && parseNumber(significant, country)).toEqual(parseNumber(e164));
  });
});

// A number per country and type from Google's metadata; it is lent to this project and no part of it.
const file = join(import.meta.dirname, "../../../shared/data/phone_example_numbers.csv");

describe.runIf(existsSync(file))("Google's examples", () => {
  const rows = existsSync(file) ? readFileSync(file, "utf8").trim().split(/\r?\n/).slice(1) : [];
  const numbers = rows.map((row) => {
    const [region = "", , type = "", significant = "", e164 = ""] = row.split(",");
    return { region, type, significant, e164 };
  });
  it("are all there", () => {
    expect(numbers).toHaveLength(1144);
  });

  it("are valid, dialled from abroad and at home", () => {
    for (const { region, significant, e164 } of numbers) {
      const parsed = parseNumber(e164);
      expect(parsed).toMatchObject({ valid: true, number: { e164 } });
      expect(isCountry(region) ? parseNumber(significant, region) : parsed, `${significant} in ${region}`).toEqual(
        parsed,
      );
    }
  });
});
