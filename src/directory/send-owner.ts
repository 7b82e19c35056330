import { weekOf } from "../verdict/decay.ts";
import type { E164 } from "../numbers/number.ts";
import { nameArea } from "./area-marks.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOf, slotOf } from "./dirty-records.ts";
import { ownerSeal, type OwnerPart, type StoredOwnerPart } from "./owner-part.ts";
import { placeOf } from "./place.ts";

/** An owner's part of a caller, as the number's `Ownership` object sends it. */
export interface SentOwner {
  readonly number: E164;
  /** Null if nothing is left: the caller is then as if nobody had ever said anything. */
  readonly part: OwnerPart | null;
  /** Grows with every change, 1 or more: an older part never overwrites a newer one. */
  readonly revision: number;
}

/**
 * Takes an owner's part into the directory and marks its block dirty, in one transaction; a repeat is harmless. The
 * part of an unlisted number is dropped, and the answer says so. The names must have been checked.
 */
export async function sendOwner(
  directory: Directory,
  publishing: Publishing,
  sent: SentOwner,
  now: number,
): Promise<{ unlisted: boolean }> {
  const { records, vault } = directory;
  const { number, part, revision } = sent;
  const place = await placeOf(vault, number);
  const stored: StoredOwnerPart | null = part === null ? null : { ...part, week: weekOf(now) };
  const sealed =
    stored === null ? null : await vault.sealText(ownerSeal(place.block, place.line), JSON.stringify(stored));
  // A take-down says which complaints count for the neighbours too.
  const [marks, named] = await Promise.all([marksOf(vault, [place]), nameArea(vault, place)]);
  const { unlisted } = await records.callers.writePart("ownership", place, { marks, named }, sealed, revision, now);
  // A lost poke costs a minute: the cron finds marks that wait.
  await Promise.allSettled([publishing.poke(slotOf(place.block)), ...(named === null ? [] : [publishing.pokeAreas()])]);
  return { unlisted };
}
