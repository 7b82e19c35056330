import { fromBase64Url, toBase64Url } from "../vault/bytes.ts";
import type { Renewal } from "../vault/seal.ts";
import type { Vault } from "../vault/vault.ts";
import { rowsOf, type ObjectRows, type SealedColumn } from "./object-rows.ts";

/** What one step of a renewal did. */
export interface RenewedStep {
  /** How many values were sealed anew. */
  readonly renewed: number;
  /** Values that do not open and stay as they are, by the id of the key that they name. */
  readonly left: Readonly<Record<string, number>>;
  /** Where to go on; null when everything was looked at. */
  readonly next: Position | null;
}

/** A place among an object's sealed values: which group of tables, which of its columns, after which key. */
export interface Position {
  readonly group: number;
  readonly column: number;
  readonly after: Key;
}
/** Of a row. */
type Key = string | number;

interface Row {
  readonly key: Key;
  readonly bound: Key;
  readonly sealed: SqlStorageValue;
}

/** Values looked at in a step: a phonebook's are of up to 64 KiB. */
const ROWS_A_STEP = 100;

/**
 * Seals anew, under the first key, the next values that an object holds under other ones, in all tables that were opened as
 * `ObjectRows`. A value is replaced only where it is still the one that was opened, so other calls may come in between, and
 * a break anywhere leaves values under either key.
 * @param from as the step before returned it; null at the beginning
 */
export async function renewRows(
  storage: DurableObjectStorage,
  vault: Vault,
  from: Position | null,
): Promise<RenewedStep> {
  const left: Record<string, number> = {};
  let renewed = 0;
  let room = ROWS_A_STEP;
  for (const [at, rows] of rowsOf(storage).entries()) {
    for (const [which, sealed] of rows.seals.entries()) {
      const here = from !== null && at === from.group && which === from.column;
      if (from !== null && !here && (at < from.group || (at === from.group && which < from.column))) continue;
      const after = here ? from.after : null;
      const page = read(rows, sealed, after, room);
      for (const row of page) {
        const { is, key } = await renew(rows, sealed, row, vault);
        if (is === "renewed") renewed += 1;
        if (is === "refused") left[key] = (left[key] ?? 0) + 1;
      }
      room -= page.length;
      const last = page.at(-1);
      if (room === 0 && last !== undefined)
        return { renewed, left, next: { group: at, column: which, after: last.key } };
    }
  }
  return { renewed, left, next: null };
}

function read(
  rows: ObjectRows,
  { table, column, key, bound = key }: SealedColumn,
  after: Key | null,
  limit: number,
): Row[] {
  const later = after === null ? "" : `AND ${key} > ?`;
  return rows.all<Row & Record<string, SqlStorageValue>>(
    `SELECT ${key} AS key, ${bound} AS bound, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL ${later} ORDER BY ${key} LIMIT ${limit}`,
    ...(after === null ? [] : [after]),
  );
}

async function renew(
  rows: ObjectRows,
  { table, column, key, place }: SealedColumn,
  row: Row,
  vault: Vault,
): Promise<{ is: Renewal["is"]; key: string }> {
  const text = typeof row.sealed === "string";
  const bytes = typeof row.sealed === "string" ? fromBase64Url(row.sealed) : new Uint8Array(row.sealed as ArrayBuffer);
  // No base64url: no key opens it.
  if (bytes === null) return { is: "refused", key: "" };
  const renewal = await vault.renew(place(String(row.bound)), bytes);
  if (renewal.is === "refused") return renewal;
  if (renewal.is === "renewed") {
    const fresh = text ? toBase64Url(renewal.sealed) : renewal.sealed;
    rows.change(`UPDATE ${table} SET ${column} = ? WHERE ${key} IS ? AND ${column} = ?`, fresh, row.key, row.sealed);
  }
  return { is: renewal.is, key: "" };
}
