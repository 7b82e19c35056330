import type { RetentionStep } from "../lifecycle.ts";
import { dayOf } from "../time/days.ts";
import type { RevocationRecords } from "./revocation-records.ts";

/** Deletes revocations that nothing can look for any more. */
export function revocationRetention(revocations: RevocationRecords): RetentionStep {
  return { name: "revocations", run: (now) => revocations.forget(dayOf(now)) };
}
