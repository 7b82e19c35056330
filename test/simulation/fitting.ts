import { FEATURES, scoreOf, type FittedAreas, type Neighbourhood } from "../../src/verdict/areas.ts";

/** Numbers of one kind on one day: each weighs the same, all together `weight`. */
export interface Sample {
  readonly around: readonly Neighbourhood[];
  /** Whether their complaints came the next day. */
  readonly complained: boolean;
  readonly weight: number;
}

type Weights = FittedAreas["weights"];

const STEPS = 400;
/** Keeps weights finite that the data leaves open. */
const RIDGE = 1e-4;
const HUNDREDTHS = 100;

/**
 * Logistic regression over the logarithms of the counts, no weight below nothing, rounded to hundredths. Accelerated
 * projected gradient (Beck and Teboulle 2009), features scaled by their spread; the same samples give the same weights.
 */
export function fitWeights(samples: readonly Sample[]): Weights {
  const width = FEATURES.length;
  const rows = samples.reduce((sum, { around }) => sum + around.length, 0);
  const x = new Float64Array(rows * (width + 1));
  const [y, w] = [new Float64Array(rows), new Float64Array(rows)];
  const all = samples.reduce((sum, { weight }) => sum + weight, 0);
  let row = 0;
  for (const { around, complained, weight } of samples) {
    for (const counts of around) {
      for (const [column, feature] of FEATURES.entries()) x[row * (width + 1) + column] = Math.log1p(counts[feature]);
      x[row * (width + 1) + width] = 1;
      y[row] = complained ? 1 : 0;
      w[row] = weight / around.length / all;
      row += 1;
    }
  }
  const spread = scale(x, w, width);
  const found = descend(x, y, w, width + 1);
  const weights = FEATURES.map((feature, column) => {
    const weight = (found[column] ?? 0) / (spread[column] ?? 1);
    return [feature, Math.round(weight * HUNDREDTHS) / HUNDREDTHS] as const;
  });
  return Object.fromEntries(weights) as Weights;
}

/** Divides each column but the last by its spread, and returns these. */
function scale(x: Float64Array, w: Float64Array, width: number): number[] {
  const spread = Array.from({ length: width }, (_, column) => {
    let [mean, square] = [0, 0];
    for (let row = 0; row < w.length; row += 1) {
      const value = x[row * (width + 1) + column] ?? 0;
      mean += value * (w[row] ?? 0);
      square += value * value * (w[row] ?? 0);
    }
    return Math.sqrt(Math.max(0, square - mean * mean)) || 1;
  });
  for (let at = 0; at < x.length; at += 1) {
    const column = at % (width + 1);
    if (column < width) x[at] = (x[at] ?? 0) / (spread[column] ?? 1);
  }
  return spread;
}

/** The last column is the constant, which alone may be negative. */
function descend(x: Float64Array, y: Float64Array, w: Float64Array, width: number): Float64Array {
  // The trace bounds the largest eigenvalue, a quarter of it the curvature.
  let trace = 0;
  for (let at = 0; at < x.length; at += 1) trace += (x[at] ?? 0) ** 2 * (w[Math.floor(at / width)] ?? 0);
  const rate = 1 / (trace / 4 + RIDGE);
  let now = new Float64Array(width);
  let ahead = new Float64Array(width);
  let momentum = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const slope = slopeAt(x, y, w, ahead);
    const next = ahead.map((value, column) => {
      const moved = value - rate * ((slope[column] ?? 0) + (column < width - 1 ? RIDGE * value : 0));
      return column < width - 1 ? Math.max(0, moved) : moved;
    });
    const grown = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = next.map((value, column) => value + ((momentum - 1) / grown) * (value - (now[column] ?? 0)));
    [now, momentum] = [next, grown];
  }
  return now;
}

function slopeAt(x: Float64Array, y: Float64Array, w: Float64Array, at: Float64Array): Float64Array {
  const width = at.length;
  const slope = new Float64Array(width);
  for (let row = 0; row < w.length; row += 1) {
    let sum = 0;
    for (let column = 0; column < width; column += 1) sum += (x[row * width + column] ?? 0) * (at[column] ?? 0);
    const miss = (w[row] ?? 0) * (1 / (1 + Math.exp(-sum)) - (y[row] ?? 0));
    for (let column = 0; column < width; column += 1) {
      slope[column] = (slope[column] ?? 0) + miss * (x[row * width + column] ?? 0);
    }
  }
  return slope;
}

/** One complaint, of today: what it makes of its own number must not reach the threshold. */
const ONE_COMPLAINT = Object.fromEntries(FEATURES.map((feature) => [feature, 1])) as Neighbourhood;

/**
 * The lowest threshold, in hundredths, that suspects no more than a share of the numbers in use and none of the legitimate,
 * nor any number for one complaint.
 * @param inUse numbers drawn from those in use @param legitimate numbers without enough complaints of their own
 */
export function thresholdOf(
  weights: Weights,
  inUse: readonly Neighbourhood[],
  legitimate: readonly Neighbourhood[],
  share: number,
): number {
  const scores = inUse.map((around) => scoreOf(weights, around)).sort((a, b) => b - a);
  const allowed = scores[Math.floor(share * scores.length)] ?? 0;
  const known = legitimate.reduce((most, around) => Math.max(most, scoreOf(weights, around)), 0);
  const most = Math.max(allowed, known, scoreOf(weights, ONE_COMPLAINT));
  return (Math.floor(most * HUNDREDTHS) + 1) / HUNDREDTHS;
}
