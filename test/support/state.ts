import { createHash } from "node:crypto";
import { copyFileSync, existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** All files under a folder, whose service may be running: some go between being listed and being looked at. Links are not followed. */
export function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile())
    .sort();
}

/** Everything that stands in the state folder, as it means: rows of every table of every database, and blobs. */
export function logicalDump(folder: string): Record<string, unknown> {
  const dump: Record<string, unknown> = {};
  for (const path of filesOf(folder)) {
    const name = relative(folder, path);
    if (/\.sqlite-(?:wal|shm)$/.test(name)) continue;
    try {
      dump[name] = name.endsWith(".sqlite")
        ? rowsOf(path)
        : createHash("sha256").update(readFileSync(path)).digest("hex");
    } catch (thrown) {
      // While the service runs, a file may go between being listed and being read.
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    }
  }
  return dump;
}

/** A file's bytes; none of one that went between being listed and being read, as files of a running service may. */
export function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    return new Uint8Array(0);
  }
}

/** Rows of every table, sorted; read from a copy, so that looking changes nothing. */
function rowsOf(path: string): Record<string, readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "konnections-dump-"));
  try {
    const copy = join(folder, basename(path));
    for (const suffix of ["", "-wal"]) if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
    const database = new DatabaseSync(copy);
    try {
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
      return Object.fromEntries(
        tables.map(({ name }): [string, readonly string[]] => {
          const statement = database.prepare(`SELECT * FROM "${String(name)}"`);
          statement.setReadBigInts(true);
          return [String(name), statement.all().map(rowText).sort()];
        }),
      );
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowText(row: object): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  });
}
