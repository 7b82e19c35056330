import type { Week } from "../../src/verdict/decay.ts";
import { dayText } from "../../src/time/days.ts";
import { complaintsByDay, history, legitimateNumbers, type Arrived } from "./complaint-files.ts";
import { fittedHere, numbersIn, Past, REACHES, type Reach } from "./past.ts";
import { Random } from "./random.ts";
import { intervalOf, type Interval } from "./tally.ts";

/** What the days before flagged. Flagged: the app would be told to warn or to block. */
export interface Caught {
  /** Of the complaints counted, the share about numbers that the days before had flagged. */
  readonly caught: number;
  /** Of the legitimate numbers, how many all days together flag. */
  readonly flagged: number;
}

/** What another threshold would give, the formula's weights as they are. */
export interface Point extends Caught {
  readonly threshold: number;
  /** Share of the numbers in use that are suspected for their neighbourhood alone. */
  readonly suspected: number;
}

export interface ComplaintsResult extends Caught {
  /** 95 %, with whole ten thousands drawn at random: a campaign's complaints are not independent. */
  readonly caughtInterval: Interval;
  /** Numbers known to be legitimate. */
  readonly legitimate: number;
  /** 95 % of the share flagged (Wilson). */
  readonly flaggedInterval: Interval;
  /** Complaints counted. */
  readonly complaints: number;
  readonly byDay: readonly { readonly day: string; readonly complaints: number; readonly caught: number }[];
  /** The same with a narrower look around. */
  readonly reaches: Readonly<Record<Reach, Caught>>;
  /** In the end: ten thousands in use (with complaints or a legitimate number), the share of their numbers suspected, rows. */
  readonly areas: { readonly inUse: number; readonly suspected: number; readonly rows: number };
  readonly curve: readonly Point[];
  /** Blocks with complaints, and those that need a page. */
  readonly pages: { readonly complained: number; readonly published: number };
}

export interface ComplaintFiles {
  /** CSV with a day and a number. */
  readonly complaints: string;
  /** CSV with a number, of complaints without days; null for none. */
  readonly history: string | null;
  /** The day of complaints without one, days since 1970-01-01; null leaves them out. */
  readonly asOf: number | null;
  /** Complaints are counted from this day on; null: all but those of the first day of all. */
  readonly countFrom: number | null;
  /** CSV with a number each. */
  readonly legitimate: readonly string[];
  /** For numbers of seven digits. */
  readonly areaCodes: readonly string[];
}

/** Numbers in use that the curve is drawn from. */
const DRAWN = 100_000;
const STEPS = [-2, -1.5, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 1.5, 2] as const;

/**
 * Complaints day by day, as a dataset would bring them, and numbers that nobody should be warned of. The legitimate are
 * judged as unknown callers: as official ones they could not be flagged. The order of rows does not matter.
 */
export function complaintsResult(files: ComplaintFiles): ComplaintsResult {
  const { asOf, countFrom } = files;
  const arrived = complaintsByDay(files.complaints, asOf);
  if (files.history !== null) {
    if (asOf === null) throw new Error("--history needs --as-of: the day that its complaints are taken to be of.");
    arrived.push(history(files.history, asOf));
  }
  arrived.sort((a, b) => a.day - b.day || Number(a.dated) - Number(b.dated));
  const legitimate = legitimateNumbers(files.legitimate, files.areaCodes);
  const from = countFrom ?? (arrived[0]?.day ?? 0) + 1;
  const past = new Past();
  const seen: Seen[] = [];
  for (const day of arrived) {
    if (day.dated && day.day >= from) seen.push(...day.numbers.map((number) => see(past, number, day)));
    past.add(day);
  }
  const week = arrived.at(-1)?.week ?? 0;
  const flagged = (reach: Reach): number => legitimate.filter((number) => past.flags(number, week, reach)).length;
  const reaches = perReach((reach) => ({ caught: shareOf(seen, ({ by }) => by[reach]), flagged: flagged(reach) }));
  const inUse = new Set([...past.areas(), ...legitimate.map((number) => number.slice(0, 6))]);
  return {
    ...reaches.areas,
    caughtInterval: bootstrap(seen),
    legitimate: legitimate.length,
    flaggedInterval: intervalOf(reaches.areas.flagged, legitimate.length),
    complaints: seen.length,
    byDay: [...Map.groupBy(seen, ({ day }) => day)].map(([day, some]) => ({
      day: dayText(day),
      complaints: some.length,
      caught: shareOf(some, ({ by }) => by.areas),
    })),
    reaches,
    areas: areasOf(past, [...inUse], week),
    curve: curveOf(past, seen, legitimate, [...inUse].sort(), week),
    pages: past.pages(week),
  };
}

/** A complaint counted, as the days before it would have answered the call. */
interface Seen {
  readonly number: string;
  readonly day: number;
  readonly score: number;
  readonly by: Readonly<Record<Reach, boolean>>;
}

function see(past: Past, number: string, { day, week }: Arrived): Seen {
  const by = perReach((reach) => past.flags(number, week, reach));
  return { number, day, score: past.scoreOf(number, week, fittedHere()), by };
}

function areasOf(past: Past, inUse: readonly string[], week: Week): ComplaintsResult["areas"] {
  const rows = inUse.map((area) => past.suspected(area, week).rows);
  const suspected = rows.reduce((sum, some) => sum + numbersIn(some), 0);
  return {
    inUse: inUse.length,
    suspected: suspected / (inUse.length * 10_000),
    rows: rows.reduce((sum, some) => sum + some.length, 0),
  };
}

function curveOf(
  past: Past,
  seen: readonly Seen[],
  legitimate: readonly string[],
  inUse: readonly string[],
  week: Week,
): Point[] {
  const fitted = fittedHere();
  const drawn = numbersInUse(inUse, DRAWN, new Random("curve")).map((number) => past.scoreOf(number, week, fitted));
  const known = legitimate.map((number) => ({
    own: past.flags(number, week, "own complaints"),
    score: past.scoreOf(number, week, fitted),
  }));
  return STEPS.map((step) => {
    const threshold = fitted.threshold + step;
    return {
      threshold,
      caught: shareOf(seen, ({ by, score }) => by["own complaints"] || score >= threshold),
      flagged: known.filter(({ own, score }) => own || score >= threshold).length,
      suspected: shareOf(drawn, (score) => score >= threshold),
    };
  });
}

/** Numbers in use drawn at random. @param areas six digits each */
export function numbersInUse(areas: readonly string[], count: number, random: Random): string[] {
  return Array.from({ length: count }, () => random.pick(areas) + String(random.below(10_000)).padStart(4, "0"));
}

const BOOTSTRAPS = 1000;

/** The middle 95 % of shares caught when ten thousands are drawn again, each as often as chance has it. */
function bootstrap(seen: readonly Seen[]): Interval {
  const clusters = [...Map.groupBy(seen, ({ number }) => number.slice(0, 6)).values()].map((some) => ({
    all: some.length,
    caught: some.filter(({ by }) => by.areas).length,
  }));
  if (clusters.length === 0) return { low: 0, high: 0 };
  const random = new Random("bootstrap");
  const shares = Array.from({ length: BOOTSTRAPS }, () => {
    let [all, caught] = [0, 0];
    for (let draw = 0; draw < clusters.length; draw += 1) {
      const cluster = random.pick(clusters);
      all += cluster.all;
      caught += cluster.caught;
    }
    return caught / all;
  }).sort((a, b) => a - b);
  return { low: shares[BOOTSTRAPS * 0.025] ?? 0, high: shares[BOOTSTRAPS * 0.975 - 1] ?? 0 };
}

function perReach<T>(of: (reach: Reach) => T): Record<Reach, T> {
  return Object.fromEntries(REACHES.map((reach) => [reach, of(reach)])) as Record<Reach, T>;
}

/** 0 of none. */
export function shareOf<T>(all: readonly T[], is: (one: T, at: number) => boolean | undefined): number {
  return all.length === 0 ? 0 : all.filter((one, at) => is(one, at)).length / all.length;
}
