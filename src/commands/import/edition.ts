import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";
import { LIMITS } from "./batches.ts";
import type { ImportOptions } from "./options.ts";
import { readChunks } from "./source.ts";

// Raise it whenever the same file would be cut or mapped differently than before: old keys must not meet new bodies.
const FORMAT = 1;

/**
 * What makes this import the same as another one: 32 hex digits over the file's bytes, the dataset and how rows are read.
 * Reads the file once, as a stream. Also gives its size in bytes.
 */
export async function editionOf(file: FileHandle, options: ImportOptions): Promise<{ edition: string; bytes: number }> {
  const { dataset, kind, country, columns } = options;
  const how = [FORMAT, LIMITS.rows, LIMITS.bytes, dataset, kind, country];
  const which = [columns.number, columns.name, columns.count, columns.day, columns.category];
  const hash = createHash("sha256").update(JSON.stringify([how, which]));
  let bytes = 0;
  for await (const chunk of readChunks(file, 0)) {
    if (bytes === 0 && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff))) {
      throw new CommandFailure("The file is in UTF-16: save it as UTF-8 first.");
    }
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { edition: hash.digest("hex").slice(0, 32), bytes };
}
