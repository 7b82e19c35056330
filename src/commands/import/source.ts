import type { FileHandle } from "node:fs/promises";
import { Parser } from "csv-parse";
import { CommandFailure } from "../failure.ts";
import { readChunks } from "./chunks.ts";

/** A position between two records: the next byte and its line, counted from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
}

/** The delimiter of a file, and the start of its header. */
export interface Dialect {
  readonly delimiter: string;
  readonly start: Position;
}

/** A record of the file: `line` is where it starts, `end` where the next one starts. Lines without text are skipped. */
export type Record =
  | { readonly kind: "cells"; readonly line: number; readonly cells: readonly string[]; readonly end: Position }
  | {
      readonly kind: "broken";
      readonly line: number;
      readonly text: string;
      readonly reason: string;
      readonly end: Position;
    };

/** Commas, from the file's first byte. */
const PLAIN: Dialect = { delimiter: ",", start: { offset: 0, line: 1 } };

/** Most bytes of a record. A longer one has an unclosed quote. */
export const MAX_RECORD_BYTES = 64 * 1024;

const LF = 10;
const CR = 13;
const REASONS = new Map([
  ["CSV_QUOTE_NOT_CLOSED", "csv-quote-not-closed"],
  ["CSV_MAX_RECORD_SIZE", "csv-record-too-long"],
  ["CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE", "csv-text-after-quote"],
]);

/** A record that may name the columns: its trimmed cells, its line, and where the rows start if it does. */
export interface HeaderRecord {
  readonly columns: readonly string[];
  readonly line: number;
  readonly end: Position;
}

/** The first records, at most `most`: one of them names the columns. @throws CommandFailure if the first cannot be read */
export async function readHeaders(file: FileHandle, dialect: Dialect = PLAIN, most = 1): Promise<HeaderRecord[]> {
  const found: HeaderRecord[] = [];
  for await (const record of readRecords(file, dialect.start, dialect)) {
    if (record.kind === "cells") {
      const { line, end } = record;
      found.push({ columns: record.cells.map((cell) => cell.trim()), line, end });
    } else if (found.length === 0) {
      throw new CommandFailure(`The header of the file cannot be read (${record.reason}).`);
    }
    if (record.kind === "broken" || found.length === most) break;
  }
  if (found.length === 0) throw new CommandFailure("The file is empty: its first line must name the columns.");
  return found;
}

/**
 * Reads records from `from` on, in order, with one chunk of the file in memory. `width` is the number of columns. If a
 * record breaks the quoting rules, only its first line is lost: reading continues on the next line, so that a stray quote
 * does not swallow the rest.
 */
export async function* readRecords(
  file: FileHandle,
  from: Position,
  { delimiter }: Pick<Dialect, "delimiter"> = PLAIN,
  width?: number,
): AsyncGenerator<Record, void> {
  let at = from;
  for (;;) {
    const failed = yield* readUntilBroken(file, at, delimiter, width);
    if (failed === null) return;
    const { text, end } = await physicalLine(file, failed.at.offset);
    at = { offset: end, line: failed.at.line + 1 };
    yield { kind: "broken", line: failed.at.line, text, reason: failed.reason, end: at };
  }
}

class RunsOver extends Error {}

async function* readUntilBroken(
  file: FileHandle,
  from: Position,
  delimiter: string,
  width: number | undefined,
): AsyncGenerator<Record, { at: Position; reason: string } | null> {
  let at = from;
  const ready: Record[] = [];
  // With callbacks, errors arrive in order with records, and the parser queues nothing.
  const parser = new Parser({
    bom: from.offset === 0,
    delimiter,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: MAX_RECORD_BYTES,
    on_record: (cells: string[], info) => {
      const lines = 1 + lineBreaks(cells);
      // A multi-line record with the wrong number of cells is more likely several records after a stray quote.
      if (lines > 1 && width !== undefined && cells.length !== width) throw new RunsOver();
      const { line } = at;
      at = { offset: from.offset + info.bytes, line: line + lines };
      if (cells.some((cell) => cell !== "")) ready.push({ kind: "cells", line, cells, end: at });
      return null;
    },
  });
  parser.on("error", () => {});
  for await (const chunk of readChunks(file, from.offset)) {
    const error = await new Promise<Error | null | undefined>((resolve) => parser.write(chunk, resolve));
    yield* ready.splice(0);
    if (error) return { at, reason: reasonOf(error) };
  }
  const error = await new Promise<Error | null>((resolve) => {
    parser.once("error", resolve).once("finish", () => resolve(null));
    parser.end();
  });
  yield* ready;
  return error === null ? null : { at, reason: reasonOf(error) };
}

function lineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    if (cell.includes("\n") || cell.includes("\r")) count += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return count;
}

function reasonOf(error: Error): string {
  if (error instanceof RunsOver) return "csv-quote-not-closed";
  const reason = REASONS.get((error as NodeJS.ErrnoException).code ?? "");
  if (reason === undefined) throw error;
  return reason;
}

/** The line at `offset`, its text at most the first chunk, and the offset of the next line. */
async function physicalLine(file: FileHandle, offset: number): Promise<{ text: string; end: number }> {
  let text = "";
  let end = offset;
  for await (const chunk of readChunks(file, offset)) {
    const found = chunk.findIndex((byte: number) => byte === LF || byte === CR);
    const length = found === -1 ? chunk.length : found;
    if (end === offset) text = chunk.toString("utf8", 0, length);
    end += length;
    if (found === -1) continue;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, end);
    return { text, end: end + (bytesRead === 2 && buffer[0] === CR && buffer[1] === LF ? 2 : 1) };
  }
  return { text, end };
}
