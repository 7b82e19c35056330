import type { RetentionStep } from "../lifecycle.ts";
import type { SkippedRecords } from "../storage/skipped-records.ts";
import type { RetentionRecords } from "./retention-records.ts";

/** What is stored about retention itself, and about values that could not be opened. */
export function reportRetention(retained: RetentionRecords, skipped: SkippedRecords): RetentionStep {
  return { name: "retention", run: async (now) => (await retained.forget(now)) + (await skipped.forget(now)) };
}
