import type { E164 } from "../numbers/number.ts";
import { nameArea } from "./area-marks.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOf, slotOf } from "./dirty-records.ts";
import { placeOf } from "./place.ts";

/**
 * Unlists a number in one transaction: sets the tombstone and drops what votes, owners and datasets said of it. Only
 * `relist` undoes it. Repeatable, and the same for unknown numbers. The caller also has to clear the number's ballot, in
 * either order.
 */
export async function unlist(
  { records, vault }: Directory,
  publishing: Publishing,
  number: E164,
  now: number,
): Promise<void> {
  const place = await placeOf(vault, number);
  const [marks, named] = await Promise.all([marksOf(vault, [place]), nameArea(vault, place)]);
  await records.callers.unlist(place, { marks, named }, now);
  // A lost poke costs a minute: the cron finds marks that wait.
  await Promise.allSettled([publishing.poke(slotOf(place.block)), ...(named === null ? [] : [publishing.pokeAreas()])]);
}

/** Relists a number. What was known of it before is gone. */
export async function relist({ records, vault }: Directory, number: E164): Promise<void> {
  await records.callers.relist(await placeOf(vault, number));
}

/** Whether a number is unlisted. */
export async function isUnlisted(directory: Directory, number: E164): Promise<boolean> {
  return (await unlistedAmong(directory, [number])).has(number);
}

/** The unlisted ones among some numbers. @param numbers a few thousand at most */
export async function unlistedAmong(
  { records, vault }: Directory,
  numbers: readonly E164[],
): Promise<ReadonlySet<E164>> {
  const places = await Promise.all(numbers.map((number) => placeOf(vault, number)));
  const out = await records.callers.areUnlisted(places);
  return new Set(numbers.filter((_, at) => out[at]));
}
