import { nullIfOutage } from "../telemetry/store-failure.ts";
import type { BlockId } from "../vault/vault.ts";
import { openMarker, sealMarker, type Marker } from "./copy-marker.ts";
import type { StoredCopy } from "./copy-records.ts";
import { newCopy, type CopyState } from "./copy-state.ts";
import type { Directory, Publishing } from "./directory.ts";
import { slotOf } from "./dirty-records.ts";
import { BULK_PATIENCE_MS } from "./publisher-state.ts";

/** What operators see of the copy. `complete` is null while KV does not answer. */
export interface CopyStatus extends Pick<CopyState, "round" | "last" | "republishing"> {
  readonly complete: boolean | null;
}

/** How far KV is a copy of D1's pages, as it is now. */
export async function copyStatus(directory: Directory, now: number): Promise<CopyStatus> {
  const [stored, complete] = await Promise.all([
    directory.records.copy.read(),
    readMarker(directory).then((marker) => marker?.complete === true, nullIfOutage),
  ]);
  const { round, last, republishing } = stored?.state ?? newCopy("", now);
  return { complete, round, last, republishing };
}

/** The state; the first time it is made. */
export async function readCopy({ records }: Directory, now: number): Promise<StoredCopy> {
  const found = await records.copy.read();
  if (found !== null) return found;
  await records.copy.create(newCopy(crypto.randomUUID(), now));
  const made = await records.copy.read();
  if (made === null) throw new Error("the row that was just written is missing");
  return made;
}

/** The marker in KV, null where there is none or it does not open. */
export async function readMarker({ records, vault }: Directory): Promise<Marker | null> {
  const sealed = await records.copy.readMarker();
  return sealed === null ? null : openMarker(vault, sealed);
}

/** Puts the marker into KV. */
export async function putMarker({ records, vault }: Directory, marker: Marker): Promise<void> {
  await records.copy.putMarker(await sealMarker(vault, marker));
}

/** Whether a marker is of another D1, or of this one at a later time: then it was set back since. */
export function isForeign({ directory, at }: Marker, state: CopyState): boolean {
  return directory !== state.directory || at > state.at;
}

/** Tells the publishers of blocks. A lost poke costs a minute: the cron finds marks that wait. */
export async function pokeAll(publishing: Publishing, blocks: readonly BlockId[]): Promise<void> {
  const slots = new Set(blocks.map(slotOf));
  await Promise.allSettled([...slots].map((slot) => publishing.poke(slot, BULK_PATIENCE_MS)));
}
