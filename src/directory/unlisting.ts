import type { CallerPlace } from "./caller-records.ts";
import type { Directory, Publishing } from "./directory.ts";

/**
 * Unlists a number in one transaction: sets the tombstone and drops what votes, owners and datasets said of it. Only
 * `relist` undoes it. Repeatable, and the same for unknown numbers. The caller also has to clear the number's ballot, in
 * either order.
 */
export async function unlist(
  { records }: Directory,
  publishing: Publishing,
  place: CallerPlace,
  now: number,
): Promise<void> {
  await records.callers.unlist(place, now);
  // A lost poke costs a minute: the cron finds marks that wait.
  await Promise.allSettled([publishing.poke(place.block.charAt(0))]);
}

/** Relists a number. What was known of it before is gone. */
export async function relist({ records }: Directory, caller: string): Promise<void> {
  await records.callers.relist(caller);
}

/** Whether a number is unlisted. @param caller its keyed id */
export function isUnlisted({ records }: Directory, caller: string): Promise<boolean> {
  return records.callers.isUnlisted(caller);
}

/** The unlisted ones among some numbers. @param callers their keyed ids, a few thousand at most */
export function unlistedAmong({ records }: Directory, callers: readonly string[]): Promise<ReadonlySet<string>> {
  return records.callers.unlistedAmong(callers);
}
