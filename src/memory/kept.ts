/** How one value of a store is kept. */
export interface Keeping<Value> {
  /** Reads the store. A rejection leaves what is held. */
  readonly read: () => Promise<Value>;
  /** For how long a value is as good as new, ms. */
  readonly freshMs: (value: Value) => number;
  /** After a failed read the store is not asked again for this long, ms. */
  readonly retryMs: number;
  /** Lets a read go on when the request that began it has its answer. */
  readonly background: (work: Promise<unknown>) => void;
}

/** A read without an end for this long belonged to a request that was cut off: another one may begin, ms. */
const LOST_MS = 10_000;

/**
 * One value of a store in the isolate's memory. An old one is read anew in the background and serves meanwhile, and as
 * long as the store fails. Whoever asks at the same time shares one read.
 */
export class Kept<Value> {
  readonly #keeping: Keeping<Value>;
  #held: { readonly value: Value } | null = null;
  #failed = false;
  #dueAt = Number.NEGATIVE_INFINITY;
  #reading: { readonly done: Promise<void>; readonly lostAt: number } | null = null;

  constructor(keeping: Keeping<Value>) {
    this.#keeping = keeping;
  }

  /** The value, undefined before the first was read. Begins a read if it is time for one, and waits for none. */
  get(now: number): Value | undefined {
    this.#refresh(now);
    return this.#held?.value;
  }

  /** The same, but before the first value it waits for the read under way. Undefined if that fails. */
  async read(now: number): Promise<Value | undefined> {
    this.#refresh(now);
    if (this.#held === null) await this.#reading?.done;
    return this.#held?.value;
  }

  /** Whether there is no value because the last read failed. */
  get isMissing(): boolean {
    return this.#held === null && this.#failed;
  }

  #refresh(now: number): void {
    const isBeingRead = this.#reading !== null && now < this.#reading.lostAt;
    if (now < this.#dueAt || isBeingRead) return;
    const reading = { done: this.#read(now), lostAt: now + LOST_MS };
    this.#reading = reading;
    const settled = reading.done.then(() => {
      if (this.#reading === reading) this.#reading = null;
    });
    this.#keeping.background(settled);
  }

  async #read(now: number): Promise<void> {
    const { read, freshMs, retryMs } = this.#keeping;
    try {
      const value = await read();
      this.#held = { value };
      this.#failed = false;
      this.#dueAt = now + freshMs(value);
    } catch {
      this.#failed = true;
      this.#dueAt = now + retryMs;
    }
  }
}
