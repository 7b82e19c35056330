import { FITTED_AREAS, scoreOf, type FittedAreas, type Neighbourhood } from "../../src/verdict/areas.ts";
import type { Arrived } from "./complaint-files.ts";
import { numbersInUse, shareOf } from "./complaints.ts";
import { fitWeights, thresholdOf, type Sample } from "./fitting.ts";
import { Past } from "./past.ts";
import { Random } from "./random.ts";

/** Numbers in use that a day's weights are fitted on, and those that the threshold is. */
const DRAWN_TO_FIT = 20_000;
const DRAWN_TO_CUT = 100_000;
/** Those complained of on a day weigh 1 together, and so do those that are not: in these parts. */
const IN_USE_PART = 0.3;
const LEGITIMATE_PART = 0.7;

export type Formula = Pick<FittedAreas, "weights" | "threshold">;

export interface FitInput {
  /** Complaints without days, from before the days. */
  readonly history: Arrived;
  /** Oldest first. */
  readonly days: readonly Arrived[];
  readonly legitimate: readonly string[];
  /** The share of the numbers in use that may be suspected, 0 to 1. */
  readonly share: number;
  readonly seed: string;
}

/** A formula fitted without a day and without half of the legitimate numbers, tried on these. */
export interface Check {
  readonly day: number;
  readonly formula: Formula;
  /** Of the day's complaints: with the history before it, and on the days alone. */
  readonly caught: { readonly withHistory: number; readonly alone: number };
  /** Of the other half, by all days together, and how many these are. */
  readonly flagged: number;
  readonly legitimate: number;
}

export interface Fit {
  /** Of all days and half of the legitimate numbers. */
  readonly formula: Formula;
  readonly checks: readonly Check[];
}

/** What numbers looked like on the eve of a day. */
interface Eve {
  readonly day: number;
  readonly withHistory: boolean;
  readonly complained: readonly Neighbourhood[];
  /** Which of `complained` were flagged by their own complaints. */
  readonly own: readonly boolean[];
  readonly inUse: readonly Neighbourhood[];
  readonly legitimate: readonly Neighbourhood[];
}

/** What numbers look like in the end. */
interface End {
  readonly inUse: readonly Neighbourhood[];
  /** Null: flagged by its own complaints, whatever the threshold. */
  readonly legitimate: readonly (Neighbourhood | null)[];
}

/** Which of the legitimate numbers are used, by their index: chance has put them in order. */
type Half = 0 | 1;

/** Fits a formula, and says what comes out for each day and each half that a formula was not fitted on. */
export function fit({ history, days, legitimate, share, seed }: FitInput): Fit {
  const known = new Random(`${seed} halves`).sample(legitimate, legitimate.length);
  const areas = [history, ...days].flatMap(({ numbers }) => [...numbers]).concat(legitimate);
  const inUse = [...new Set(areas.map((number) => number.slice(0, 6)))].sort();
  const drawn = numbersInUse(inUse, DRAWN_TO_CUT, new Random(`${seed} in use`));
  const eves = [history, null].flatMap((before) => evesOf(before, days, known, drawn.slice(0, DRAWN_TO_FIT)));
  const end = endOf(history, days, known, drawn);
  const checks = [...new Set(eves.map(({ day }) => day))].flatMap((day) =>
    ([0, 1] as const).map((half): Check => {
      const others = eves.filter((eve) => eve.day !== day);
      const formula = formulaOf(others, end, half, share);
      const caught = (withHistory: boolean): number => {
        const eve = eves.find((one) => one.day === day && one.withHistory === withHistory);
        return eve === undefined ? 0 : shareOf(eve.complained, (around, at) => eve.own[at] || isOver(formula, around));
      };
      const unseen = halfOf(end.legitimate, half === 0 ? 1 : 0);
      const flagged = unseen.filter((around) => around === null || isOver(formula, around)).length;
      return {
        day,
        formula,
        caught: { withHistory: caught(true), alone: caught(false) },
        flagged,
        legitimate: unseen.length,
      };
    }),
  );
  return { formula: formulaOf(eves, end, 0, share), checks };
}

function formulaOf(eves: readonly Eve[], end: End, half: Half, share: number): Formula {
  const samples = eves.flatMap(({ complained, inUse, legitimate }): Sample[] => [
    { around: complained, complained: true, weight: 1 },
    { around: inUse, complained: false, weight: IN_USE_PART },
    { around: halfOf(legitimate, half), complained: false, weight: LEGITIMATE_PART },
  ]);
  const weights = fitWeights(samples);
  const known = halfOf(end.legitimate, half).filter((around) => around !== null);
  return { weights, threshold: thresholdOf(weights, end.inUse, known, share) };
}

function isOver({ weights, threshold }: Formula, around: Neighbourhood): boolean {
  return scoreOf(weights, around) >= threshold;
}

function halfOf<T>(all: readonly T[], half: Half): T[] {
  return all.filter((_, index) => index % 2 === half);
}

/** The eves of all days but the first, before which nothing is recent. */
function evesOf(
  before: Arrived | null,
  days: readonly Arrived[],
  legitimate: readonly string[],
  inUse: readonly string[],
): Eve[] {
  const past = new Past();
  const eves: Eve[] = [];
  if (before !== null) past.add(before);
  for (const [index, { day, week, numbers, dated }] of days.entries()) {
    const around = (some: readonly string[]): Neighbourhood[] => some.map((number) => past.around(number, week));
    if (index > 0) {
      eves.push({
        day,
        withHistory: before !== null,
        complained: around(numbers),
        own: numbers.map((number) => past.flags(number, week, "own complaints")),
        inUse: around(inUse),
        legitimate: around(legitimate),
      });
    }
    past.add({ numbers, week, dated });
  }
  return eves;
}

function endOf(
  before: Arrived,
  days: readonly Arrived[],
  legitimate: readonly string[],
  inUse: readonly string[],
): End {
  const past = new Past();
  for (const some of [before, ...days]) past.add(some);
  const week = days.at(-1)?.week ?? before.week;
  return {
    inUse: inUse.map((number) => past.around(number, week)),
    legitimate: legitimate.map((number) =>
      past.flags(number, week, "own complaints") ? null : past.around(number, week),
    ),
  };
}

/** The text of fitted-areas.ts, with one calling code's formula in place of that which stands. */
export function textOf(fitted: FittedAreas): string {
  const others = FITTED_AREAS.filter(({ callingCode }) => callingCode !== fitted.callingCode);
  const tables = [...others, fitted].sort((a, b) => a.callingCode.localeCompare(b.callingCode)).map(textOfTable);
  return `import type { FittedAreas } from "./neighbourhood.ts";

/** One for each calling code with complaints enough to fit a formula. Written by \`npm run fit\`. */
export const FITTED_AREAS: readonly FittedAreas[] = [
${tables.join("\n")}
];
`;
}

function textOfTable({ callingCode, weights, threshold, fitted, data }: FittedAreas): string {
  const lines = Object.entries(weights).map(([feature, weight]) => `      ${feature}: ${weight},`);
  return `  {
    callingCode: ${JSON.stringify(callingCode)},
    weights: {
${lines.join("\n")}
    },
    threshold: ${threshold},
    fitted: ${JSON.stringify(fitted)},
    data: ${JSON.stringify(data)},
  },`;
}
