import { open, rm, stat, truncate } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Refusal } from "./batches.ts";

/**
 * The CSV file of refused rows: `line`, `reason` and the columns of the source. The first refused row creates it. Its length
 * is in the journal, and a resumed import truncates it to that length, so that no row is in it twice.
 */
export class RefusalFile {
  readonly path: string;
  readonly #columns: readonly string[];
  #bytes: number;
  #file: FileHandle | null = null;

  /** @param bytes length up to which the file at `path` is valid; 0 starts a new one */
  constructor(path: string, columns: readonly string[], bytes: number) {
    this.path = path;
    this.#columns = columns;
    this.#bytes = bytes;
  }

  /** The length so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Truncates what a stopped run wrote after its last journal entry. Call it once, first. */
  async begin(): Promise<void> {
    const length = await stat(this.path)
      .then(({ size }) => size)
      .catch(() => 0);
    // The file was removed meanwhile: earlier refusals are lost, later ones are written.
    if (length < this.#bytes) this.#bytes = 0;
    if (this.#bytes === 0) await rm(this.path, { force: true });
    else await truncate(this.path, this.#bytes);
  }

  /** Appends refusals in order, and flushes them to disk. */
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
