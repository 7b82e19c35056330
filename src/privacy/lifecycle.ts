import type { RetentionStep } from "../lifecycle.ts";
import type { SkippedRecords } from "../storage/skipped-records.ts";
import type { RetentionRecords } from "./retention-records.ts";

/** What is kept of the rounds themselves, and of what could not be read. */
export function reportRetention(retained: RetentionRecords, skipped: SkippedRecords): RetentionStep {
  return { name: "retention", run: async (now) => (await retained.forget(now)) + (await skipped.forget(now)) };
}
