import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A folder of what every file of a run needs, and need not make anew. */
const SHARED = "KONNECTIONS_TEST_RUN";

/** Builds the Worker once a run, before the first test: some forty files start it, and each build is a second. */
export default async function setup(): Promise<() => Promise<void>> {
  // More than one project may ask for it.
  if (ofThisRun() !== null) return () => Promise.resolve();
  const directory = await mkdtemp(join(tmpdir(), "konnections-run-"));
  const wrangler = createRequire(import.meta.url).resolve("wrangler");
  await promisify(execFile)(
    process.execPath,
    ["--no-warnings", wrangler, "deploy", "--dry-run", "--outdir", workerIn(directory)],
    {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...process.env, WRANGLER_WRITE_LOGS: "false" },
    },
  );
  process.env[SHARED] = directory;
  return () => rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** The folder that is shared by the files of this run; null outside one. */
export function ofThisRun(): string | null {
  return process.env[SHARED] ?? null;
}

/** For `createTestHarness`: the Worker as `npm run deploy` would upload it, or nothing outside a run, where it is built anew. */
export function built(): { readonly prebuiltWorkerDir?: string } {
  const directory = ofThisRun();
  return directory === null ? {} : { prebuiltWorkerDir: workerIn(directory) };
}

const workerIn = (directory: string): string => join(directory, "worker");
