import type { RetentionStep } from "../lifecycle.ts";
import { dayOf } from "../time/days.ts";
import type { RevocationRecords } from "./revocation-records.ts";

/** Revocations of shares, once nothing is left that could look for them. */
export function revocationRetention(revocations: RevocationRecords): RetentionStep {
  return { name: "revocations", run: (now) => revocations.forget(dayOf(now)) };
}
