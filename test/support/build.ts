import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where the Worker stands as `npm run deploy` would upload it, for every file of a run; see `built`. */
const BUILT = "KONNECTIONS_BUILT";

/** Builds the Worker once a run, before the first test: some forty files start it, and each build is a second. */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "konnections-built-"));
  const wrangler = createRequire(import.meta.url).resolve("wrangler");
  await promisify(execFile)(
    process.execPath,
    ["--no-warnings", wrangler, "deploy", "--dry-run", "--outdir", directory],
    {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...process.env, WRANGLER_WRITE_LOGS: "false" },
    },
  );
  process.env[BUILT] = directory;
  return () => rm(directory, { recursive: true, force: true });
}

/** For `createTestHarness`: the Worker that was built, or nothing outside a run of tests, where it is built anew. */
export function built(): { readonly prebuiltWorkerDir?: string } {
  const directory = process.env[BUILT];
  return directory === undefined ? {} : { prebuiltWorkerDir: directory };
}
