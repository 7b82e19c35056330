import { onStore } from "../telemetry/store-failure.ts";
import { MARKER_KEY } from "./copy-marker.ts";

/** Seconds for which a KV read is kept near the reader, absence included. */
export const KV_CACHE_TTL_S = 60;

/** What is known of KV as a whole, the copy of D1's pages. */
export class CopyRecords {
  readonly #kv: KVNamespace;

  constructor(kv: KVNamespace) {
    this.#kv = kv;
  }

  /** The sealed marker, or null. One KV read. */
  async readMarker(): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () =>
      this.#kv.get(MARKER_KEY, { type: "arrayBuffer", cacheTtl: KV_CACHE_TTL_S }),
    );
    return bytes === null ? null : new Uint8Array(bytes);
  }

  /** Puts the marker, or removes it. */
  async putMarker(sealed: Uint8Array<ArrayBuffer> | null): Promise<void> {
    await onStore("kv", () => (sealed === null ? this.#kv.delete(MARKER_KEY) : this.#kv.put(MARKER_KEY, sealed)));
  }
}
