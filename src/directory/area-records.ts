import { onStore } from "../telemetry/store-failure.ts";

/** The tables of areas in KV. */
export class AreaRecords {
  readonly #kv: KVNamespace;

  constructor(kv: KVNamespace) {
    this.#kv = kv;
  }

  /** A calling code's sealed table, or null. One KV read. @param cacheTtl seconds for which it is kept near the reader */
  async readTable(callingCode: string, cacheTtl: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await onStore("kv", () => this.#kv.get(keyOf(callingCode), { type: "arrayBuffer", cacheTtl }));
    return bytes === null ? null : new Uint8Array(bytes);
  }
}

/** Pages have ids of 22 characters, so no page is in the way. */
function keyOf(callingCode: string): string {
  return `areas-${callingCode}`;
}
