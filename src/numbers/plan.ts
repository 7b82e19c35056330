import { METADATA } from "./metadata.ts";
import { MAX_E164_DIGITS, type NumberType, Region } from "./region.ts";

/** What a plan says of a significant number as it stands; a null type means that nobody is assigned it. */
export interface Identity {
  readonly region: Region;
  readonly country: string | null;
  readonly type: NumberType | null;
}

/** A calling code and the countries that share it, the main one first. */
export class Plan {
  readonly callingCode: string;
  readonly main: Region;
  readonly #regions: readonly Region[];

  constructor(callingCode: string, main: Region, others: readonly Region[]) {
    this.callingCode = callingCode;
    this.main = main;
    this.#regions = [main, ...others];
  }

  /** Whose a significant number is, taken as it stands: no trunk prefix is looked for. */
  identify(significant: string): Identity {
    const { main } = this;
    if (this.callingCode.length + significant.length > MAX_E164_DIGITS) {
      return { region: main, country: this.#regions.length === 1 ? main.country : null, type: null };
    }
    if (this.#regions.length === 1) return { region: main, country: main.country, type: main.typeOf(significant) };
    for (const region of this.#regions) {
      if (region.leadingDigits === null) {
        const type = region.typeOf(significant);
        if (type !== null) return { region, country: region.country, type };
      } else if (region.leadingDigits.test(significant)) {
        return { region, country: region.country, type: region.typeOf(significant) };
      }
    }
    return { region: main, country: null, type: null };
  }
}

const plans = new Map<number, Plan | null>();
const regions = new Map<string, Region>();

/** The region of a country the metadata knows; undefined for any other text. */
export function regionOf(country: string): Region | undefined {
  const known = regions.get(country);
  if (known !== undefined || !Object.hasOwn(METADATA.countries, country)) return known;
  const record = METADATA.countries[country];
  if (record === undefined) return undefined;
  const mainCountry = METADATA.country_calling_codes[record[0]]?.[0];
  const main = (mainCountry === undefined ? undefined : METADATA.countries[mainCountry]) ?? record;
  const region = new Region(country, record, main);
  regions.set(country, region);
  return region;
}

function readPlan(callingCode: string): Plan | null {
  const shared = METADATA.country_calling_codes[callingCode]?.map(regionOf).filter((region) => region !== undefined);
  const record = METADATA.nonGeographic[callingCode];
  const [main, ...others] = shared ?? (record === undefined ? [] : [new Region(null, record, record)]);
  return main === undefined ? null : new Plan(callingCode, main, others);
}

/** The plan that international digits (no plus) begin with; null where no calling code is the beginning of them. */
export function planOf(digits: string): Plan | null {
  // Calling codes have one to three digits, and none is the beginning of another.
  for (let length = 1, code = 0; length <= 3 && length <= digits.length; length += 1) {
    code = code * 10 + digits.charCodeAt(length - 1) - 48;
    if (code === 0) return null;
    let plan = plans.get(code);
    if (plan === undefined) {
      plan = readPlan(String(code));
      plans.set(code, plan);
    }
    if (plan !== null) return plan;
  }
  return null;
}
