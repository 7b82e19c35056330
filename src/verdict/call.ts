import type { Verdict } from "./verdict.ts";

/** What the network says of the number that a call shows (STIR/SHAKEN): that it checked it, that it is not theirs, nothing. */
export const VERIFICATIONS = ["passed", "failed", "none"] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** What is known of one call beside its number. */
export interface CallFacts {
  readonly verification: Verification;
  /** False for a number that nobody is assigned: nobody calls from it honestly. */
  readonly assigned: boolean;
}

/**
 * A number's verdict, as it holds for one call from it. Where the network's check failed somebody else may be calling:
 * the name is that of the number's holder, so it is not shown, nor are their photo and kind.
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
