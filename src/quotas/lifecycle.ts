import type { ExportSection } from "../lifecycle.ts";
import type { Quotas } from "./quotas.ts";

/** What is used of the day's quotas. It is erased by nobody: it ends at midnight (UTC) by itself. */
export function useSection(quotas: Quotas): ExportSection {
  return { name: "used", whole: (holder, now) => quotas.held(holder, now) };
}
