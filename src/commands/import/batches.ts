import type { Mapping } from "./mapping.ts";
import type { Position, Record } from "./source.ts";

/** A refused record: the `line` of the file where it starts, and its original cells. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
  readonly cells: readonly string[];
}

/** A part of the file that is sent, acknowledged and journalled as one. */
export interface Batch {
  readonly index: number;
  /** NDJSON; empty if no record became a row. */
  readonly body: string;
  /** The records of the lines of `body`, in order. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  /** Records refused before sending. */
  readonly refused: readonly Refusal[];
  /** The newest day among the rows; null without days. */
  readonly newestDay: string | null;
  readonly end: Position;
}

/** Limits of a call: a fifth of the rows that the service accepts, because lookups wait while it imports a batch. */
export const LIMITS = { rows: 1_000, bytes: 4 * 1024 * 1024 - 64 * 1024 };

/**
 * Cuts records into batches. The cuts depend only on the records, the mapping and the limits: a batch has the same index
 * and bytes in every run, which its idempotency key relies on.
 */
export async function* cutBatches(
  records: AsyncIterable<Record>,
  mapping: Mapping,
  firstIndex: number,
  limits = LIMITS,
): AsyncGenerator<Batch> {
  let draft = new Draft(firstIndex);
  for await (const record of records) {
    const mapped = record.kind === "cells" ? mapping(record.cells) : { reason: record.reason };
    const cells = record.kind === "cells" ? record.cells : [record.text];
    const json = "row" in mapped ? `${JSON.stringify(mapped.row)}\n` : "";
    if (draft.records === limits.rows || draft.bytes + Buffer.byteLength(json) > limits.bytes) {
      yield draft.finish();
      draft = new Draft(draft.index + 1);
    }
    if ("row" in mapped) draft.add({ line: record.line, cells }, json, mapped.row.day);
    else draft.refuse({ line: record.line, reason: mapped.reason, cells });
    draft.end = record.end;
  }
  if (draft.records > 0) yield draft.finish();
}

class Draft {
  readonly index: number;
  records = 0;
  bytes = 0;
  end: Position = { offset: 0, line: 1 };
  readonly #lines: string[] = [];
  readonly #rows: { line: number; cells: readonly string[] }[] = [];
  readonly #refused: Refusal[] = [];
  #newestDay: string | null = null;

  constructor(index: number) {
    this.index = index;
  }

  add(row: { line: number; cells: readonly string[] }, json: string, day: string | undefined): void {
    this.records += 1;
    this.bytes += Buffer.byteLength(json);
    this.#lines.push(json);
    this.#rows.push(row);
    if (day !== undefined) this.#newestDay = newerDay(this.#newestDay, day);
  }

  refuse(refusal: Refusal): void {
    this.records += 1;
    this.#refused.push(refusal);
  }

  finish(): Batch {
    return {
      index: this.index,
      body: this.#lines.join(""),
      rows: this.#rows,
      refused: this.#refused,
      newestDay: this.#newestDay,
      end: this.end,
    };
  }
}

/** The later of two days; ignores values that are not `YYYY-MM-DD`. */
export function newerDay(known: string | null, day: string | null): string | null {
  if (day === null || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return known;
  return known === null || day > known ? day : known;
}
