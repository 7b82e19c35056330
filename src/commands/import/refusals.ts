import { open, rm, stat, truncate } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Refusal } from "./batches.ts";

/**
 * The CSV file of refused rows: `line`, `reason` and the columns of the source. It exists only once a row was refused.
 * Its length goes into the journal, and a resumed import cuts it to that length, so that no row is in it twice.
 */
export class RefusalFile {
  readonly path: string;
  readonly #columns: readonly string[];
  #bytes: number;
  #file: FileHandle | null = null;

  /** `bytes` is the length up to which the file at `path` counts; 0 starts it again. */
  constructor(path: string, columns: readonly string[], bytes: number) {
    this.path = path;
    this.#columns = columns;
    this.#bytes = bytes;
  }

  /** The length that belongs to what was appended so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Drops whatever a stopped run wrote beyond what its journal knows. Call it once, first. */
  async begin(): Promise<void> {
    const length = await stat(this.path)
      .then(({ size }) => size)
      .catch(() => 0);
    // Somebody took the file away meanwhile: what it held cannot be told again, but what comes can.
    if (length < this.#bytes) this.#bytes = 0;
    if (this.#bytes === 0) await rm(this.path, { force: true });
    else await truncate(this.path, this.#bytes);
  }

  /** Appends refusals, in order, and has them on disk when it returns. */
  async append(refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return;
    const lines = refusals.map(({ line, reason, cells }) => csvLine([String(line), reason, ...cells]));
    if (this.#bytes === 0) lines.unshift(csvLine(["line", "reason", ...this.#columns]));
    const data = Buffer.from(lines.join(""));
    this.#file ??= await open(this.path, "a");
    await this.#file.appendFile(data);
    await this.#file.sync();
    this.#bytes += data.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
}
