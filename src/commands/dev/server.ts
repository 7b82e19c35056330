import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { LOCAL, startWrangler } from "../wrangler.ts";

const REQUEST_LINE = /^\[wrangler:info\] [A-Z]+ \S.* \d{3} /;
const PATIENCE_MS = 8_000;

/** A running `wrangler dev` and its child processes. */
export interface Server {
  /** Resolves when wrangler exits, with its exit code; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends wrangler and all its children: SIGTERM, and SIGKILL after eight seconds. */
  stop(): Promise<void>;
}

/**
 * Starts `wrangler dev` on 127.0.0.1 and passes its output through, except lines that name requested paths.
 * @param verbose all of wrangler's output and the Worker's log; otherwise errors only
 */
export function startServer(port: number, persist: readonly string[], verbose: boolean): Server {
  const args = ["dev", "--var", "ENVIRONMENT:development", "--ip", "127.0.0.1", "--port", String(port)];
  if (!verbose) args.push("--log-level", "error");
  const child = startWrangler([...args, "--show-interactive-dev-session=false", ...persist], LOCAL, {
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, so that Ctrl-C reaches only this program, and children of wrangler can be ended.
    detached: true,
  });
  const watchdog = startWatchdog(child);
  let stopping = false;
  passThrough(child.stdout, process.stdout, () => true);
  // esbuild panics on standard error when it is ended in the middle of a build.
  passThrough(child.stderr, process.stderr, () => !stopping);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => {
      endGroup(child, "SIGKILL");
      watchdog?.kill("SIGKILL");
      resolve(code);
    });
  });
  let impatient: NodeJS.Timeout | null = null;
  return {
    exited,
    stop: async () => {
      stopping = true;
      // A second SIGTERM would make wrangler abandon its own clean-up.
      if (impatient === null) child.kill("SIGTERM");
      impatient ??= setTimeout(() => endGroup(child, "SIGKILL"), PATIENCE_MS);
      await exited;
      clearTimeout(impatient);
    },
  };
}

/**
 * Ends the server if this program is killed: the watchdog's standard input then closes. Without it workerd would keep
 * the port.
 */
function startWatchdog(child: ChildProcess): ChildProcess | null {
  if (process.platform === "win32" || child.pid === undefined) return null;
  const script = `cat >/dev/null; kill -KILL -${child.pid}`;
  const watchdog = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  watchdog.on("error", () => {});
  return watchdog;
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch {
    // The group has already ended.
  }
}

function passThrough(from: NodeJS.ReadableStream | null, to: NodeJS.WritableStream, isWanted: () => boolean): void {
  if (from === null) return;
  createInterface({ input: from }).on("line", (line) => {
    // Lookup paths contain numbers, which must never be logged.
    if (isWanted() && !REQUEST_LINE.test(stripVTControlCharacters(line))) to.write(`${line}\n`);
  });
}
