import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";
import { readHeaders, type Dialect, type Position } from "./source.ts";

/** Delimiters and their names. */
export const DELIMITERS: Readonly<Record<string, string>> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" };

/** A file's dialect and columns. */
export interface Header {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  /** The line that names the columns, and how many records stand above it: a title, a date of export. */
  readonly line: number;
  readonly above: number;
  /** Where the rows begin. */
  readonly end: Position;
}

/** Records among which the header is looked for. */
const HEAD_RECORDS = 10;

/**
 * Finds the delimiter of a UTF-8 file: the one that its first line declares (`sep=;`, written by Excel), otherwise the one
 * that finds most of the wanted columns in the header. The header is the first record unless only a later one, behind a
 * title, has wanted columns. @throws CommandFailure if no header can be read
 * @param wanted counts the wanted columns in a header @param asked the value of `--delimiter`
 */
export async function readHead(
  file: FileHandle,
  wanted: (columns: readonly string[]) => number,
  asked: string | null,
): Promise<Header> {
  const said = await separatorLine(file);
  const candidates = asked === null ? (said === null ? Object.values(DELIMITERS) : [said.delimiter]) : [asked];
  let best: (Header & { score: number }) | null = null;
  let failure: unknown = null;
  for (const delimiter of candidates) {
    const dialect = { delimiter, start: said?.start ?? { offset: 0, line: 1 } };
    try {
      const records = await readHeaders(file, dialect, HEAD_RECORDS);
      for (const [above, { columns, line, end }] of records.entries()) {
        const found = wanted(columns);
        // A first line that names any column is the header, however much a later one resembles it.
        if (above > 0 && (found === 0 || wanted(records[0]?.columns ?? []) > 0)) continue;
        // Ties go to the delimiter that makes more columns, then to the comma.
        const score = found + columns.length / 100_000;
        if (best === null || score > best.score) best = { dialect, columns, line, above, end, score };
      }
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      failure ??= error;
    }
  }
  if (best === null) throw failure;
  return best;
}

async function separatorLine(file: FileHandle): Promise<Dialect | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
  const line = /^(?:\xEF\xBB\xBF)?"?sep=([ -~\t])"?(?:\r\n|\n|\r)/i.exec(buffer.toString("latin1", 0, bytesRead));
  return line === null ? null : { delimiter: line[1] ?? ",", start: { offset: line[0].length, line: 2 } };
}
