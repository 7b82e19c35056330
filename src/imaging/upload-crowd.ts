/** Pictures that an isolate works on at once: what is made of each is up to 15 MiB. */
const AT_ONCE = 3;
/** Bytes of bodies that an isolate holds, on their way and waiting for their turn. */
const MOST_HELD_BYTES = 40 * 1024 * 1024;
/** Bodies of one account that are on their way at once. */
const AT_ONCE_AN_ACCOUNT = 2;
/** Whoever is inside for longer was cut off and never left. */
const FORGOTTEN_MS = 60_000;
const LOOK_MS = 50;

/** A body on its way: what it holds in memory. */
export interface Arrival {
  /** Notes that so many bytes more are held; false where there is no room for them. */
  grow(bytes: number): boolean;
  /** To be called when the body, and what was made of it, is not held any more. */
  leave(): void;
}

/**
 * Keeps the uploads of one isolate few enough for its memory. A turn is taken when the body has arrived: whoever drips
 * holds none, only the bytes that he has sent. Turns are looked for, not handed over, since a request that is cut off
 * hands over nothing.
 */
export class UploadCrowd {
  readonly #clock: () => number;
  readonly #inside = new Set<{ readonly since: number }>();
  readonly #arriving = new Set<{ readonly account: string; since: number; bytes: number }>();

  /** @param clock ms since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Waits until a body may come, unread so long: not beside two others of its account, and not without room for any. At
   * most `patience` ms; null when it might not.
   */
  async arrive(account: string, patience: number): Promise<Arrival | null> {
    for (let waited = 0; waited <= patience; waited += LOOK_MS) {
      const arrival = this.#admit(account);
      if (arrival !== null) return arrival;
      await scheduler.wait(LOOK_MS);
    }
    return null;
  }

  #admit(account: string): Arrival | null {
    const now = this.#clock();
    for (const one of this.#arriving) if (now - one.since > FORGOTTEN_MS) this.#arriving.delete(one);
    const own = [...this.#arriving].filter((one) => one.account === account);
    if (own.length >= AT_ONCE_AN_ACCOUNT || this.#held() >= MOST_HELD_BYTES) return null;
    const body = { account, since: now, bytes: 0 };
    this.#arriving.add(body);
    return {
      grow: (bytes) => {
        if (this.#held() + bytes > MOST_HELD_BYTES) return false;
        body.bytes += bytes;
        body.since = this.#clock();
        return true;
      },
      leave: () => void this.#arriving.delete(body),
    };
  }

  #held(): number {
    let held = 0;
    for (const { bytes } of this.#arriving) held += bytes;
    return held;
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
