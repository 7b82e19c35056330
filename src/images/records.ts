import { and, asc, desc, eq, gt, lte, type SQL } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { onStore } from "../telemetry/store-failure.ts";
import { pictures } from "./tables.ts";

export type PictureRow = typeof pictures.$inferSelect;

/** More than quotas allow anybody within the longest lifetime of a picture. */
const MAX_LISTED = 250;

/** Rows of pictures in D1, and their encrypted bytes in R2. */
export class PictureRecords {
  readonly #d1: D1;
  readonly #bucket: R2Bucket;

  constructor(d1: D1Database, bucket: R2Bucket) {
    this.#d1 = new D1(d1);
    this.#bucket = bucket;
  }

  async insert(row: PictureRow): Promise<void> {
    await this.#d1.ask((db) => db.insert(pictures).values(row));
  }

  async setReported(id: string, reported: boolean): Promise<void> {
    await this.#d1.ask((db) => db.update(pictures).set({ reported }).where(eq(pictures.id, id)));
  }

  /** The newest pictures that an account sent, or that are in its inbox. */
  list(box: "sender" | "recipient", account: string, now: number): Promise<PictureRow[]> {
    return this.#list(eq(pictures[box], account), now, desc(pictures.expires));
  }

  /** Reported pictures, the first to expire first. */
  listReported(now: number): Promise<PictureRow[]> {
    return this.#list(eq(pictures.reported, true), now, asc(pictures.expires));
  }

  /** Expired pictures, at most `limit`. */
  async listExpired(now: number, limit: number): Promise<string[]> {
    const rows = await this.#d1.ask((db) =>
      db
        .select({ id: pictures.id })
        .from(pictures)
        .where(lte(pictures.expires, now))
        .orderBy(pictures.expires)
        .limit(limit),
    );
    return rows.map(({ id }) => id);
  }

  async putBytes(id: string, encrypted: Uint8Array<ArrayBuffer>): Promise<void> {
    await onStore("r2", () => this.#bucket.put(id, encrypted));
  }

  /** The encrypted bytes as a stream, or null. */
  async readBytes(id: string): Promise<ReadableStream<Uint8Array> | null> {
    const object = await onStore("r2", () => this.#bucket.get(id));
    return object === null ? null : object.body;
  }

  /** Removes the bytes, then the row; repeatable. */
  async remove(id: string): Promise<void> {
    await onStore("r2", () => this.#bucket.delete(id));
    await this.#d1.ask((db) => db.delete(pictures).where(eq(pictures.id, id)));
  }

  #list(wanted: SQL, now: number, order: SQL): Promise<PictureRow[]> {
    const standing = and(wanted, gt(pictures.expires, now));
    return this.#d1.ask((db) => db.select().from(pictures).where(standing).orderBy(order).limit(MAX_LISTED));
  }
}
