import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 100;
const SHELL = /^(?:\w*sh|busybox)$/;

/**
 * Calls `act` once if npm or its shell has exited. A signal sent to npm does not reach the command, which would keep
 * running, hold the port, or race with its successor. Does nothing outside npm scripts.
 */
export function whenAbandoned(act: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const between = statusOf(parent);
  // Without a shell in between, the parent is npm itself; the process that started npm does not matter.
  const npm = between !== null && SHELL.test(between.name) ? between.parent : null;
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === null || statusOf(parent)?.parent === npm)) return;
    clearInterval(timer);
    act();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The name and the parent of a process; null if the system has no `/proc`. */
function statusOf(pid: number): { name: string; parent: string } | null {
  try {
    const [, name, parent] = /\((.*)\) \S+ (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name === undefined || parent === undefined ? null : { name, parent };
  } catch {
    return null;
  }
}
