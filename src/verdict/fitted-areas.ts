import type { FittedAreas } from "./neighbourhood.ts";

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
