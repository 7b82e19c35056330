import { textOf, utf8 } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";

/** Key of the marker in KV. Pages have ids of 22 characters. */
export const MARKER_KEY = "complete";

/** What this KV is known to be, as it stands in it: so it goes with the namespace. */
export interface Marker {
  /** The D1 of which this KV is a copy: the random id of its directory. */
  readonly directory: string;
  /** Whether every page is in it. */
  readonly complete: boolean;
  /** When the service last saw the two together, ms since 1970. */
  readonly at: number;
  /** The republication that is to make it complete; null if none is under way. */
  readonly run: string | null;
}

const PLACE = { table: "pages", id: MARKER_KEY } as const;

/** The marker sealed, so that nobody without the keys can say of a KV that it is complete. */
export function sealMarker(vault: Vault, marker: Marker): Promise<Uint8Array<ArrayBuffer>> {
  return vault.seal(PLACE, utf8(JSON.stringify(marker)));
}

/** The marker, or null where it does not open: it is not of this service then. */
export async function openMarker(vault: Vault, sealed: Uint8Array<ArrayBuffer>): Promise<Marker | null> {
  const opened = await vault.open(PLACE, sealed);
  return opened.ok ? (JSON.parse(textOf(opened.plaintext)) as Marker) : null;
}
