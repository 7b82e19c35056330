/** A formula for one calling code's neighbourhoods, and what it was fitted on. Written by `npm run fit`. */
export interface FittedAreas {
  readonly callingCode: string;
  /** Of the logarithms of the counts, log(1 + n), and of two products of these. None is negative. */
  readonly weights: {
    readonly own: number;
    readonly ten: number;
    readonly hundred: number;
    readonly thousand: number;
    readonly hundreds: number;
    readonly tenThousand: number;
    readonly tenByHundred: number;
    readonly hundredByThousand: number;
  };
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
      own: 0,
      ten: 0,
      hundred: 0,
      thousand: 1,
      hundreds: 0,
      tenThousand: 0,
      tenByHundred: 0,
      hundredByThousand: 0,
    },
    threshold: 1.9,
    fitted: "2026-11-28",
    data: "Provisional: six numbers in the thousand.",
  },
];
