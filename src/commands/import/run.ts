import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";
import { printable } from "../printable.ts";
import { OperatorClient } from "./client.ts";
import type { Surroundings } from "./context.ts";
import { editionOf } from "./edition.ts";
import { finish } from "./finishing.ts";
import { newJournal, rowsOf } from "./journal.ts";
import { createMapping } from "./mapping.ts";
import type { DropOptions, ImportOptions } from "./options.ts";
import { createProgress } from "./progress.ts";
import type { Progress } from "./progress.ts";
import { waitUntilPublished } from "./publication.ts";
import { readTable, type Table } from "./reading.ts";
import { usableJournal } from "./resuming.ts";
import { sendAll } from "./sending.ts";
import { tracesOf } from "./traces.ts";

/**
 * Imports a file and waits until it is published, or resumes an import that was stopped. Returns true if most rows were
 * accepted, or with `--accept-refused` any. Throws {@link CommandFailure}.
 */
export async function importFile(options: ImportOptions, around: Surroundings): Promise<boolean> {
  const file = await openSource(options.file);
  try {
    const table = await readTable(file, options, (text) => void around.stream.write(`${printable(text)}\n`));
    try {
      return await importTable(file, table, options, around);
    } finally {
      if (table.text !== file) await table.text.close();
    }
  } finally {
    await file.close();
  }
}

async function importTable(
  file: FileHandle,
  table: Table,
  options: ImportOptions,
  around: Surroundings,
): Promise<boolean> {
  const { mapping, categories } = createMapping(table.columns, options, table.order, table.stated);
  const edition = await editionOf(file, options, [
    table.encoding,
    table.dialect.delimiter,
    table.order,
    String(table.stated),
  ]);
  const traces = await tracesOf(options.file, around.folder);
  const found = await usableJournal(traces, edition, options, around);
  const start = found ?? newJournal(edition, options.to.origin, table.end);
  const { size: bytes } = await table.text.stat();
  const progress = createProgress(around.stream, { bytes, offset: start.next.offset, rows: rowsOf(start) });
  const restore = (): void => progress.stop();
  process.once("exit", restore);
  try {
    const run = { options, traces, edition, progress, client: createClient(options.to, around, progress) };
    const rows = { table, mapping, resumed: found !== null };
    if (start.stage === "rows") await describeDataset(run.client, options);
    const sent = start.stage === "rows" ? await sendAll(run, rows, start) : start;
    return await finish(run, sent, categories.unknown, around);
  } finally {
    progress.stop();
    process.off("exit", restore);
  }
}

/** Drops a dataset with all its rows and waits until that is published. Throws {@link CommandFailure}. */
export async function dropDataset(options: DropOptions, around: Surroundings): Promise<void> {
  const progress = createProgress(around.stream, { bytes: 0, offset: 0, rows: 0 });
  try {
    const client = createClient(options.to, around, progress);
    let removed = 0;
    for (let first = true; ; first = false) {
      const step = await client.removeRows(options.dataset);
      if (step === null && first) throw new CommandFailure(`${options.to.host} has no dataset ${options.dataset}.`);
      removed += step?.removed ?? 0;
      if (step === null || step.done) break;
    }
    await waitUntilPublished(client, progress, around.poll);
    progress.stop();
    around.print(`dropped: ${removed} removed`);
  } finally {
    progress.stop();
  }
}

async function describeDataset(
  client: OperatorClient,
  { dataset: id, kind, country, title, licence }: ImportOptions,
): Promise<void> {
  const known = (await client.status()).datasets.find((dataset) => dataset.id === id);
  await client.putDataset(id, {
    title: title ?? known?.title ?? id,
    kind,
    licence: licence ?? known?.licence ?? "unspecified",
    country,
  });
}

function createClient(to: URL, around: Surroundings, progress: Progress): OperatorClient {
  const onRetry = (why: string, wait: number): void =>
    progress.note(`${to.host} did not take it (${why}): trying again in ${(wait / 1000).toFixed(1)} s.`);
  return new OperatorClient(to, around.credentials, { onRetry, ...(around.retry && { retry: around.retry }) });
}

async function openSource(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, "r");
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  throw new CommandFailure(`${path} is not a file.`);
}
