/**
 * The isolate's cache: values by key, each with its own expiry; when it is full, the least recently used is dropped. Lost with
 * the isolate and never written anywhere. Time is passed in, in ms. `null` is cached absence, `undefined` is "not cached".
 */
export class Memory<Key, Value> {
  readonly #held = new Map<Key, Entry<Value>>();
  readonly #capacity: number;
  /** How often something was put at the end. */
  #moves = 0;

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
    // A Map keeps the order of insertion: put back last, the first one is the longest unused. What lies in the newer
    // half stays where it is, since taking out and putting back costs more than everything else here.
    if (this.#moves - entry.moved >= this.#capacity / 2) {
      this.#held.delete(key);
      this.#append(key, entry);
    }
    return entry.value;
  }

  /** Remembers a value until `until`. */
  put(key: Key, value: Value, until: number): void {
    this.#held.delete(key);
    this.#append(key, { value, until, moved: 0 });
    if (this.#held.size <= this.#capacity) return;
    const oldest = this.#held.keys().next();
    if (!oldest.done) this.#held.delete(oldest.value);
  }

  /** Forgets a value before its time. */
  forget(key: Key): void {
    this.#held.delete(key);
  }

  #append(key: Key, entry: Entry<Value>): void {
    this.#moves += 1;
    entry.moved = this.#moves;
    this.#held.set(key, entry);
  }
}

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
  /** The count of moves when this one was put at the end. */
  moved: number;
}
