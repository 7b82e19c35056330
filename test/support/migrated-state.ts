import { cpSync, existsSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyMigrations } from "../../src/commands/dev/migrations.ts";
import { ofThisRun } from "./build.ts";

const LONGEST_WAIT_MS = 120_000;

/**
 * Puts a project's local stores where they should be, as its first start would make them: all migrations applied and
 * nothing else. Made once a run, by whoever asks first, since wrangler takes ten seconds and more for it; outside of a
 * run it does nothing, and the start makes them.
 */
export async function putMigratedState(state: string): Promise<void> {
  const shared = ofThisRun();
  if (shared === null || existsSync(state)) return;
  const made = join(shared, "state");
  if (isFirst(join(shared, "state-in-the-making"))) {
    const making = mkdtempSync(join(shared, "state-"));
    await applyMigrations(["--persist-to", making]);
    renameSync(making, made);
  }
  for (let waited = 0; !existsSync(made) && waited < LONGEST_WAIT_MS; waited += 200) await sleep(200);
  if (existsSync(made)) cpSync(made, state, { recursive: true });
}

/** Whether nobody else has left this mark. */
function isFirst(mark: string): boolean {
  try {
    writeFileSync(mark, "", { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}
