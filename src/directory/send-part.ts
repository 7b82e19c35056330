import type { BallotPart } from "../verdict/evidence.ts";
import type { E164 } from "../numbers/number.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOf, slotOf } from "./dirty-records.ts";
import { lineId, placeOf } from "./place.ts";

/** A ballot's part of a caller, as the ballot sends it. */
export interface SentPart {
  readonly number: E164;
  /** Null if no vote counts: the caller is then as if there had never been any. */
  readonly part: BallotPart | null;
  /** Grows with every change of the ballot: an older part never overwrites a newer one. */
  readonly revision: number;
}

/**
 * Takes a ballot's part into the directory and marks its block dirty, in one transaction; a repeat is harmless. The
 * part of an unlisted number is dropped, and the ballot is told so.
 */
export async function sendPart(
  directory: Directory,
  publishing: Publishing,
  sent: SentPart,
  now: number,
): Promise<{ unlisted: boolean }> {
  const { records, vault } = directory;
  const { number, part, revision } = sent;
  const place = await placeOf(vault, number);
  const id = lineId(place.block, place.line);
  const sealed = part === null ? null : await vault.sealText({ table: "callers", id }, JSON.stringify(part));
  const marks = await marksOf(vault, [place]);
  const { unlisted } = await records.callers.writePart("ballot", place, { marks, named: null }, sealed, revision, now);
  // A lost poke costs a minute: the cron finds marks that wait.
  await Promise.allSettled([publishing.poke(slotOf(place.block))]);
  return { unlisted };
}
