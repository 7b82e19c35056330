import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailure } from "../failure.ts";
import { LOCAL, startWrangler } from "../wrangler.ts";

const MIGRATIONS = "migrations";

/** Applies the D1 migrations that the local database lacks. Says nothing unless it fails, with a {@link CommandFailure}. */
export async function applyMigrations(persist: readonly string[]): Promise<void> {
  if (await areApplied(persist)) return;
  const args = ["d1", "migrations", "apply", "DB", "--local", ...persist];
  // CI answers wrangler's question whether to go ahead.
  const child = startWrangler(args, { ...LOCAL, CI: "true" }, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code === 0) return;
  process.stderr.write(said);
  throw new CommandFailure("The D1 migrations could not be applied locally: see above.");
}

/**
 * Whether the local database is known to have them all, as wrangler itself notes it there: asking wrangler would take
 * seconds of every start. False when in doubt.
 */
async function areApplied(persist: readonly string[]): Promise<boolean> {
  try {
    const { DatabaseSync } = await import("node:sqlite");
    const folder = join(persist[1] ?? join(".wrangler", "state"), "v3", "d1", "miniflare-D1DatabaseObject");
    const files = (await readdir(folder)).filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
    const [file, ...others] = files;
    if (file === undefined || others.length > 0) return false;
    const database = new DatabaseSync(join(folder, file), { readOnly: true });
    try {
      const applied = new Set(
        database
          .prepare("SELECT name FROM d1_migrations")
          .all()
          .map((row) => row["name"]),
      );
      const all = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql"));
      return all.every((name) => applied.has(name));
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
