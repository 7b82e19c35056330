import { access, constants, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative } from "node:path";

/** Paths of the files that an import writes. */
export interface Traces {
  readonly journal: string;
  readonly refusals: string;
  /** False if the file's own folder cannot be written and `fallback` is used instead. */
  readonly beside: boolean;
}

/** The paths of the journal and of the refused rows for `file`: beside it, or in `fallback` if that folder is read-only. */
export async function tracesOf(file: string, fallback: string): Promise<Traces> {
  const beside = await isWritable(dirname(file));
  const folder = beside ? dirname(file) : fallback;
  const name = basename(file);
  return {
    journal: join(folder, `${name}.import.json`),
    refusals: join(folder, `${name.replace(/\.csv$/i, "")}.rejected.csv`),
    beside,
  };
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    // Root can write anywhere, but a read-only folder is still left alone.
    return ((await stat(folder)).mode & 0o222) !== 0;
  } catch {
    return false;
  }
}

/** `path` relative to `folder`, or as it is if it lies outside. */
export function shown(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
}
