import type { CountryCode } from "libphonenumber-js/max";
import { readDialled } from "./dialled.ts";
import { type Identity, type Plan, planOf, regionOf } from "./plan.ts";
import { MAX_E164_DIGITS, type NumberType, type Region } from "./region.ts";

export { NUMBER_TYPES, type NumberType } from "./region.ts";

declare const e164Brand: unique symbol;
/** A number in E.164: `+`, calling code, significant number; ASCII, 6 to 15 digits. Only `parseNumber` makes one. */
export type E164 = string & { readonly [e164Brand]: true };

/** An ISO 3166 alpha-2 code, upper case, whose numbering plan the metadata holds (with its own XK, AC and TA). */
export type Country = CountryCode;

/** Why a text is no valid number. */
export const INVALID_REASONS = [
  "not-a-number",
  "too-short",
  "too-long",
  "invalid-country-code",
  "not-assigned",
] as const;
export type InvalidReason = (typeof INVALID_REASONS)[number];

/** A number and what its numbering plan says of it. */
export interface PhoneNumber {
  readonly e164: E164;
  /** ISO 3166 alpha-2; null for calling codes of no country (+800) and for numbers that no sharer of a code claims. */
  readonly country: string | null;
  /** Null where the number is not assigned. */
  readonly type: NumberType | null;
  /** As it is written at home, trunk prefix included; the bare significant digits where the plan has no layout. */
  readonly nationalFormat: string;
}

/**
 * An invalid text still gives a number where it names one: always for `not-assigned` (right length, nobody's), and
 * for `too-short` and `too-long` where it was written internationally and lies within E.164's bounds, because plans
 * change their lengths before metadata does. The E.164 then identifies what rang, and no more. Whatever number an
 * answer holds, its E.164 parses to the same answer.
 */
export type Parsed =
  | { readonly valid: true; readonly number: PhoneNumber }
  | { readonly valid: false; readonly reason: "not-assigned"; readonly number: PhoneNumber }
  | {
      readonly valid: false;
      readonly reason: Exclude<InvalidReason, "not-assigned">;
      readonly number: PhoneNumber | null;
    };

/** Below seven digits, calling code included, lie the short codes (112, 911), which no calling code reaches. */
const MIN_MISFIT_DIGITS = 7;
/** Fifteen digits, and as many again for prefixes: more is no number under any reading. */
const MAX_DIALLED_DIGITS = 32;

/**
 * Reads one phone number; never throws. Without a country only international forms are understood (`+`, `00`,
 * `tel:`); with one, also what is dialled inside it. Extensions are refused as `not-a-number` and never dropped: they
 * are no part of E.164, and without them the answer would be about another line. At most 128 UTF-16 units are read.
 */
export function parseNumber(text: string, country?: Country): Parsed {
  const dialled = readDialled(text);
  if (dialled === null) return refused("not-a-number");
  const { digits, international } = dialled;
  if (digits.length > MAX_DIALLED_DIGITS) return refused("too-long");
  if (international) return fromInternational(digits);
  const region = country === undefined ? undefined : regionOf(country);
  if (region !== undefined) return fromNational(digits, region);
  return digits.startsWith("00") ? fromInternational(digits.slice(2)) : refused("invalid-country-code");
}

/**
 * The number that a text names and that can ring: a valid one, or one of the right length that nobody is assigned, which
 * spoofed callers love. It can be looked up, complained of and voted on. Null for every other text.
 */
export function callerOf(parsed: Parsed): PhoneNumber | null {
  return parsed.valid || parsed.reason === "not-assigned" ? parsed.number : null;
}

/** Whether a code is a country whose numbers `parseNumber` can read without a prefix; lower case is not. */
export function isCountry(code: string): code is Country {
  return regionOf(code) !== undefined;
}

/** The country that a client or the platform names, in whatever case; undefined for one that helps no number. */
export function knownCountry(code: unknown): Country | undefined {
  const upper = typeof code === "string" ? code.toUpperCase() : "";
  return isCountry(upper) ? upper : undefined;
}

/** ISO 3166 alpha-2 of the country that a number is of; undefined where it is of none. */
export function countryOf(e164: E164): string | undefined {
  return parseNumber(e164).number?.country ?? undefined;
}

/** The block of 100 that a number lies in: its E.164 without the last two digits. */
export function blockOf(e164: E164): string {
  return e164.slice(0, -2);
}

/** The ten thousand that a block lies in, its area: the block's digits without the last two. */
export function tenThousandOf(block: string): string {
  return block.slice(0, -2);
}

/** The number's place in its block, 0 to 99. */
export function lineOf(e164: E164): number {
  return Number(e164.slice(-2));
}

function refused(reason: Exclude<InvalidReason, "not-assigned">): Parsed {
  return { valid: false, reason, number: null };
}

function fromInternational(digits: string): Parsed {
  const plan = planOf(digits);
  if (plan !== null) return fromPlan(plan, digits.slice(plan.callingCode.length));
  return refused(digits.length < 3 && !digits.startsWith("0") ? "too-short" : "invalid-country-code");
}

/**
 * E.164 holds no trunk prefix, so digits that are a number as they stand are that number. Only if they are none is a
 * prefix looked for, which people do write (`+44 (0)20 …`). Every answer parses to itself again.
 */
function fromPlan(plan: Plan, significant: string): Parsed {
  const identity = plan.identify(significant);
  if (identity.type !== null) return { valid: true, number: describe(plan, significant, identity) };
  const stripped = plan.main.behindPrefix(significant);
  for (const text of stripped) {
    const other = plan.identify(text);
    if (other.type !== null) return { valid: true, number: describe(plan, text, other) };
  }
  const length = identity.region.lengthOf(significant);
  if (length === "possible") {
    return { valid: false, reason: "not-assigned", number: describe(plan, significant, identity) };
  }
  for (const text of stripped) {
    if (plan.identify(text).region.lengthOf(text) !== "possible") continue;
    const unassigned = fromPlan(plan, text);
    // Valid here would mean two prefixes, one behind the other: nobody writes so, and the guess would be ours.
    if (!unassigned.valid) return unassigned;
  }
  const digits = plan.callingCode.length + significant.length;
  const misfit = digits >= MIN_MISFIT_DIGITS && digits <= MAX_E164_DIGITS;
  return { valid: false, reason: length, number: misfit ? describe(plan, significant, identity) : null };
}

/**
 * Dialled digits can have several readings: behind an international prefix, behind a trunk prefix, the significant
 * number itself, an international number that lost its plus, 00 from somebody abroad. In this order, the first valid
 * one is taken, else the first that is possible but not assigned; else the first refusal stands.
 */
function fromNational(digits: string, region: Region): Parsed {
  const { callingCode } = region;
  const withoutPrefix = region.withoutInternationalPrefix(digits);
  const abroad = withoutPrefix === null ? null : fromInternational(withoutPrefix);
  const [significant, ...others] = region.behindPrefix(digits);
  const readings = abroad === null ? [] : [abroad];
  for (const own of [...(significant === undefined ? [] : [significant]), digits, ...others]) {
    const parsed = fromInternational(callingCode + own);
    if (!parsed.valid) {
      // Seven local digits are no E.164 with the area code missing: of the wrong length at home, nothing is named.
      readings.push(parsed.reason === "not-assigned" ? parsed : refused(parsed.reason));
    } else if (parsed.number.e164 === `+${callingCode}${own}`) {
      // Else it is valid only without one more trunk prefix, and the one that was dialled is off already.
      readings.push(parsed);
    }
  }
  if (digits.startsWith(callingCode)) readings.push(fromInternational(digits));
  if (digits.startsWith("00")) readings.push(fromInternational(digits.slice(2)));

  const valid = readings.find((parsed) => parsed.valid);
  if (valid !== undefined) return valid;
  // Where 00 is the international prefix, hardly a number at home begins so: this one went abroad and failed there.
  if (abroad !== null && digits.startsWith("00")) return abroad;
  const possible = readings.find((parsed) => !parsed.valid && parsed.reason === "not-assigned");
  return possible ?? readings[0] ?? fromInternational(callingCode + digits);
}

function describe(plan: Plan, significant: string, { region, country, type }: Identity): PhoneNumber {
  return {
    e164: `+${plan.callingCode}${significant}` as E164,
    country,
    type,
    nationalFormat: region.format(significant),
  };
}
