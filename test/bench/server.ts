import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import type { Built } from "./build.ts";

/** A workerd process of its own, with one or more Workers over the stores of one directory. */
export interface Server {
  /** The port on which a Worker answers, without any proxy before it. */
  port(worker: string): Promise<number>;
  /** Processor time that the process has used so far, µs, or null where there is no /proc. Steps of 10 ms. */
  cpu(): number | null;
  /** The same of threads that still live, in steps of a ns. */
  fineCpu(): number | null;
  stop(): Promise<void>;
}

/** A Worker to be served: a build with values for its bindings. */
export interface Serving {
  readonly name: string;
  readonly built: Pick<Built, "script" | "settings">;
  readonly bindings: Readonly<Record<string, string>>;
}

/** Starts workerd. @param stores directory of D1, KV and objects */
export async function serve(workers: readonly Serving[], stores: string): Promise<Server> {
  const before = new Set(workerds());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new NoOpLog(),
      cf: false,
      resourcePersistencePath: stores,
      workers: workers.map(({ name, built, bindings }) => {
        const { modulesRules: _, cronTriggers: __, ...settings } = built.settings;
        return {
          ...settings,
          name,
          modules: [{ type: "ESModule" as const, path: "index.js", contents: built.script }],
          bindings: { ...settings.bindings, ...bindings },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        };
      }),
    }),
  );
  await miniflare.ready;
  const pid = workerds().find((pid) => !before.has(pid));
  return {
    port: async (worker) => Number((await miniflare.unsafeGetDirectURL(worker)).port),
    cpu: () => (pid === undefined ? null : processTime(pid)),
    fineCpu: () => (pid === undefined ? null : threadTime(pid)),
    stop: () => miniflare.dispose(),
  };
}

/** Processes named workerd that this process started. */
function workerds(): number[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return entries.map(Number).filter((pid) => {
    try {
      const { name, fields } = stat(pid);
      return name === "workerd" && Number(fields[1]) === process.pid;
    } catch {
      return false; // ended meanwhile
    }
  });
}

/** /proc/<pid>/stat: the name, in brackets, and the fields behind it, the first of which is the third of the manual. */
function stat(pid: number): { name: string; fields: string[] } {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  const end = text.lastIndexOf(")");
  return { name: text.slice(text.indexOf("(") + 1, end), fields: text.slice(end + 2).split(" ") };
}

let tick = 0;

function processTime(pid: number): number {
  tick ||= 1_000_000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const { fields } = stat(pid);
  return (Number(fields[11]) + Number(fields[12])) * tick; // utime, stime
}

function threadTime(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const ns = tasks.map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1").split(" ")[0]));
  return ns.reduce((sum, time) => sum + time, 0) / 1000;
}
