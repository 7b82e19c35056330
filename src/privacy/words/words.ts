import type { HoldingKey, Keeping, Lifetime } from "../holdings.ts";

/** The page `/privacy` around a notice, in one language. A text with `{day}` has one put in. */
export interface Words {
  readonly title: string;
  readonly language: string;
  readonly inForceSince: string;
  readonly from: string;
  readonly upcoming: string;
  readonly noNotice: string;
  readonly inForceNow: string;
  readonly stored: string;
  readonly storedIntro: string;
  readonly what: string;
  readonly why: string;
  readonly how: string;
  readonly howLong: string;
  /** What is kept, and why. */
  readonly holdings: Readonly<Record<HoldingKey, readonly [what: string, why: string]>>;
  readonly keeping: Readonly<Record<Keeping, string>>;
  readonly lifetimes: Readonly<Record<Lifetime, string>>;
}
