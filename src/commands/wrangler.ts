import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { createRequire } from "node:module";

const CLI = createRequire(import.meta.url).resolve("wrangler");

/** Keeps wrangler from network requests: no metrics, no error reports, no update checks. */
export const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
};

/**
 * Keeps lookups out of development logs, as in production: no stored request traces, no log files with request lines.
 * Also no request to Cloudflare for `Request.cf`.
 */
export const LOCAL = {
  ...QUIET,
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  WRANGLER_WRITE_LOGS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** Starts the project's own wrangler with `args`, in one process. */
export function startWrangler(
  args: readonly string[],
  env: Record<string, string>,
  options: SpawnOptions,
): ChildProcess {
  return spawn(process.execPath, ["--no-warnings", CLI, ...args], { ...options, env: { ...process.env, ...env } });
}

/** Runs wrangler on this terminal and gives its exit code. */
export function runWrangler(args: readonly string[], env: Record<string, string>): Promise<number> {
  const child = startWrangler(args, env, { stdio: "inherit" });
  return new Promise((resolve, reject) => child.once("error", reject).once("exit", (code) => resolve(code ?? 1)));
}
