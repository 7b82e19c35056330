import { Crowd } from "../memory/crowd.ts";

/** Pictures that an isolate re-encodes at a time; each takes up to 15 MiB. */
const AT_ONCE = 3;
/** Bytes of request bodies that an isolate holds, arriving and waiting. */
const MOST_HELD_BYTES = 40 * 1024 * 1024;
/** Bodies of one account that arrive at the same time. */
const AT_ONCE_AN_ACCOUNT = 2;
/** An upload older than this was cancelled and never released its place. */
const FORGOTTEN_MS = 60_000;
const LOOK_MS = 50;

/** An arriving body and the memory that it holds. */
export interface Arrival {
  /** Adds to the bytes held; false if there is no room for them. */
  grow(bytes: number): boolean;
  /** Releases the memory of the body and of what was made of it. */
  leave(): void;
}

/**
 * Bounds the memory that uploads use in one isolate. A place for re-encoding is taken when the body has arrived, so a slow
 * sender holds only the bytes already sent. Waiters poll instead of being notified, because a cancelled request would notify
 * nobody.
 */
export class UploadCrowd {
  readonly #clock: () => number;
  readonly #encoding: Crowd;
  readonly #arriving = new Set<{ readonly account: string; since: number; bytes: number }>();

  /** @param clock ms since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#encoding = new Crowd(clock, AT_ONCE);
  }

  /**
   * Waits, at most `patience` ms, until a body may be read: when fewer than two others of its account are arriving and there is
   * room for more. Null when the time is up.
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

  /** Waits for a place, at most `patience` ms. @returns what releases it, or null when the time is up */
  enter(patience: number): Promise<(() => void) | null> {
    return this.#encoding.enter(patience);
  }
}
