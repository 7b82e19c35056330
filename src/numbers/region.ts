import type { FormatRecord, PlanRecord, TypeRecord } from "./metadata.ts";

/** The kinds of number a plan tells apart; treat as open on the wire. */
export const NUMBER_TYPES = [
  "fixed-line",
  "mobile",
  "fixed-line-or-mobile",
  "toll-free",
  "premium-rate",
  "shared-cost",
  "voip",
  "personal-number",
  "pager",
  "uan",
  "voicemail",
] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

export type LengthVerdict = "possible" | "too-short" | "too-long";

/** E.164 allows 15 digits, calling code included, even where a plan (Germany, Japan) has longer numbers at home. */
export const MAX_E164_DIGITS = 15;

const FIXED_LINE = 0;
const MOBILE = 1;
// Where each type's record stands in the metadata, in the order in which types are tried after the fixed line.
const OTHER_TYPES: readonly (readonly [NumberType, number])[] = [
  ["mobile", MOBILE],
  ["premium-rate", 3],
  ["toll-free", 2],
  ["shared-cost", 9],
  ["voip", 8],
  ["personal-number", 4],
  ["pager", 7],
  ["uan", 6],
  ["voicemail", 5],
];

const expressions = new Map<string, RegExp>();

// Compiled on first need and shared: the 25 countries of +1 repeat many patterns.
function expression(source: string): RegExp {
  let found = expressions.get(source);
  if (found === undefined) {
    found = new RegExp(source);
    expressions.set(source, found);
  }
  return found;
}

const whole = (pattern: string): RegExp => expression(`^(?:${pattern})$`);
const start = (pattern: string): RegExp => expression(`^(?:${pattern})`);

// Bit n stands for "n digits": the longest length in the metadata is 17.
const bits = (lengths: readonly number[]): number => lengths.reduce((mask, length) => mask | (1 << length), 0);

class TypeTest {
  readonly #pattern: string;
  readonly #lengths: number;
  #expression: RegExp | null = null;

  constructor(pattern: string, lengths: number) {
    this.#pattern = pattern;
    this.#lengths = lengths;
  }

  matches(significant: string): boolean {
    if ((this.#lengths & (1 << significant.length)) === 0) return false;
    this.#expression ??= whole(this.#pattern);
    return this.#expression.test(significant);
  }
}

interface Format {
  readonly leadingDigits: RegExp | null;
  readonly pattern: RegExp;
  readonly layout: string;
}

/** The numbering plan of one country, or of one calling code that belongs to none (+800, +881 …). */
export class Region {
  /** ISO 3166 alpha-2, null for a non-geographic calling code. */
  readonly country: string | null;
  readonly callingCode: string;
  readonly leadingDigits: RegExp | null;
  readonly #record: PlanRecord;
  readonly #main: PlanRecord;
  readonly #anyNumber: RegExp;
  readonly #lengths: number;
  readonly #fixedLine: TypeTest | null;
  readonly #mobile: TypeTest | null;
  readonly #others: readonly (readonly [NumberType, TypeTest])[];
  #formats: readonly Format[] | null = null;

  constructor(country: string | null, record: PlanRecord, main: PlanRecord) {
    this.country = country;
    this.callingCode = record[0];
    this.#record = record;
    this.#main = main;
    this.#anyNumber = whole(record[2]);
    this.#lengths = bits(record[3]);
    const leadingDigits = record[10];
    this.leadingDigits = leadingDigits === undefined || leadingDigits === 0 ? null : start(leadingDigits);
    this.#fixedLine = this.#typeTest(FIXED_LINE);
    this.#mobile = this.#typeTest(MOBILE);
    this.#others = OTHER_TYPES.flatMap(([type, index]) => {
      const test = this.#typeTest(index);
      return test === null ? [] : [[type, test] as const];
    });
  }

  #typeRecord(index: number): TypeRecord | undefined {
    const record = this.#record[11]?.[index];
    return record === 0 ? undefined : record;
  }

  #typeTest(index: number): TypeTest | null {
    const record = this.#typeRecord(index);
    if (record === undefined || record[0] === "") return null;
    return new TypeTest(record[0], record[1] ? bits(record[1]) : this.#lengths);
  }

  /** The type of a significant number here, null where it is not assigned. */
  typeOf(significant: string): NumberType | null {
    if (!this.#anyNumber.test(significant)) return null;
    if (this.#fixedLine?.matches(significant) === true) {
      // A plan without a mobile pattern of its own (+1) does not tell the two apart.
      return this.#mobile === null || this.#mobile.matches(significant) ? "fixed-line-or-mobile" : "fixed-line";
    }
    for (const [type, test] of this.#others) if (test.matches(significant)) return type;
    return null;
  }

  /** Whether any number here has as many digits; between two possible lengths a number counts as too short. */
  lengthOf(significant: string): LengthVerdict {
    const { length } = significant;
    if (length + this.callingCode.length > MAX_E164_DIGITS) return "too-long";
    if ((this.#lengths & (1 << length)) !== 0) return "possible";
    return this.#lengths >>> length === 0 ? "too-long" : "too-short";
  }

  /**
   * Significant numbers that may stand behind digits dialled inside this region, likeliest first: without the trunk
   * prefix and carrier code, or with the area code that a local call leaves out. None where no prefix is seen.
   */
  behindPrefix(dialled: string): readonly string[] {
    const record = this.#record;
    const trunk = record[5] && dialled.startsWith(record[5]) ? dialled.slice(record[5].length) : null;
    const prefix = record[7] || record[5];
    if (!prefix) return [];
    const pattern = start(prefix);
    const match = pattern.exec(dialled);
    // Argentina's and Colombia's patterns can take more off than the trunk prefix: without it alone is a reading too.
    if (match === null) return trunk === null ? [] : [trunk];
    // The last group matches only where the digits are to be rewritten and not merely shortened.
    const rewrites = record[8] && match.length > 1 && match.at(-1);
    const usual = rewrites ? dialled.replace(pattern, record[8] || "") : dialled.slice(match[0].length);
    const readings = trunk === null || trunk === usual ? [usual] : [usual, trunk];
    return readings.filter((reading) => reading !== dialled);
  }

  /** What follows this region's own international prefix (00, 011 …), null where the digits do not begin with it. */
  withoutInternationalPrefix(dialled: string): string | null {
    const prefix = this.#record[1];
    if (prefix === 0) return null;
    const match = start(prefix).exec(dialled);
    return match === null ? null : dialled.slice(match[0].length);
  }

  /** As people here write it, trunk prefix included; the bare digits where the plan has no layout for them. */
  format(significant: string): string {
    this.#formats ??= this.#readFormats();
    for (const { leadingDigits, pattern, layout } of this.#formats) {
      if ((leadingDigits === null || leadingDigits.test(significant)) && pattern.test(significant)) {
        return significant.replace(pattern, layout);
      }
    }
    return significant;
  }

  // Countries that share a calling code share the formats of the first of them, the main one.
  #readFormats(): Format[] {
    const records = this.#record[4] || this.#main[4] || [];
    const planRule = this.#record[6] || this.#main[6];
    return records.map(([pattern, layout, leadingDigits, firstGroupRule]: FormatRecord) => {
      const finest = leadingDigits ? leadingDigits.at(-1) : undefined;
      const rule = firstGroupRule || planRule;
      return {
        leadingDigits: finest === undefined ? null : start(finest),
        pattern: whole(pattern),
        layout: rule ? layout.replace(/(\$\d)/, rule) : layout,
      };
    });
  }
}
