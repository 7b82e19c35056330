import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";
import { readHeader, type Dialect, type Position } from "./source.ts";

/** What `--delimiter` and files use, and what people call it. */
export const DELIMITERS: Readonly<Record<string, string>> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" };

/** A file's dialect and its columns. */
export interface Header {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  /** Where the rows begin. */
  readonly end: Position;
}

/**
 * Finds how a UTF-8 file separates its cells: as its first line says (`sep=;`, which Excel writes), else so that its
 * header has most of the columns that are wanted. A {@link CommandFailure} if no header can be read.
 * @param wanted how many of the wanted columns a header has @param asked what `--delimiter` names
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
      // Between delimiters that serve alike, the one that makes more columns; a comma before the others.
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
