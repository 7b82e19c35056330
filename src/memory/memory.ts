/**
 * The isolate's cache: values by key, each with its own expiry; when it is full, the least recently used is dropped. Lost with
 * the isolate and never written anywhere. Time is passed in, in ms. `null` is cached absence, `undefined` is "not cached".
 */
export class Memory<Key, Value> {
  readonly #held = new Map<Key, Entry<Value>>();
  readonly #capacity: number;

  /** @param capacity entries held at most, 1 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: Key, now: number): Value | undefined {
    const entry = this.#held.get(key);
    if (entry === undefined) return undefined;
    if (entry.until <= now) {
      this.#held.delete(key);
      return undefined;
    }
    // A Map keeps the order of insertion: put back last, the first one is the least recently used.
    this.#held.delete(key);
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

  /** Forgets a value before its time. */
  forget(key: Key): void {
    this.#held.delete(key);
  }
}

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
}
