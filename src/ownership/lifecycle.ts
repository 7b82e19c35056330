import type { ErasureStep, RetentionStep } from "../lifecycle.ts";
import type { SealedD1Column } from "../storage/sealed-columns.ts";
import type { Disputes } from "./disputes.ts";
import type { Owners } from "./owners.ts";
import { disputes } from "./tables.ts";

/** What the owner of an account's number said of it. Whoever proves the number can read it; it is in no account's export. */
export function ownershipErasure(owners: Owners, disputes: Disputes): ErasureStep {
  return {
    name: "ownership",
    held: async ({ number }) => ({ ownerNames: number === null ? 0 : await owners.names(number) }),
    run: async ({ number }, now) => number !== null && disputes.forget(number, now),
  };
}

/** The words of disputes, sealed. */
export const DISPUTE_SEALS: SealedD1Column = {
  table: disputes,
  column: disputes.sealed,
  key: [disputes.id],
  bound: [disputes.id],
  place: (id = "") => ({ table: "disputes", id }),
};

/** Disputes that nobody decided. */
export function disputeRetention(disputes: Disputes): RetentionStep {
  return { name: "disputes", run: (now) => disputes.lapse(now) };
}
