import type { FittedAreas } from "./neighbourhood.ts";

/** One for each calling code with complaints enough to fit a formula. Written by `npm run fit`. */
export const FITTED_AREAS: readonly FittedAreas[] = [
  {
    callingCode: "1",
    weights: {
      own: 1.09,
      ten: 1.26,
      hundred: 0.6,
      thousand: 0.37,
      hundreds: 1.08,
      tenThousand: 0.2,
      recentTenThousand: 1.08,
    },
    threshold: 4.45,
    fitted: "2026-11-28",
    data: "225085 complaints up to 2025-10-28, 59399 of 5 days from 2025-11-14 to 2025-11-26, half of 7718 legitimate numbers.",
  },
];
