import type { RetentionStep } from "../lifecycle.ts";
import type { SealedD1Column } from "../storage/sealed-columns.ts";
import type { Audit } from "./audit.ts";
import { audit } from "./tables.ts";

/** Entries of the audit log. */
export function auditRetention(log: Audit): RetentionStep {
  return { name: "audit", run: (now) => log.forget(now) };
}

/** Who did what, and why, sealed. */
export const AUDIT_SEALS: SealedD1Column = {
  table: audit,
  column: audit.sealed,
  key: [audit.id],
  bound: [audit.id],
  place: (id = "") => ({ table: "audit", id }),
};
