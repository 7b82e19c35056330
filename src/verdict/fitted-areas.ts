import type { Neighbourhood } from "./areas.ts";

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

/** One for each calling code with complaints enough to fit a formula. */
export const FITTED_AREAS: readonly FittedAreas[] = [
  {
    callingCode: "1",
    weights: {
      own: 1.37,
      ten: 0.43,
      hundred: 0.64,
      hundreds: 1.32,
      tenThousand: 0.28,
      recentHundred: 0.57,
      recentHundreds: 0.54,
      recentTenThousand: 0.88,
    },
    threshold: 5.3,
    fitted: "2026-11-28",
    data: "Provisional.",
  },
];
