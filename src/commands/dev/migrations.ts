import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailure } from "../failure.ts";
import { LOCAL, startWrangler } from "../wrangler.ts";

const MIGRATIONS = "migrations";

/** Applies missing D1 migrations to the local database, silently. @throws CommandFailure */
export async function applyMigrations(persist: readonly string[]): Promise<void> {
  if (await areApplied(persist)) return;
  const args = ["d1", "migrations", "apply", "DB", "--local", ...persist];
  // With CI set, wrangler does not ask for confirmation.
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
 * Whether the local database has all migrations, read from wrangler's own table because running wrangler takes seconds.
 * False if unsure.
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
