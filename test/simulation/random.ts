/** A seeded source of randomness (sfc32): the same seed gives the same run on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    let hash = 2166136261;
    const word = (salt: number): number => {
      for (const character of `${seed}:${salt}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
      return hash >>> 0;
    };
    [this.#a, this.#b, this.#c] = [word(1), word(2), word(3)];
    for (let i = 0; i < 16; i += 1) this.next();
  }

  /** 0 ≤ x < 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** An index, each as likely as its weight. */
  weighted(weights: readonly number[]): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    const index = weights.findIndex((weight) => (left -= weight) < 0);
    return index === -1 ? weights.length - 1 : index;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** A whole number whose mean is x. */
  round(x: number): number {
    return Math.floor(x) + (this.chance(x - Math.floor(x)) ? 1 : 0);
  }

  /** So many of the items, in an order of chance. */
  sample<Item>(items: readonly Item[], count: number): Item[] {
    const rest = [...items];
    for (let i = rest.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      [rest[i], rest[j]] = [rest[j] as Item, rest[i] as Item];
    }
    return rest.slice(0, count);
  }
}
