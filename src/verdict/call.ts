import type { Verdict } from "./verdict.ts";

/** The network's check of the displayed number (STIR/SHAKEN): passed, failed, or not made. */
export const VERIFICATIONS = ["passed", "failed", "none"] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** What is known about one call besides its number. */
export interface CallFacts {
  readonly verification: Verification;
  /** False for a number that is assigned to nobody, so its display is forged. */
  readonly assigned: boolean;
}

/**
 * Adapts a number's verdict to one call. If the network's check failed, somebody other than the holder may be calling,
 * so the holder's name, photo and kind are not shown.
 */
export function verdictOnCall(verdict: Verdict, { verification, assigned }: CallFacts): Verdict {
  const doubtful = verification === "failed" || !assigned;
  const advised: Verdict = doubtful && verdict.advice === "allow" ? { ...verdict, advice: "warn" } : verdict;
  if (verification !== "failed") return advised;
  return {
    ...advised,
    name: null,
    nameLevel: advised.name === null ? advised.nameLevel : "none",
    nameConfidence: 0,
    nameWithheld: advised.name === null ? advised.nameWithheld : "call-unverified",
    kind: null,
    verified: false,
    photo: null,
  };
}
