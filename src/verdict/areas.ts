import { decaySpam, type Week } from "./decay.ts";
import { FITTED_AREAS } from "./fitted-areas.ts";
import { FEATURES, scoreOf, type FittedAreas, type Neighbourhood } from "./neighbourhood.ts";
import { ONE } from "./scale.ts";

export { FEATURES, FITTED_AREAS, scoreOf, type FittedAreas, type Neighbourhood };

/** The areas around a number, smallest first: all numbers that differ from it in the last one to four digits. */
export const AREAS = ["ten", "hundred", "thousand", "ten-thousand"] as const;
export type Area = (typeof AREAS)[number];

/**
 * The smallest area whose complaints make a number suspected, or null. `unfitted`: nothing is fitted for the number's
 * country, so the block rule applies.
 */
export type AreaAnswer = Area | null | "unfitted";

/** A number of a ten thousand that a dataset complains of. A number may occur several times, in different weeks. */
export interface Complained {
  /** The last four digits, 0 to 9,999. */
  readonly number: number;
  /** Complaints in thousandths, decayed to `week`. */
  readonly mass: number;
  readonly week: Week;
  /** Whether the complaints named their day: only then can they be recent. */
  readonly dated: boolean;
}

/** A complaint is recent in its week and this many more. Callers with made-up numbers move on. */
const RECENT_WEEKS = 1;

/** Numbers that are suspected together: all whose digits begin so. */
export interface AreaRow {
  /** The first none to three of the number's last four digits: "" is the ten thousand, "123" a ten. */
  readonly digits: string;
  /** The smallest area whose complaints suffice. It may be larger than the numbers that the row is of. */
  readonly area: Area;
  /** The last week in which they are suspected if no more complaints come. */
  readonly until: Week;
}

/** A number that its own complaints make suspected while the rest of its ten is not. */
export interface OwnArea {
  /** The last four digits, 0 to 9,999. */
  readonly number: number;
  readonly area: Area;
  /** The last week in which it is suspected if no more complaints come. */
  readonly until: Week;
}

/** What the complaints of one ten thousand make suspected. */
export interface TenThousand {
  /** By digits, then by area. */
  readonly rows: readonly AreaRow[];
  /** By number. */
  readonly own: readonly OwnArea[];
  /**
   * The first later week in which ageing alone needs other rows or numbers: a ten outlasts its hundred. Null if none. Until
   * it is computed again, what is missing is not suspected.
   */
  readonly changes: Week | null;
}

/** The suspected areas of one calling code: rows by `tenThousandOf`. */
export type AreaTable = ReadonlyMap<string, readonly AreaRow[]>;

/** The ten thousand that a number lies in: its E.164 without the last four digits. @param e164 with or without `+` */
export function tenThousandOf(e164: string): string {
  return e164.slice(0, -4);
}

/** What is fitted for a number's calling code; null if nothing is. */
export function fittedFor(e164: string): FittedAreas | null {
  return FITTED_AREAS.find(({ callingCode }) => e164.startsWith(`+${callingCode}`)) ?? null;
}

/** What a calling code's table says of a number in a week. @param table null if none is at hand: then nothing is said */
export function areaOf(table: AreaTable | null, e164: string, week: Week): AreaAnswer {
  if (fittedFor(e164) === null) return "unfitted";
  const last = e164.slice(-4);
  const rows = table?.get(tenThousandOf(e164)) ?? [];
  return smallest(rows.filter(({ digits, until }) => until >= week && last.startsWith(digits)).map(({ area }) => area));
}

/** The smallest of the areas; null of none. */
export function smallest(areas: readonly Area[]): Area | null {
  return AREAS.find((area) => areas.includes(area)) ?? null;
}

/** What the complaints of one ten thousand make suspected in a week and later. Their order does not matter. */
export function suspectedIn(fitted: FittedAreas, complained: readonly Complained[], week: Week): TenThousand {
  const now = suspectedAt(fitted, complained, week);
  const rows = now.rows.map(({ digits, area }) => ({ digits, area, until: week }));
  const own = now.own.map(({ number, area }) => ({ number, area, until: week }));
  let changes: Week | null = null;
  for (let then = week + 1; rows.length > 0 || own.length > 0; then += 1) {
    const later = suspectedAt(fitted, complained, then);
    if (later.prefixes.size === 0 && later.numbers.size === 0) break;
    for (const row of rows) if (later.prefixes.has(row.digits)) row.until = then;
    for (const number of own) if (later.numbers.has(number.number)) number.until = then;
    const isNew =
      later.rows.some(({ digits }) => !rows.some((row) => row.digits === digits)) ||
      later.own.some(({ number }) => !own.some((before) => before.number === number));
    if (isNew) changes ??= then;
  }
  return { rows, own, changes };
}

/** Whether complaints make anything suspected in a week. If not, they never do: time makes nothing more suspected. */
export function isAnySuspected(fitted: FittedAreas, complained: readonly Complained[], week: Week): boolean {
  const { prefixes, numbers } = suspectedAt(fitted, complained, week);
  return prefixes.size + numbers.size > 0;
}

/** What is suspected in one week. */
interface Suspected {
  /** By the digits that all its numbers begin with: the smallest area that suffices for all of them. */
  readonly prefixes: ReadonlyMap<string, Area>;
  /** Numbers complained of: the smallest area that suffices, their own complaints counted. */
  readonly numbers: ReadonlyMap<number, Area>;
  /** The prefixes that say more than the shorter ones do. */
  readonly rows: readonly { readonly digits: string; readonly area: Area }[];
  /** The numbers that no prefix makes suspected. */
  readonly own: readonly { readonly number: number; readonly area: Area }[];
}

function suspectedAt({ weights, threshold }: FittedAreas, complained: readonly Complained[], week: Week): Suspected {
  const counts = countsOf(complained, week);
  const prefixes = new Map<string, Area>();
  const numbers = new Map<number, Area>();
  const rows: { digits: string; area: Area }[] = [];
  const own: { number: number; area: Area }[] = [];
  for (const digits of [...counts.decayed.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const area = AREAS.find(
      (reach) =>
        reachOf(reach) <= digits.length && scoreOf(weights, neighbourhoodOf(counts, digits, reach)) >= threshold,
    );
    if (area === undefined) continue;
    const shorter = smallest(prefixesOf(digits).flatMap((prefix) => prefixes.get(prefix) ?? []));
    if (digits.length === DIGITS) {
      numbers.set(Number(digits), area);
      if (shorter === null) own.push({ number: Number(digits), area });
      continue;
    }
    prefixes.set(digits, area);
    if (shorter === null || AREAS.indexOf(area) < AREAS.indexOf(shorter)) rows.push({ digits, area });
  }
  return { prefixes, numbers, rows, own };
}

/** Digits of a number in its ten thousand. */
const DIGITS = 4;

/** Numbers complained of, in thousandths, by the digits that they begin with, from none to all four. */
type ByDigits = ReadonlyMap<string, number>;

/** What a ten thousand's complaints count in a week: decayed, and the recent ones. */
export interface Counts {
  readonly decayed: ByDigits;
  readonly recent: ByDigits;
}

/** What a ten thousand's complaints count in a week. */
export function countsOf(complained: readonly Complained[], week: Week): Counts {
  const masses = new Map<string, number>();
  const recent = new Set<string>();
  for (const { number, mass, week: of, dated } of complained) {
    const digits = String(number).padStart(DIGITS, "0");
    masses.set(digits, (masses.get(digits) ?? 0) + decaySpam(mass, week - of));
    if (dated && of + RECENT_WEEKS >= week) recent.add(digits);
  }
  return {
    decayed: byDigits([...masses].map(([digits, mass]) => [digits, Math.min(ONE, mass)])),
    recent: byDigits([...recent].map((digits) => [digits, ONE])),
  };
}

function byDigits(numbers: readonly (readonly [digits: string, counted: number])[]): ByDigits {
  const counts = new Map<string, number>();
  for (const [digits, counted] of numbers) {
    for (const prefix of [...prefixesOf(digits), digits]) counts.set(prefix, (counts.get(prefix) ?? 0) + counted);
  }
  return counts;
}

/** The shorter beginnings, from none: "" and "1" of "12". */
function prefixesOf(digits: string): string[] {
  return Array.from({ length: digits.length }, (_, length) => digits.slice(0, length));
}

/**
 * What lies around all numbers that begin with the digits, looking no further than an area, which is no smaller than what
 * the digits name. What only some of these numbers have counts nothing.
 */
export function neighbourhoodOf(counts: Counts, digits: string, reach: Area): Neighbourhood {
  const least = reachOf(reach);
  const count = (of: ByDigits, length: number): number =>
    digits.length < length ? 0 : (of.get(digits.slice(0, Math.max(length, least))) ?? 0) / ONE;
  const { decayed, recent } = counts;
  return {
    own: count(decayed, DIGITS),
    ten: count(decayed, 3),
    hundred: count(decayed, 2),
    thousand: count(decayed, 1),
    hundreds: least > 1 ? Math.min(1, count(decayed, 1)) : hundredsOf(decayed, digits.slice(0, 1)) / ONE,
    tenThousand: count(decayed, 0),
    recentTenThousand: count(recent, 0),
  };
}

function hundredsOf(counts: ByDigits, thousand: string): number {
  if (thousand === "") return 0;
  let hundreds = 0;
  for (let digit = 0; digit < 10; digit += 1) hundreds += Math.min(ONE, counts.get(`${thousand}${digit}`) ?? 0);
  return hundreds;
}

/** How many digits, of the last four, the numbers of an area have in common. */
function reachOf(area: Area): number {
  return DIGITS - 1 - AREAS.indexOf(area);
}
