import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 100;

/**
 * Calls `act` once if npm is gone, or the shell that it runs a command in. A signal sent to npm alone ends at that shell:
 * the command would go on unseen, keeping the port or racing with its successor. Does nothing outside npm scripts.
 */
export function whenAbandoned(act: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    act();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The parent of a process; null where the system does not tell in a file. */
function parentOf(pid: number): string | null {
  try {
    // The name in brackets may hold anything; behind it come the state and the parent.
    return /.*\) \S+ (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}
