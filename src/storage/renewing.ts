/** What one step of the renewal of a list did. */
export interface ListedStep {
  /** Where the next step goes on; null at the end of the list. */
  readonly after: string | null;
  /** How many values were sealed anew. */
  readonly renewed: number;
  /**
   * What stays under an old key: values that do not open, by the id of the key that they name; `unasked`, objects that did
   * not answer; `sessions`, whose devices hold a token of that time.
   */
  readonly left: Readonly<Record<string, number>>;
}

/** A list by which everything of a kind that is sealed is found, walked in bounded steps that can be repeated. */
export interface SealedList {
  readonly name: string;
  /** @param after as the step before returned it; null at the beginning @param since when the first key began to seal, ms */
  readonly renew: (after: string | null, since: number) => Promise<ListedStep>;
}

/** Adds counts by name. */
export function sum(...counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, n] of counts.flatMap((one) => Object.entries(one))) total[name] = (total[name] ?? 0) + n;
  return total;
}
