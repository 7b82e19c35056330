import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { applyMigrations } from "../../src/commands/dev/migrations.ts";
import { ofThisRun } from "./build.ts";
import { onceARun } from "./once-a-run.ts";

/**
 * Puts a project's local stores where they should be, as its first start would make them: all migrations applied and
 * nothing else. Made once a run, since wrangler takes ten seconds and more for it; outside of a run it does nothing, and
 * the start makes them.
 */
export async function putMigratedState(state: string): Promise<void> {
  if (ofThisRun() === null || existsSync(state)) return;
  const made = await onceARun("migrated", async (folder) => {
    await applyMigrations(["--persist-to", join(folder, "state")]);
    return join(folder, "state");
  });
  cpSync(made, state, { recursive: true });
}
