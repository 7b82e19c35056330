import type { CallerPlace } from "./caller-records.ts";
import type { Directory, Publishing } from "./directory.ts";

/**
 * Takes a number out for good, in one transaction: the tombstone is set, and what votes, owners and datasets said of it
 * is dropped. Nothing brings it back but `relist`. Repeatable, and the same for a number of which nothing is known.
 * Votes live in the number's ballot: whoever unlists has it emptied too (`Voting.empty`), in whatever order.
 */
export async function unlist(
  { records }: Directory,
  publishing: Publishing,
  place: CallerPlace,
  now: number,
): Promise<void> {
  await records.callers.unlist(place, now);
  // A lost poke costs a minute: the cron looks for marks that wait.
  await Promise.allSettled([publishing.poke(place.block.charAt(0))]);
}

/** Lets a number in again. What was known of it before is gone: it is as a number that nobody has ever spoken of. */
export async function relist({ records }: Directory, caller: string): Promise<void> {
  await records.callers.relist(caller);
}

/** Whether a number's owner took it out. @param caller its keyed id */
export function isUnlisted({ records }: Directory, caller: string): Promise<boolean> {
  return records.callers.isUnlisted(caller);
}

/** Those of some numbers that their owners took out. @param callers their keyed ids, some thousands at most */
export function unlistedAmong({ records }: Directory, callers: readonly string[]): Promise<ReadonlySet<string>> {
  return records.callers.unlistedAmong(callers);
}
