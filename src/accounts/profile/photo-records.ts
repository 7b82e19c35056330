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

  /** Names of photos in order. @param after the last one of the page before */
  async names(after: string | null, limit: number): Promise<string[]> {
    const listed = await onStore("r2", () =>
      this.#bucket.list({ limit, ...(after === null ? {} : { startAfter: after }) }),
    );
    return listed.objects.map(({ key }) => key);
  }

  /** Replaces a photo by what `make` makes of it, unless it was replaced or removed meanwhile, or `make` returns null. */
  async replace(
    object: string,
    make: (sealed: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer> | null>,
  ): Promise<void> {
    const found = await onStore("r2", () => this.#bucket.get(object));
    if (found === null) return;
    const made = await make(new Uint8Array(await onStore("r2", () => found.arrayBuffer())));
    if (made === null) return;
    await onStore("r2", () => this.#bucket.put(object, made, { onlyIf: { etagMatches: found.etag } }));
  }

  /** Removes photos; missing ones are no failure. */
  async remove(objects: readonly string[]): Promise<void> {
    for (let from = 0; from < objects.length; from += MOST_REMOVED) {
      await onStore("r2", () => this.#bucket.delete(objects.slice(from, from + MOST_REMOVED)));
    }
  }
}
