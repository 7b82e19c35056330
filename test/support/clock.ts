const HOUR_MS = 3_600_000;

/**
 * Waits for the next hour where this one has less than so much left: limits count by the hour and the day (UTC), and a
 * test that counts to one must not begin in one and end in the next.
 */
export async function roomInHour(neededMs: number): Promise<void> {
  const left = HOUR_MS - (Date.now() % HOUR_MS);
  if (left < neededMs) await new Promise((resolve) => setTimeout(resolve, left + 1000));
}
