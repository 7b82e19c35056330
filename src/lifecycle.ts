import type { E164 } from "./numbers/number.ts";

/** Whose data: the account id that its tokens carry, and its number; null for another issuer's account. */
export interface Subject {
  readonly account: string;
  readonly number: E164 | null;
}

/** What a room holds of an account: how it is erased, and how it is exported. A room's is in its `lifecycle.ts`. */
export interface AccountData {
  readonly erasure: ErasureStep;
  readonly export: ExportSection;
}

/** How many things of a kind were removed, by the kind's name; no personal data. */
export type Removed = Readonly<Record<string, number>>;

/**
 * One room's share of an erasure. `held` says how much there is to remove, and is noted before `run` removes it: so a
 * receipt is right however often `run` is broken off. `run` is repeatable, and throws while it is not done.
 */
export interface ErasureStep {
  readonly name: string;
  readonly held: (subject: Subject, now: number) => Promise<Removed>;
  /** For how long after `run` something may stand elsewhere that it took back, ms; asked before, as `held` is. */
  readonly lingers?: (subject: Subject, now: number) => Promise<number>;
  readonly run: (subject: Subject, now: number) => Promise<unknown>;
}

/** What a room holds on an account, under a name of its own: whole, or page by page where it may be much. */
export type ExportSection =
  | { readonly name: string; readonly whole: (subject: Subject, now: number) => Promise<unknown> }
  | { readonly name: string; readonly pages: (subject: Subject) => AsyncIterable<readonly unknown[]> };

/** One lifetime that is enforced by the clock of the service; bounded, and repeatable. */
export interface RetentionStep {
  readonly name: "deliveries" | "pictures" | "disputes" | "revocations" | "handovers" | "audit" | "retention";
  /** Removes, or folds into counts, what has had its time; how much. */
  readonly run: (now: number) => Promise<number>;
}
