const FIRST_MS = 2000;
/** The longest wait between two attempts, ms. */
export const LONGEST_RETRY_MS = 5 * 60_000;
/** How long work that nobody waits for is left before it is tried again, ms. */
export const RETRY_MS = 60_000;

/** How long to wait after the n-th failure in a row, ms: 2 s, doubling. @param longest ms */
export function retryDelay(failures: number, longest = LONGEST_RETRY_MS): number {
  return Math.min(longest, FIRST_MS * 2 ** Math.max(0, failures - 1));
}
