import { blockOf, lineOf, thousandOf, type E164 } from "../numbers/number.ts";
import type { BlockId, NumberId } from "../vault/vault.ts";
import type { Category, Kind } from "../verdict/evidence.ts";
import type { Directory, Publishing } from "./directory.ts";
import { BULK_PATIENCE_MS } from "./publisher-state.ts";
import type { Hundreds } from "./thousand-records.ts";
import type { CallerRecord, DatasetRecord, EvidenceRecord } from "./dataset-records.ts";

/** Rows identified in one turn, a few ms, so that lookups can run in between. */
const ROWS_A_TURN = 250;

/** A validated row of a dataset. */
export type DatasetRow = ComplaintsRow | DirectoryRow;

export interface ComplaintsRow {
  readonly of: "complaints";
  readonly number: E164;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** True if the row named no day: then it is the day of its arrival. */
  readonly undated?: boolean;
  /** 1 or more. */
  readonly complaints: number;
  readonly category: Category | null;
}

export interface DirectoryRow {
  readonly of: "directory";
  readonly number: E164;
  readonly day: number;
  readonly undated?: boolean;
  readonly name: string;
  readonly kind: Kind;
}

/** A batch as it arrived: its key, its digest, and the part of the answer that rejected rows determine. */
export interface Batch {
  readonly idempotencyKey: string;
  readonly edition: string;
  /** SHA-256 of the body, hex: with the edition it tells a repeat from a different batch under the same key. Stored as a keyed hash. */
  readonly digest: string;
  readonly rows: readonly DatasetRow[];
  /** The answer to store: JSON without `changed`, numbers and names. */
  readonly answer: string;
}

export type TakenIn =
  | { readonly ok: true; readonly answer: string; readonly changed: number; readonly replayed: boolean }
  | { readonly ok: false; readonly code: "idempotency-key-reused" | "dataset-being-dropped" };

/**
 * Imports a batch of a dataset, all of it or nothing. Repeats under the same key, at any time and in any number, get the
 * first answer and change nothing.
 */
export async function takeIn(
  directory: Directory,
  publishing: Publishing,
  dataset: DatasetRecord,
  batch: Batch,
  now: number,
): Promise<TakenIn> {
  const { records, vault } = directory;
  const key = await vault.keyedHash("batch", `${dataset.id}\u0000${batch.idempotencyKey}`);
  // Keyed: the plain hash of a one-row batch could be found by trying all numbers.
  const digest = await vault.keyedHash("batch", `${batch.edition}\u0000${batch.digest}`);
  const before = await replay(directory, dataset.id, key, digest);
  if (before !== null) return before;
  if (dataset.keep !== null) return { ok: false, code: "dataset-being-dropped" };

  const { callers, evidence } = await identify(directory, batch.rows);
  const hundreds = await placeHundreds(directory, batch.rows, callers);
  const { answer } = batch;
  const edition = await editionId(vault, dataset.id, batch.edition);
  try {
    await records.datasets.writeBatch(
      { dataset: dataset.id, batch: key, edition, digest, answer },
      [...callers.values()],
      evidence,
      hundreds,
      now,
    );
  } catch (thrown) {
    // Either a concurrent repeat was faster, and its record is there, or the store failed, and nothing was written.
    const twin = await replay(directory, dataset.id, key, digest);
    if (twin !== null) return twin;
    throw thrown;
  }
  const written = await records.datasets.readBatch(dataset.id, key);
  // A lost poke costs a minute: the cron finds marks that wait.
  const slots = new Set([...callers.values()].map((caller) => caller.block.charAt(0)));
  await Promise.allSettled([...slots].map((slot) => publishing.poke(slot, BULK_PATIENCE_MS)));
  return { ok: true, answer, changed: written?.changed ?? 0, replayed: false };
}

async function replay({ records }: Directory, dataset: string, key: string, digest: string): Promise<TakenIn | null> {
  const record = await records.datasets.readBatch(dataset, key);
  if (record === null) return null;
  if (record.digest !== digest) return { ok: false, code: "idempotency-key-reused" };
  return { ok: true, answer: record.answer, changed: record.changed, replayed: true };
}

/** Converts rows into what is stored: keyed ids, sealed names, complaints summed by day and category. */
async function identify(
  { vault }: Directory,
  rows: readonly DatasetRow[],
): Promise<{ callers: ReadonlyMap<E164, CallerRecord & { readonly block: BlockId }>; evidence: EvidenceRecord[] }> {
  const blocks = new Map<string, BlockId>();
  const callers = new Map<E164, CallerRecord & { readonly id: NumberId; readonly block: BlockId }>();
  const evidence = new Map<string, EvidenceRecord>();
  for (const [at, row] of rows.entries()) {
    // Hashing and sealing resolve in microtasks, which alone never yield the thread.
    if (at % ROWS_A_TURN === 0) await scheduler.wait(0);
    let caller = callers.get(row.number);
    if (caller === undefined) {
      const block = blockOf(row.number);
      const blockId = blocks.get(block) ?? (await vault.blockId(block));
      blocks.set(block, blockId);
      caller = { id: await vault.numberId(row.number), block: blockId, line: lineOf(row.number) };
      callers.set(row.number, caller);
    }
    const record = row.of === "complaints" ? complaintRecord(caller.id, row) : await nameRecord(vault, caller.id, row);
    const place = `${record.caller} ${record.day} ${record.category} ${record.form}`;
    const same = evidence.get(place);
    const undated = Math.max(Number(row.undated ?? false), same?.undated ?? 0);
    evidence.set(place, { ...record, complaints: record.complaints + (same?.complaints ?? 0), undated });
  }
  return { callers, evidence: [...evidence.values()] };
}

/** The thousands of the blocks that complaints name. */
async function placeHundreds(
  { vault }: Directory,
  rows: readonly DatasetRow[],
  callers: ReadonlyMap<E164, CallerRecord & { readonly block: BlockId }>,
): Promise<Hundreds> {
  const thousands = new Map<string, { readonly id: string; readonly prefix: string }>();
  const blocks = new Map<BlockId, { readonly block: BlockId; readonly thousand: string }>();
  for (const { of, number } of rows) {
    const block = callers.get(number)?.block;
    if (of !== "complaints" || block === undefined || blocks.has(block)) continue;
    const digits = thousandOf(number);
    let thousand = thousands.get(digits);
    if (thousand === undefined) {
      const id = await vault.keyedHash("thousand", digits);
      thousand = { id, prefix: await vault.sealText({ table: "thousands", id }, digits) };
      thousands.set(digits, thousand);
    }
    blocks.set(block, { block, thousand: thousand.id });
  }
  return { blocks: [...blocks.values()], thousands: [...thousands.values()] };
}

function complaintRecord(caller: NumberId, row: ComplaintsRow): EvidenceRecord {
  return {
    caller,
    day: row.day,
    category: row.category ?? "",
    form: "",
    complaints: row.complaints,
    name: null,
    kind: null,
  };
}

async function nameRecord(vault: Directory["vault"], caller: NumberId, row: DirectoryRow): Promise<EvidenceRecord> {
  return {
    caller,
    day: row.day,
    category: "",
    // Bound to the caller, so that two numbers of one name share no stored value.
    form: await vault.keyedHash("name-form", `${caller}\u0000${row.name}`),
    complaints: 0,
    name: await vault.sealText({ table: "evidence", id: caller }, row.name),
    kind: row.kind,
  };
}

/** How an edition is stored: as a keyed hash, because its name may say what is in it. "" stays "". */
export async function editionId(vault: Directory["vault"], dataset: string, edition: string): Promise<string> {
  return edition === "" ? "" : vault.keyedHash("batch", `edition ${dataset} ${edition}`);
}

/** SHA-256 of bytes in hex. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
