/** What is counted around a number: the weights of a formula have the same names. */
export const FEATURES = ["own", "ten", "hundred", "thousand", "hundreds", "tenThousand", "recentTenThousand"] as const;

/**
 * Distinct numbers complained of around a number: each counts its decayed complaints, at most 1, or 1 if a complaint is recent.
 * Each count includes the smaller ones, the number's own too. `hundreds` are those of the thousand, each at most 1.
 */
export type Neighbourhood = Readonly<Record<(typeof FEATURES)[number], number>>;

/** A formula for one calling code's neighbourhoods, and what it was fitted on. Written by `npm run fit`. */
export interface FittedAreas {
  readonly callingCode: string;
  /** Of the logarithms of the counts, log(1 + n). None is negative. */
  readonly weights: Neighbourhood;
  /** A score from here on makes a number suspected. */
  readonly threshold: number;
  /** The day of the fit, and its data in a sentence. */
  readonly fitted: string;
  readonly data: string;
}

/** How bad a neighbourhood is; suspected from the table's threshold. Never falls when a count rises: no weight is negative. */
export function scoreOf(weights: FittedAreas["weights"], counts: Neighbourhood): number {
  return FEATURES.reduce((score, feature) => score + weights[feature] * Math.log1p(counts[feature]), 0);
}
