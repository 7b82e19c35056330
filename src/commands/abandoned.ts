import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 100;
const SHELL = /^(?:\w*sh|busybox)$/;

/**
 * Calls `act` once if npm is gone, or the shell that it runs a command in. A signal sent to npm alone ends at that shell:
 * the command would go on unseen, keeping the port or racing with its successor. Does nothing outside npm scripts.
 */
export function whenAbandoned(act: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const between = statusOf(parent);
  // Without a shell between us the parent is npm itself, and who started npm may come and go.
  const npm = between !== null && SHELL.test(between.name) ? between.parent : null;
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === null || statusOf(parent)?.parent === npm)) return;
    clearInterval(timer);
    act();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The name and the parent of a process; null where the system does not tell in a file. */
function statusOf(pid: number): { name: string; parent: string } | null {
  try {
    const [, name, parent] = /\((.*)\) \S+ (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name === undefined || parent === undefined ? null : { name, parent };
  } catch {
    return null;
  }
}
