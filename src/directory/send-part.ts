import type { BallotPart } from "../verdict/evidence.ts";
import type { CallerPlace } from "./caller-records.ts";
import type { Directory, Publishing } from "./directory.ts";

/** A ballot's part of a caller, as the ballot sends it. */
export interface SentPart extends CallerPlace {
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
  const { caller, part } = sent;
  const sealed = part === null ? null : await vault.sealText({ table: "callers", id: caller }, JSON.stringify(part));
  const { unlisted } = await records.callers.writePart("ballot", sent, sealed, sent.revision, now);
  // A lost poke costs a minute: the cron finds marks that wait.
  await Promise.allSettled([publishing.poke(sent.block.charAt(0))]);
  return { unlisted };
}
