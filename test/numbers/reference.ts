import { PhoneNumber } from "libphonenumber-js/core";
import parseByLibrary, { Metadata } from "libphonenumber-js/max";
import json from "libphonenumber-js/metadata.max";
import { MAX_E164_DIGITS } from "../../src/numbers/region.ts";

// The library's own answers, got through its public functions: what the room's faster reading is held against.

export type LibraryNumber = NonNullable<ReturnType<typeof parseByLibrary>>;

// The class takes a country or calling code and a significant number too, which its types leave out.
const LibraryPhoneNumber = PhoneNumber as unknown as new (
  countryOrCallingCode: string,
  significant: string,
  metadata: typeof json,
) => LibraryNumber;

export interface Numbering {
  readonly country: string | null;
  readonly callingCode: string;
  readonly trunkPrefix: string;
  readonly typePatterns: readonly string[];
  readonly longest: number;
}

/** Every numbering plan in the metadata, straight from its array. */
export const NUMBERINGS: readonly Numbering[] = [
  ...Object.entries(json.countries).map(([country, record]) => numbering(country, record)),
  ...Object.values(json.nonGeographic).map((record) => numbering(null, record)),
];

// oxlint-disable-next-line typescript/no-explicit-any -- the library's own type for a plan
function numbering(country: string | null, record: any[]): Numbering {
  const types = (record[11] ?? []) as readonly (readonly [string] | 0)[];
  return {
    country,
    callingCode: String(record[0]),
    trunkPrefix: String(record[5] || ""),
    typePatterns: types.flatMap((type) => (type === 0 || type[0] === "" ? [] : [type[0]])),
    longest: Math.max(...(record[3] as number[])),
  };
}

/** A significant number as it stands, nothing stripped, under the first country of its calling code that claims it. */
export function asItStands(callingCode: string, significant: string): LibraryNumber {
  const sharers: readonly string[] = sharersOf(callingCode);
  const [main = callingCode] = sharers;
  if (sharers.length < 2) return new LibraryPhoneNumber(main, significant, json);
  for (const country of sharers) {
    const number = new LibraryPhoneNumber(country, significant, json);
    const leadingDigits = leadingDigitsOf(country);
    const claimed =
      leadingDigits === undefined ? number.getType() !== undefined : significant.search(leadingDigits) === 0;
    if (claimed) return number;
  }
  return new LibraryPhoneNumber(callingCode, significant, json);
}

/** The countries of a calling code, the main one first; none for +800 and its like. */
function sharersOf(callingCode: string): readonly string[] {
  return Object.hasOwn(json.country_calling_codes, callingCode) ? (json.country_calling_codes[callingCode] ?? []) : [];
}

/** The trunk prefix of a calling code's main country, "" for none. */
export function trunkPrefixOf(callingCode: string): string {
  const [main = null] = sharersOf(callingCode);
  return NUMBERINGS.find((one) => one.callingCode === callingCode && one.country === main)?.trunkPrefix ?? "";
}

function leadingDigitsOf(country: string): string | undefined {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country as Parameters<Metadata["selectNumberingPlan"]>[0]);
  return metadata.numberingPlan?.leadingDigits() || undefined;
}

/** The library's number in this room's words. */
export function described(number: LibraryNumber) {
  return {
    e164: number.number,
    country: number.country ?? null,
    type: number.getType()?.toLowerCase().replaceAll("_", "-") ?? null,
    nationalFormat: number.formatNational(),
  };
}

/** The library's reading of a whole text, nothing extracted; null where it is no valid number in E.164. */
export function validByLibrary(text: string, country?: string): LibraryNumber | null {
  const options = country === undefined ? {} : { defaultCountry: country as NonNullable<LibraryNumber["country"]> };
  const number = parseByLibrary(text, { ...options, extract: false });
  return number?.isValid() === true && fitsE164(number) ? number : null;
}

/** `asItStands`, null where it is no valid number in E.164. */
export function validAsItStands(callingCode: string, significant: string): LibraryNumber | null {
  if (significant === "") return null;
  const number = asItStands(callingCode, significant);
  return number.isValid() && fitsE164(number) ? number : null;
}

/** The library knows German and Japanese numbers of up to 17 digits, calling code included. */
export function fitsE164({ number }: LibraryNumber): boolean {
  return number.length <= MAX_E164_DIGITS + 1;
}
