import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { LIMITS } from "./batches.ts";
import { readChunks } from "./chunks.ts";
import type { ImportOptions } from "./options.ts";

// Raise it whenever the same file would be cut or mapped differently than before: old keys must not meet new bodies.
const FORMAT = 2;

/**
 * What makes this import the same as another one: 32 hex digits over the file's bytes, the dataset and how rows are read.
 * Reads the file once, as a stream. @param reading how the file itself is read: encoding, delimiter, order of days
 */
export async function editionOf(
  file: FileHandle,
  options: ImportOptions,
  reading: readonly (string | null)[],
): Promise<string> {
  const { dataset, kind, country, columns, preset, categoryMap } = options;
  const how = [FORMAT, LIMITS.rows, LIMITS.bytes, dataset, kind, country, preset, columns, [...categoryMap], reading];
  const hash = createHash("sha256").update(JSON.stringify(how));
  for await (const chunk of readChunks(file, 0)) hash.update(chunk);
  return hash.digest("hex").slice(0, 32);
}
