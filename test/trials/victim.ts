import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Development } from "../support/development.ts";

const GONE_WITHIN_MS = 10_000;

/** The service as `npm run dev` starts it, in a folder of its own, made to be killed. */
export class Victim {
  readonly development: Development;
  #tree: readonly Process[] = [];
  #port = "";

  constructor(development = new Development()) {
    this.development = development;
  }

  /** Starts it, on the port that it had before if there was one, and learns its processes. Resolves when it answers. */
  async start(): Promise<void> {
    await this.development.start(this.#port === "" ? {} : { PORT: this.#port });
    this.#port = new URL(this.development.origin).port;
    this.#tree = treeOf(this.development.pid);
  }

  /**
   * SIGKILL to all its processes at once: wrangler's whole group with workerd in one call, then the command and its
   * watchdog. Resolves when they are gone.
   */
  async kill(): Promise<void> {
    const { pid } = this.development;
    const groups = new Set(
      this.#tree.filter((process) => process.pid !== pid && process.group === process.pid).map(({ group }) => group),
    );
    for (const group of groups) end(-group);
    for (const process of this.#tree) end(process.pid);
    for (let waited = 0; this.#tree.some(({ pid }) => isAlive(pid)); waited += 10) {
      if (waited > GONE_WITHIN_MS) throw new Error("Processes are left after SIGKILL.");
      await sleep(10);
    }
    await this.development.stop();
  }

  /** Ends it as Ctrl-C does. */
  stop(): Promise<void> {
    return this.development.stop();
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/** A process and all below it, the lowest last. */
function treeOf(root: number): Process[] {
  const all = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line): Process => {
      const [pid = 0, parent = 0, group = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, group };
    });
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went with its group.
  }
}

/** A process that is dead and not yet fetched by its parent counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}
