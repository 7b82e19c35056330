import type { RetentionStep } from "../lifecycle.ts";
import type { Audit } from "./audit.ts";

/** Entries of the audit log. */
export function auditRetention(audit: Audit): RetentionStep {
  return { name: "audit", run: (now) => audit.forget(now) };
}
