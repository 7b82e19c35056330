/** Whoever holds a place for longer was cancelled and never released it. */
const FORGOTTEN_MS = 60_000;
const LOOK_MS = 50;

/**
 * Bounds how many of one isolate work at a time. Waiters poll instead of being notified, because a request or an object
 * that is cancelled would notify nobody.
 */
export class Crowd {
  readonly #clock: () => number;
  readonly #atOnce: number;
  readonly #lookMs: number;
  readonly #inside = new Set<{ readonly since: number }>();

  /**
   * @param clock ms since 1970 @param atOnce how many may work at a time, 1 or more
   * @param lookMs how often each waiter looks: where many wait, somebody looks soon
   */
  constructor(clock: () => number, atOnce: number, lookMs = LOOK_MS) {
    this.#clock = clock;
    this.#atOnce = atOnce;
    this.#lookMs = lookMs;
  }

  /** Waits for a place, at most `patience` ms. @returns what releases it, or null when the time is up */
  async enter(patience: number): Promise<(() => void) | null> {
    for (let waited = 0; waited <= patience; waited += this.#lookMs) {
      const now = this.#clock();
      for (const one of this.#inside) if (now - one.since > FORGOTTEN_MS) this.#inside.delete(one);
      if (this.#inside.size < this.#atOnce) {
        const turn = { since: now };
        this.#inside.add(turn);
        return () => void this.#inside.delete(turn);
      }
      await scheduler.wait(this.#lookMs);
    }
    return null;
  }
}
