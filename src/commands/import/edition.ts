import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { LIMITS } from "./batches.ts";
import { readChunks } from "./chunks.ts";
import type { ImportOptions } from "./options.ts";

// Raise it when the same file would be cut or mapped differently, so that old idempotency keys do not get new bodies.
const FORMAT = 4;

/**
 * Identifies an import: a hash (32 hex digits) of the file's bytes, the dataset and the way that rows are read. Streams the
 * file once. @param reading how the file is read: encoding, delimiter, order of days
 */
export async function editionOf(
  file: FileHandle,
  options: ImportOptions,
  reading: readonly (string | null)[],
): Promise<string> {
  const { dataset, kind, country, columns, preset, categoryMap, asOf } = options;
  const rows = [kind, country, preset, columns, [...categoryMap], asOf, reading];
  const how = [FORMAT, LIMITS.rows, LIMITS.bytes, dataset, rows];
  const hash = createHash("sha256").update(JSON.stringify(how));
  for await (const chunk of readChunks(file, 0)) hash.update(chunk);
  return hash.digest("hex").slice(0, 32);
}
