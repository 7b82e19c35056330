import { wilsonLowerBound } from "../../src/verdict/wilson.ts";
import { LEAST_HONEST, type CellKey, type Outcome, type Trial } from "./cells.ts";
import { halfOf } from "./names-file.ts";

/** A share over the seeds: its mean, and half the width of its 95 % interval. */
export interface Estimate {
  readonly mean: number;
  readonly half: number;
}

export interface Cell extends CellKey {
  readonly right: number;
  readonly wrong: number;
  readonly silent: number;
  /** Half the width of the 95 % interval over the seeds. */
  readonly interval: { readonly right: number; readonly wrong: number; readonly silent: number };
  readonly numbers: number;
}

export interface HistoryCell {
  readonly method: string;
  readonly attack: string;
  readonly sybils: number;
  readonly flipsPerNumber: number;
  /** Share of numbers that ever showed a wrong name, and for how many weeks on average until it was gone. */
  readonly everWrong: number;
  readonly weeksToCorrect: number | null;
}

export interface CalibrationBin {
  readonly attack: string;
  readonly sybils: number;
  /** Mean confidence of the names shown, and the share of them that is right. */
  readonly confidence: number;
  readonly right: number;
  readonly names: number;
}

const OUTCOMES = ["right", "wrong", "silent"] as const;
/** 97.5 % quantiles of Student's t by degrees of freedom, for so few seeds; beyond, the normal's. */
const T = [Number.NaN, 12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23] as const;

type Counts = Record<Outcome, number>;

/** Adds up trials, seed by seed. */
export class Tally {
  readonly #cells = new Map<string, { readonly key: CellKey; readonly perSeed: Map<number, Counts> }>();
  readonly #halves = new Map<string, { readonly key: CellKey & { half: string }; readonly counts: Counts }>();
  readonly #histories = new Map<
    string,
    { readonly trial: Trial; flips: number; numbers: number; wrong: number; weeks: number[] }
  >();
  readonly #bins = new Map<string, { readonly trial: Trial; sum: number; right: number; names: number }>();

  add(seed: number, key: CellKey, outcome: Outcome): void {
    const cell = found(this.#cells, JSON.stringify([key.attack, key.sybils, key.minHonest, key.method]), () => ({
      key,
      perSeed: new Map<number, Counts>(),
    }));
    found(cell.perSeed, seed, nothing)[outcome] += 1;
  }

  addTrial(seed: number, trial: Trial): void {
    const { method, attack, sybils, honestVotes, outcome } = trial;
    for (const minHonest of LEAST_HONEST) {
      if (honestVotes < minHonest) continue;
      const key: CellKey = { method, attack, sybils, minHonest };
      this.add(seed, key, outcome);
      if (method !== "ours") continue;
      const half = halfOf(trial.caller);
      found(this.#halves, JSON.stringify([key, half]), () => ({ key: { ...key, half }, counts: nothing() })).counts[
        outcome
      ] += 1;
    }
    this.#addHistory(trial);
    if (method === "ours" && outcome !== "silent") {
      const bin = found(
        this.#bins,
        JSON.stringify([attack, sybils, Math.min(9, Math.floor(trial.confidence * 10))]),
        () => ({ trial, sum: 0, right: 0, names: 0 }),
      );
      bin.sum += trial.confidence;
      bin.names += 1;
      if (outcome === "right") bin.right += 1;
    }
  }

  cells(): Cell[] {
    return [...this.#cells.values()].map(({ key, perSeed }) => {
      const estimates = OUTCOMES.map((outcome) =>
        estimate([...perSeed.values()].map((counts) => counts[outcome] / totalOf(counts))),
      );
      const [right, wrong, silent] = estimates.map(({ mean }) => mean) as [number, number, number];
      const [r, w, s] = estimates.map(({ half }) => half) as [number, number, number];
      const numbers = [...perSeed.values()].reduce((sum, counts) => sum + totalOf(counts), 0);
      return { ...key, right, wrong, silent, interval: { right: r, wrong: w, silent: s }, numbers };
    });
  }

  /** The two halves of the callers: the rules were tuned on numbers of the first alone. */
  halves(): (CellKey & Counts & { readonly half: string })[] {
    return [...this.#halves.values()].map(({ key, counts }) => {
      const total = totalOf(counts);
      return { ...key, right: counts.right / total, wrong: counts.wrong / total, silent: counts.silent / total };
    });
  }

  histories(): HistoryCell[] {
    return [...this.#histories.values()].map(({ trial, flips, numbers, wrong, weeks }) => ({
      method: trial.method,
      attack: trial.attack,
      sybils: trial.sybils,
      flipsPerNumber: flips / numbers,
      everWrong: wrong / numbers,
      weeksToCorrect: weeks.length === 0 ? null : weeks.reduce((sum, week) => sum + week, 0) / weeks.length,
    }));
  }

  calibration(): CalibrationBin[] {
    return [...this.#bins.values()]
      .map(({ trial, sum, right, names }) => ({
        attack: trial.attack,
        sybils: trial.sybils,
        confidence: sum / names,
        right: right / names,
        names,
      }))
      .sort((a, b) =>
        a.attack < b.attack ? -1 : a.attack > b.attack ? 1 : a.sybils - b.sybils || a.confidence - b.confidence,
      );
  }

  #addHistory(trial: Trial): void {
    if (trial.history === null) return;
    const key = JSON.stringify([trial.method, trial.attack, trial.sybils]);
    const cell = found(this.#histories, key, () => ({ trial, flips: 0, numbers: 0, wrong: 0, weeks: [] as number[] }));
    cell.numbers += 1;
    cell.flips += trial.history.flips;
    cell.wrong += trial.history.wrongWeeks.length > 0 ? 1 : 0;
    cell.weeks.push(...trial.history.wrongWeeks);
  }
}

/** Mean and half the 95 % interval of one value a seed. */
export function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, half: 0 };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, half: (T[values.length - 1] ?? 1.96) * Math.sqrt(variance / values.length) };
}

/** A share's 95 % interval, 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's interval of a share: both of its bounds. */
export function intervalOf(positive: number, total: number): Interval {
  if (total === 0) return { low: 0, high: 1 };
  return { low: wilsonLowerBound(positive, total), high: 1 - wilsonLowerBound(total - positive, total) };
}

function nothing(): Counts {
  return { right: 0, wrong: 0, silent: 0 };
}

function totalOf(counts: Counts): number {
  return counts.right + counts.wrong + counts.silent;
}

function found<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
