import { onStore } from "../../telemetry/store-failure.ts";

/** The most objects that R2 deletes in one call. */
const MOST_REMOVED = 1000;

/** Caller photos in R2, sealed, each under a keyed hash of its id. A failure throws `StoreFailure`. */
export class PhotoRecords {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async put(object: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
    await onStore("r2", () => this.#bucket.put(object, sealed));
  }

  async read(object: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return onStore("r2", async () => {
      const found = await this.#bucket.get(object);
      return found === null ? null : new Uint8Array(await found.arrayBuffer());
    });
  }

  /** Removes photos; missing ones are no failure. */
  async remove(objects: readonly string[]): Promise<void> {
    for (let from = 0; from < objects.length; from += MOST_REMOVED) {
      await onStore("r2", () => this.#bucket.delete(objects.slice(from, from + MOST_REMOVED)));
    }
  }
}
