const FIRST_MS = 2000;
const LONGEST_MS = 5 * 60_000;

/** How long to wait after the n-th failure in a row, ms: 2 s, doubling. @param longest ms */
export function retryDelay(failures: number, longest = LONGEST_MS): number {
  return Math.min(longest, FIRST_MS * 2 ** Math.max(0, failures - 1));
}
