/** What a directory writes, counted: the product's own modules over counting stores. Part of the librarian. */
import { env } from "cloudflare:workers";
import type { Directory, Publishing } from "../../src/directory/directory.ts";
import { publishSlot } from "../../src/directory/publish.ts";
import { DirectoryRecords } from "../../src/directory/records.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import { digestOf, takeIn, type DatasetRow } from "../../src/directory/take-in.ts";
import { parseNumber, type E164 } from "../../src/numbers/number.ts";
import type { Logger, Slot } from "../../src/telemetry/logger.ts";
import { dayOf } from "../../src/time/days.ts";
import { utf8 } from "../../src/vault/bytes.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { weekOf } from "../../src/verdict/decay.ts";

/** What somebody says of numbers: a batch of a dataset, or votes. */
export type Said =
  | { readonly of: "directory"; readonly rows: readonly { readonly number: string; readonly name: string }[] }
  | { readonly of: "complaints"; readonly rows: readonly { readonly number: string; readonly complaints: number }[] }
  | { readonly of: "votes"; readonly rows: readonly { readonly number: string; readonly name: string }[] };

/** What was written so far. */
export interface Written {
  /** Rows of D1 as the platform bills them: of tables and indices, inserted, changed and deleted. */
  readonly rows: number;
  /** Puts and deletions of KV. */
  readonly puts: number;
  /** Bytes put into KV. */
  readonly putBytes: number;
  /** The size of D1. */
  readonly bytes: number;
}

/** Blocks that a run publishes: with a slot to itself nobody waits. */
const BLOCKS_A_RUN = 400;
const nobody: Publishing = { poke: async () => {}, pokeAreas: async () => {}, ping: async () => {} };

/** A directory that counts. Pages put into KV are counted and thrown away. */
export class Storekeeper {
  readonly #written = { rows: 0, puts: 0, putBytes: 0 };
  readonly #directory: Directory;
  readonly #now = Date.now();
  #batches = 0;

  constructor(vault: Vault, logger: Logger) {
    this.#directory = { records: new DirectoryRecords(this.#d1(), this.#kv()), vault, logger };
  }

  async say(said: Said): Promise<void> {
    this.#batches += 1;
    if (said.of === "votes") {
      for (const { number, name } of said.rows) await this.#vote(number, name);
      return;
    }
    const { datasets } = this.#directory.records;
    const id = `bench-${said.of}`;
    if ((await datasets.readDataset(id)) === null) {
      await datasets.writeDataset({ id, kind: said.of, title: "Bench", licence: "none", country: "US" });
    }
    const dataset = await datasets.readDataset(id);
    if (dataset === null) throw new Error("the dataset is not there");
    const rows =
      said.of === "directory" ? said.rows.map((row) => this.#named(row)) : said.rows.map((row) => this.#about(row));
    const digest = await digestOf(utf8(JSON.stringify(said.rows)));
    const batch = {
      idempotencyKey: `${this.#batches}`,
      edition: "",
      asOf: null,
      digest,
      rows,
      answer: `{"accepted":${rows.length}}`,
    };
    const taken = await takeIn(this.#directory, nobody, dataset, batch, this.#now);
    if (!taken.ok) throw new Error(taken.code);
  }

  /** Publishes until nothing waits. */
  async publish(): Promise<void> {
    const { dirty } = this.#directory.records;
    for (let slots = await dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER); slots.length > 0;) {
      for (const slot of slots) await publishSlot(this.#directory, slot as Slot, this.#now, BLOCKS_A_RUN);
      slots = await dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER);
    }
  }

  async written(): Promise<Written> {
    return { ...this.#written, bytes: await this.#directory.records.readSize() };
  }

  #named({ number, name }: { number: string; name: string }): DatasetRow {
    return { of: "directory", number: valid(number), day: dayOf(this.#now), name, kind: "business" };
  }

  #about({ number, complaints }: { number: string; complaints: number }): DatasetRow {
    return { of: "complaints", number: valid(number), day: dayOf(this.#now), complaints, category: "robocall" };
  }

  async #vote(number: string, name: string): Promise<void> {
    const week = weekOf(this.#now);
    const spam = { yes: 0, no: 1500, reports: 0, voters: 0, nets: 0, trusted: 0, category: null, fraud: 0 };
    const part = { week, name: { form: name, support: 2500, total: 3000 }, disputed: false, spam };
    await sendPart(this.#directory, nobody, { number: valid(number), part, revision: 1 }, this.#now);
  }

  #d1(): D1Database {
    const counted: Pick<D1Database, "prepare" | "batch"> = {
      prepare: (query) => env.DB.prepare(query),
      batch: async <T>(statements: D1PreparedStatement[]) => {
        const results = await env.DB.batch<T>(statements);
        for (const { meta } of results) this.#written.rows += meta.rows_written;
        return results;
      },
    };
    return counted as D1Database;
  }

  #kv(): KVNamespace {
    const counted = {
      put: async (_: string, value: Uint8Array) => {
        this.#written.puts += 1;
        this.#written.putBytes += value.byteLength;
      },
      delete: async () => {
        this.#written.puts += 1;
      },
    };
    return counted as unknown as KVNamespace;
  }
}

function valid(text: string): E164 {
  const parsed = parseNumber(text, "US");
  if (!parsed.valid) throw new Error(`a number of the bench is not valid: ${parsed.reason}`);
  return parsed.number.e164;
}
