import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";
import { readHeader, type Dialect, type Position } from "./source.ts";

/** Delimiters and their names. */
export const DELIMITERS: Readonly<Record<string, string>> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" };

/** A file's dialect and columns. */
export interface Header {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  /** Where the rows begin. */
  readonly end: Position;
}

/**
 * Finds the delimiter of a UTF-8 file: the one that its first line declares (`sep=;`, written by Excel), otherwise the one
 * that finds most of the wanted columns in the header. @throws CommandFailure if no header can be read
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
      const { columns, end } = await readHeader(file, dialect);
      // Ties go to the delimiter that makes more columns, then to the comma.
      const score = wanted(columns) + columns.length / 100_000;
      if (best === null || score > best.score) best = { dialect, columns, end, score };
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
