/** 97.5 % quantile of the normal distribution, squared. */
const Z2 = 1.96 ** 2;

/**
 * Lower bound of the 95 % score interval for a share (E. B. Wilson, JASA 22, 1927), as a number from 0 to 1.
 * @param positive weight in favour, 0 or more. @param total all weight, in the same unit; 0 gives 0.
 */
export function wilsonLowerBound(positive: number, total: number): number {
  if (total <= 0) return 0;
  const share = positive / total;
  const centre = share + Z2 / (2 * total);
  const spread = Math.sqrt(Z2 * ((share * (1 - share)) / total + Z2 / (4 * total * total)));
  return Math.max(0, (centre - spread) / (1 + Z2 / total));
}
