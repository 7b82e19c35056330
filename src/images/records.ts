import { sql, type SQL } from "drizzle-orm";
import { D1 } from "../directory/d1-records.ts";
import { onStore } from "../telemetry/store-failure.ts";
import { pictures } from "./tables.ts";

export type PictureRow = typeof pictures.$inferSelect;

/** More than quotas let anybody send or get within the longest life of a picture. */
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
    const { id, sender, recipient, expires, reported } = row;
    await this.#d1.run(
      sql`INSERT INTO ${pictures} (id, sender, recipient, expires, reported) VALUES (${id}, ${sender}, ${recipient}, ${expires}, ${Number(reported)})`,
    );
  }

  async setReported(id: string, reported: boolean): Promise<void> {
    await this.#d1.run(sql`UPDATE ${pictures} SET reported = ${Number(reported)} WHERE id = ${id}`);
  }

  /** The newest pictures that an account sent, or that are in its inbox. */
  async list(box: "sender" | "recipient", account: string, now: number): Promise<PictureRow[]> {
    return this.#list(sql`${sql.raw(box)} = ${account} AND expires > ${now} ORDER BY expires DESC`);
  }

  /** Pictures that operators have to decide about, those that go first before the others. */
  async listReported(now: number): Promise<PictureRow[]> {
    return this.#list(sql`reported = 1 AND expires > ${now} ORDER BY expires`);
  }

  /** Pictures that should be gone, at most `limit`. */
  async listExpired(now: number, limit: number): Promise<string[]> {
    const rows = await this.#d1.rows<{ id: string }>(
      sql`SELECT id FROM ${pictures} WHERE expires <= ${now} ORDER BY expires LIMIT ${limit}`,
    );
    return rows.map(({ id }) => id);
  }

  async putBytes(id: string, encrypted: Uint8Array<ArrayBuffer>): Promise<void> {
    await onStore("r2", () => this.#bucket.put(id, encrypted));
  }

  /** The encrypted bytes as they come, or null when there are none. */
  async readBytes(id: string): Promise<ReadableStream<Uint8Array> | null> {
    const object = await onStore("r2", () => this.#bucket.get(id));
    return object === null ? null : object.body;
  }

  /** Removes the bytes, then the row that would remind of them; repeatable. */
  async remove(id: string): Promise<void> {
    await onStore("r2", () => this.#bucket.delete(id));
    await this.#d1.run(sql`DELETE FROM ${pictures} WHERE id = ${id}`);
  }

  async #list(wanted: SQL): Promise<PictureRow[]> {
    const rows = await this.#d1.rows<Omit<PictureRow, "reported"> & { readonly reported: number }>(
      sql`SELECT id, sender, recipient, expires, reported FROM ${pictures} WHERE ${wanted} LIMIT ${MAX_LISTED}`,
    );
    return rows.map((row) => ({ ...row, reported: row.reported === 1 }));
  }
}
