import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";
import { quoted } from "../printable.ts";
import { provenOrder, usualOrder, type DayOrder } from "./days.ts";
import { DELIMITERS, readHead, type Header } from "./dialect.ts";
import { inUtf8, recogniseEncoding } from "./encoding.ts";
import { refuseOtherKinds } from "./file-kinds.ts";
import { columnsFound, placesOf, type Places } from "./mapping.ts";
import type { ImportOptions } from "./options.ts";
import { readRecords } from "./source.ts";

/** A file whose format is known. */
export interface Table extends Header {
  /** Its text in UTF-8: the file itself, or a copy to be closed. */
  readonly text: FileHandle;
  readonly encoding: string;
  readonly order: DayOrder;
  /** Whether the user or the file says so; else it is what the country is used to. */
  readonly stated: boolean;
}

/** Records read to detect the order of days. */
const SAMPLE = 50_000;

/**
 * Detects a file's encoding, delimiter, columns and order of days. `say` gets notes about what is unusual.
 * @throws CommandFailure if the file is something else
 */
export async function readTable(file: FileHandle, options: ImportOptions, say: (text: string) => void): Promise<Table> {
  await refuseOtherKinds(file);
  const encoding = options.encoding ?? (await recogniseEncoding(file));
  const text = await inUtf8(file, encoding);
  try {
    const head = await readHead(text, (columns) => columnsFound(columns, options.columns), options.delimiter);
    const places = placesOf(head.columns, options.columns);
    const proven = options.dayOrder ?? (await orderIn(text, head, places, options, say));
    const days = { order: proven ?? usualOrder(options.country), stated: proven !== null };
    if (head.above > 0) say(`The columns are named in line ${head.line}: what stands above is no header.`);
    const separated = Object.entries(DELIMITERS).find(([, character]) => character === head.dialect.delimiter)?.[0];
    if (text !== file || separated !== "comma") {
      say(`Read as ${encoding}, cells separated by ${separated ?? quoted(head.dialect.delimiter)}.`);
    }
    return { ...head, text, encoding, ...days };
  } catch (error) {
    if (text !== file) await text.close();
    throw error;
  }
}

/** The order that the file's days prove; null if none does. */
async function orderIn(
  text: FileHandle,
  head: Header,
  { days }: Places,
  { country }: ImportOptions,
  say: (text: string) => void,
): Promise<DayOrder | null> {
  if (days.length === 0) return null;
  const cells: string[] = [];
  let records = 0;
  for await (const record of readRecords(text, head.end, head.dialect, head.columns.length)) {
    if (record.kind === "cells") cells.push(...days.map((index) => record.cells[index] ?? ""));
    records += 1;
    if (records === SAMPLE) break;
  }
  const proven = provenOrder(cells);
  if (proven === "both") {
    throw new CommandFailure(
      "Some days of the file can only have the day before the month, others only behind it: say --day-format.",
    );
  }
  if (proven !== null && proven !== usualOrder(country)) {
    say(`Days are read as ${proven === "dmy" ? "day/month/year" : "month/day/year"}, since some can be nothing else.`);
  }
  return proven;
}
