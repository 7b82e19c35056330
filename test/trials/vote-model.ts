import { isDeepStrictEqual } from "node:util";

/** A vote as its voter sees it; null for none. */
export type Seen = {
  readonly name: string | null;
  readonly spam: boolean | null;
  readonly category: string | null;
} | null;

/** What is asked of the service: fields to change, or to withdraw the vote. */
export type Operation =
  | { readonly method: "PUT"; readonly change: Partial<NonNullable<Seen>> }
  | { readonly method: "DELETE" };

/** What a vote is after an operation, by API.md alone. */
export function afterOperation(before: Seen, operation: Operation): Seen {
  if (operation.method === "DELETE") return null;
  const { name, spam, category } = { name: null, spam: null, category: null, ...before, ...operation.change };
  if (name === null && spam === null) return null;
  // What a call is about goes with a spam mark only.
  return { name, spam, category: spam === true ? category : null };
}

/** One account's vote on one number, as far as an observer can know it. */
export class Observed {
  readonly account: string;
  readonly number: string;
  /** What it may be: one state, or several after an operation that got no answer. */
  possible: readonly Seen[] = [null];
  /** Operations sent. */
  sent = 0;
  /** An operation is under way. */
  busy = false;

  constructor(account: string, number: string) {
    this.account = account;
    this.number = number;
  }

  /** The operation was answered. False if the answer is none that this vote could give. */
  acknowledge(operation: Operation, answered: Seen): boolean {
    const fits = this.#after(operation).some((state) => isDeepStrictEqual(state, answered));
    this.possible = [answered];
    return fits;
  }

  /** The operation was sent and never answered: it may have been stored or not. */
  doubt(operation: Operation): void {
    const states = [...this.possible, ...this.#after(operation)];
    this.possible = states.filter((state, at) => states.findIndex((other) => isDeepStrictEqual(other, state)) === at);
  }

  /** Whether a vote may be what the service says it is. */
  allows(seen: Seen): boolean {
    return this.possible.some((state) => isDeepStrictEqual(state, seen));
  }

  #after(operation: Operation): Seen[] {
    return this.possible.map((state) => afterOperation(state, operation));
  }
}
