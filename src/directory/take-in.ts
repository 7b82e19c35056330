import { blockOf, lineOf, tenThousandOf, type E164 } from "../numbers/number.ts";
import { bytesOf } from "../storage/bytes-column.ts";
import { utf8 } from "../vault/bytes.ts";
import type { Category, Kind } from "../verdict/evidence.ts";
import { categoryCode, kindCode } from "./codes.ts";
import type { DatasetRecord, EvidenceRecord } from "./dataset-records.ts";
import { nameAreas } from "./area-marks.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOf, slotOf } from "./dirty-records.ts";
import { blockPlace, lineId, type BlockPlace, type CallerPlace } from "./place.ts";
import { BULK_PATIENCE_MS } from "./publisher-state.ts";

/** Rows identified in one turn, a few ms, so that lookups can run in between. */
const ROWS_A_TURN = 250;

/** A validated row of a dataset. */
export type DatasetRow = ComplaintsRow | DirectoryRow;

export interface ComplaintsRow {
  readonly of: "complaints";
  readonly number: E164;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** True if the row named no day: then it is that of its arrival, or one that somebody gives the whole file. */
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
  /** The day that rows without one were taken to be of, `YYYY-MM-DD`; null: that of their arrival. */
  readonly asOf: string | null;
  /** SHA-256 of the body, hex: with the edition and `asOf` it tells a repeat from a different batch under the same key. Stored as a keyed hash. */
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
  const digest = await vault.keyedHash("batch", `${batch.edition}\u0000${batch.asOf ?? ""}\u0000${batch.digest}`);
  const before = await replay(directory, dataset.id, key, digest);
  if (before !== null) return before;
  if (dataset.keep !== null) return { ok: false, code: "dataset-being-dropped" };

  const { places, rows } = await identify(directory, batch.rows);
  const blocks = new Map([...places.values()].map((place) => [place.block, place]));
  const complained = batch.rows.filter((row) => row.of === "complaints");
  const named = await nameAreas(
    vault,
    complained.map(({ number }) => tenThousandOf(blockOf(number))),
  );
  const { answer } = batch;
  let changed: number;
  try {
    changed = await records.datasets.writeBatch(
      {
        dataset: dataset.id,
        batch: key,
        edition: await editionId(vault, dataset.id, batch.edition),
        digest,
        answer,
        places: [...places.values()],
        rows,
        marks: await marksOf(vault, blocks.values()),
        named,
      },
      now,
    );
  } catch (thrown) {
    // Either a concurrent repeat was faster, and its record is there, or a drop began, or the store failed: nothing was
    // written.
    const twin = await replay(directory, dataset.id, key, digest);
    if (twin !== null) return twin;
    const again = await records.datasets.readDataset(dataset.id);
    if (again === null || again.keep !== null) return { ok: false, code: "dataset-being-dropped" };
    throw thrown;
  }
  // A lost poke costs a minute: the cron finds marks that wait.
  const slots = new Set([...blocks.keys()].map(slotOf));
  await Promise.allSettled([
    ...[...slots].map((slot) => publishing.poke(slot, BULK_PATIENCE_MS)),
    ...(named?.isFitted === true ? [publishing.pokeAreas(BULK_PATIENCE_MS)] : []),
  ]);
  return { ok: true, answer, changed, replayed: false };
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
): Promise<{ places: ReadonlyMap<E164, CallerPlace>; rows: EvidenceRecord[] }> {
  const blocks = new Map<string, BlockPlace>();
  const places = new Map<E164, CallerPlace>();
  const records = new Map<string, EvidenceRecord>();
  for (const [at, row] of rows.entries()) {
    // Hashing and sealing resolve in microtasks, which alone never yield the thread.
    if (at % ROWS_A_TURN === 0) await scheduler.wait(0);
    let place = places.get(row.number);
    if (place === undefined) {
      const digits = blockOf(row.number);
      const block = blocks.get(digits) ?? (await blockPlace(vault, digits));
      blocks.set(digits, block);
      place = { ...block, line: lineOf(row.number) };
      places.set(row.number, place);
    }
    const record = row.of === "complaints" ? complaintRecord(place, row) : await nameRecord(vault, place, row);
    const key = `${row.number} ${record.day} ${record.form}`;
    const same = records.get(key);
    records.set(key, same === undefined ? record : both(same, record));
  }
  return { places, rows: [...records.values()] };
}

/** Two rows of one number, day and category or name. */
function both(one: EvidenceRecord, other: EvidenceRecord): EvidenceRecord {
  return { ...one, complaints: one.complaints + other.complaints, undated: one.undated || other.undated };
}

function complaintRecord(place: CallerPlace, { day, undated, complaints, category }: ComplaintsRow): EvidenceRecord {
  return { place, day, undated: undated ?? false, form: categoryCode(category), complaints, name: null, kind: null };
}

async function nameRecord(
  vault: Directory["vault"],
  place: CallerPlace,
  { day, undated, name, kind }: DirectoryRow,
): Promise<EvidenceRecord> {
  const id = lineId(place.block, place.line);
  // Bound to the number, so that two numbers of one name share no stored value.
  const hash = bytesOf(await vault.keyedHash("name-form", `${id}\u0000${name}`));
  return {
    place,
    day,
    undated: undated ?? false,
    form: new DataView(hash.buffer).getInt32(0),
    complaints: 0,
    name: await vault.seal({ table: "evidence", id }, utf8(name)),
    kind: kindCode(kind),
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
