import type { CountryCode } from "libphonenumber-js/max";
// The very module that the library's own `/max` entry imports, so a bundle holds the data once.
import json from "libphonenumber-js/metadata.max";

/**
 * How to write a significant number: the groups' pattern, the layout (`$1`, `$2` …), leading digits from coarse to
 * fine (the last decides), the rule that replaces the first group (`0$1`), whether that rule may be left out, and the
 * international layout.
 */
export type FormatRecord = readonly [
  pattern: string,
  layout: string,
  leadingDigits?: readonly string[] | 0,
  firstGroupRule?: string | 0,
  ruleIsOptional?: 0 | 1,
  internationalLayout?: string | 0,
];

/** A kind of number: its pattern ("" for none) and its lengths in digits, where they are not the plan's. */
export type TypeRecord = readonly [pattern: string, lengths?: readonly number[] | 0];

/** One country's plan, or one non-geographic calling code's: 0 or a missing end stands for "none". */
export type PlanRecord = readonly [
  callingCode: string,
  internationalPrefix: string | 0,
  anyNumber: string,
  lengths: readonly number[],
  formats?: readonly FormatRecord[] | 0,
  trunkPrefix?: string | 0,
  firstGroupRule?: string | 0,
  trunkPrefixWhenParsing?: string | 0,
  trunkTransform?: string | 0,
  ruleIsOptional?: 0 | 1,
  leadingDigits?: string | 0,
  types?: readonly (TypeRecord | 0)[],
];

interface Metadata {
  readonly version: number;
  readonly country_calling_codes: Readonly<Record<string, readonly CountryCode[]>>;
  readonly countries: Readonly<Record<string, PlanRecord>>;
  readonly nonGeographic: Readonly<Record<string, PlanRecord>>;
}

/**
 * The library's metadata (layout version 4), typed as far as this room reads it. The library types it `any[]`; that
 * the layout is what these tuples say is guarded by the tests that hold every answer against the library's own.
 */
export const METADATA = json as unknown as Metadata;
