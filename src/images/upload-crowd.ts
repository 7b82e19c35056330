/** Uploads that an isolate holds in memory at once: each is its body and what is made of it, up to 25 MiB. */
const AT_ONCE = 3;
/** Whoever is inside for longer was cut off and never left. */
const FORGOTTEN_MS = 60_000;
const LOOK_MS = 50;

/**
 * Keeps the uploads of one isolate few enough for its memory. Waiting costs nothing: a body is not read before its
 * turn. Turns are looked for, not handed over, since a request that is cut off hands over nothing.
 */
export class UploadCrowd {
  readonly #clock: () => number;
  readonly #inside = new Set<{ readonly since: number }>();

  /** @param clock ms since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Waits for a turn, at most `patience` ms: gives what ends it, or null when there was none. */
  async enter(patience: number): Promise<(() => void) | null> {
    for (let waited = 0; waited <= patience; waited += LOOK_MS) {
      const now = this.#clock();
      for (const one of this.#inside) if (now - one.since > FORGOTTEN_MS) this.#inside.delete(one);
      if (this.#inside.size < AT_ONCE) {
        const turn = { since: now };
        this.#inside.add(turn);
        return () => this.#inside.delete(turn);
      }
      await scheduler.wait(LOOK_MS);
    }
    return null;
  }
}
