/**
 * What an isolate remembers: values by key, each until a time of its own, the longest unused dropped first. Bounded,
 * lost with the isolate, never written anywhere. Time is passed in, in ms. A stored `null` is remembered absence;
 * `undefined` is no memory.
 */
export class Memory<Key, Value> {
  readonly #held = new Map<Key, { readonly value: Value; readonly until: number }>();
  readonly #capacity: number;

  /** @param capacity entries held at most, 1 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: Key, now: number): Value | undefined {
    const entry = this.#held.get(key);
    if (entry === undefined) return undefined;
    this.#held.delete(key);
    if (entry.until <= now) return undefined;
    // A Map keeps the order of insertion: put back last, the first one is the longest unused.
    this.#held.set(key, entry);
    return entry.value;
  }

  /** Remembers a value until `until`. */
  put(key: Key, value: Value, until: number): void {
    this.#held.delete(key);
    this.#held.set(key, { value, until });
    if (this.#held.size <= this.#capacity) return;
    const oldest = this.#held.keys().next();
    if (!oldest.done) this.#held.delete(oldest.value);
  }
}
