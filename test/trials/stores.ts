import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { filesOf } from "../support/state.ts";

/** A row of any table. */
export type StoredRow = Readonly<Record<string, SQLOutputValue>>;

/** The file of the D1 database. @param state the folder of all local stores */
export const d1File = (state: string): string => onlyDatabase(join(state, "v3", "d1"));

/** The file of the KV namespace's index. */
export const kvFile = (state: string): string => onlyDatabase(join(state, "v3", "kv"));

/** Files of the objects of a class. */
export const objectFiles = (state: string, name: string): string[] =>
  databases(join(state, "v3", "do", `konnections-${name}`));

/** Files of the ballots that hold or held a vote, and of those that were only asked. */
export const ballotFiles = (state: string): string[] => objectFiles(state, "Ballot");

/** Rows of a query; the file may be in use. */
export function rowsOf(file: string, query: string): StoredRow[] {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  try {
    return database.prepare(query).all();
  } finally {
    database.close();
  }
}

/** Sealed pages in D1, by block. */
export function pagesInD1(state: string): Map<string, Uint8Array<ArrayBuffer>> {
  const rows = rowsOf(d1File(state), "SELECT block, body FROM pages ORDER BY block");
  return new Map(rows.map((row) => [idOf(row["block"]), new Uint8Array(bytes(row["body"]))]));
}

/** Sealed pages in KV, by block; not the marker, nor areas. */
export function pagesInKv(state: string): Map<string, Uint8Array<ArrayBuffer>> {
  const rows = rowsOf(kvFile(state), "SELECT key, blob_id FROM _mf_entries WHERE length(key) = 22 ORDER BY key");
  const blob = (id: SQLOutputValue | undefined): Uint8Array<ArrayBuffer> =>
    new Uint8Array(readFileSync(join(state, "v3", "kv", "PAGES", "blobs", String(id))));
  return new Map(rows.map((row) => [String(row["key"]), blob(row["blob_id"])]));
}

/** A value of a BLOB column as code has it. */
export function idOf(value: SQLOutputValue | undefined): string {
  return bytes(value).toString("base64url");
}

/** A value of a BLOB column. */
function bytes(value: SQLOutputValue | undefined): Buffer {
  if (!(value instanceof Uint8Array)) throw new Error("a column of bytes holds none");
  return Buffer.from(value);
}

/** Databases of the platform's objects; `metadata.sqlite` holds alarms alone. */
function databases(folder: string): string[] {
  return filesOf(folder).filter((path) => path.endsWith(".sqlite") && basename(path) !== "metadata.sqlite");
}

function onlyDatabase(folder: string): string {
  const [file, ...more] = databases(folder);
  if (file === undefined || more.length > 0) throw new Error(`There should be one database in ${folder}.`);
  return file;
}
