import { weekOf } from "../verdict/decay.ts";
import type { OwnerPart } from "../verdict/evidence.ts";
import type { CallerPlace } from "./caller-records.ts";
import type { Directory, Publishing } from "./directory.ts";
import { ownerSeal, type OwnerSource, type StoredOwnerPart } from "./fold-owner.ts";

export type { OwnerPart, OwnerSource };

/** An owner's part of a caller, as its writer sends it. */
export interface SentOwner extends CallerPlace {
  /** `profile`: the account that signed in with the number; `ownership`: who proved it without one. */
  readonly source: OwnerSource;
  /** Null when the owner says nothing any more: the caller is then as if this source had never spoken. */
  readonly part: OwnerPart | null;
  /** Grows with every change of this source, 1 or more: an older part never overwrites a newer one. */
  readonly revision: number;
}

/**
 * Takes an owner's part into the directory and marks its block dirty, in one transaction; a repeat is harmless. The
 * part of an unlisted number is dropped, and its writer is told so. The name must have been checked.
 */
export async function sendOwner(
  directory: Directory,
  publishing: Publishing,
  sent: SentOwner,
  now: number,
): Promise<{ unlisted: boolean }> {
  const { records, vault } = directory;
  const { source, part, revision } = sent;
  const stored: StoredOwnerPart | null = part === null ? null : { ...part, week: weekOf(now) };
  const sealed = stored === null ? null : await vault.sealText(ownerSeal(source, sent.caller), JSON.stringify(stored));
  const { unlisted } = await records.callers.writePart(source, sent, sealed, revision, now);
  // A lost poke costs a minute: the cron looks for marks that wait.
  await Promise.allSettled([publishing.poke(sent.block.charAt(0))]);
  return { unlisted };
}
