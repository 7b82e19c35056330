import { open, readFile, rename, rm } from "node:fs/promises";
import { z } from "zod";
import type { Position } from "./source.ts";

const journalSchema = z.object({
  format: z.literal(2),
  edition: z.string(),
  to: z.string(),
  /** `rows`: batch `next` may have been sent. `finishing`: all rows are sent, but perhaps not published. */
  stage: z.enum(["rows", "finishing"]),
  next: z.object({ batch: z.int().nonnegative(), offset: z.int().nonnegative(), line: z.int().positive() }),
  accepted: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  /** Number of refused rows by reason. */
  reasons: z.record(z.string(), z.int().positive()),
  removed: z.int().nonnegative(),
  /** Length of the file of refused rows at these totals. */
  refusalBytes: z.int().nonnegative(),
  newestDay: z.string().nullable(),
  /** Whether the last response repeated one to an earlier import of the same file. */
  repeating: z.boolean(),
});

/** The progress of an import. Contains counts and positions, never a number or a name. */
export type Journal = Readonly<z.infer<typeof journalSchema>>;

/** The journal of an import that starts at `rows`, the first row's place. */
export function newJournal(edition: string, to: string, rows: Position): Journal {
  return {
    format: 2,
    edition,
    to,
    stage: "rows",
    next: { batch: 0, ...rows },
    accepted: 0,
    changed: 0,
    rejected: 0,
    reasons: {},
    removed: 0,
    refusalBytes: 0,
    newestDay: null,
    repeating: false,
  };
}

/** The journal at `path`; null if there is none, "unreadable" if it is not one. */
export async function readJournal(path: string): Promise<Journal | "unreadable" | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

/** Replaces the journal atomically: after a kill either the old or the new one is there. */
export async function writeJournal(path: string, journal: Journal): Promise<void> {
  const draft = `${path}.tmp`;
  const file = await open(draft, "w");
  try {
    await file.writeFile(`${JSON.stringify(journal)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Removes the journal, and the draft left by a kill. */
export async function removeJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.tmp`, { force: true });
}

/** Rows that are done, accepted or refused. */
export function rowsOf({ accepted, rejected }: Journal): number {
  return accepted + rejected;
}
