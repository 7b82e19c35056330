import { readdirSync, readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import type { Built } from "./build.ts";

/** A workerd process of its own, with one or more Workers over the stores of one directory. */
export interface Server {
  /** The port on which a Worker answers, without any proxy before it. */
  port(worker: string): Promise<number>;
  /** Processor time that the process has used so far, µs, or null where there is no /proc to read it from. */
  cpu(): number | null;
  stop(): Promise<void>;
}

/** A Worker to be served: a build with values for its bindings. */
export interface Serving {
  readonly name: string;
  readonly built: Pick<Built, "script" | "settings">;
  readonly bindings: Readonly<Record<string, string>>;
  /** Modules that the script can import, by name. */
  readonly modules?: Readonly<Record<string, string>>;
}

/** Starts workerd. @param stores directory of D1, KV and objects */
export async function serve(workers: readonly Serving[], stores: string): Promise<Server> {
  const before = new Set(workerds());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new NoOpLog(),
      // Tables are printed, and what the Worker logs is not: only its errors are.
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error") console.error(message);
      },
      cf: false,
      resourcePersistencePath: stores,
      workers: workers.map(({ name, built, bindings, modules = {} }) => {
        // The script is built already, and nothing should be swept while it is measured.
        const { modulesRules: _, cronTriggers: __, bindings: variables, ...settings } = built.settings;
        return {
          ...settings,
          name,
          modules: Object.entries({ "index.js": built.script, ...modules }).map(([path, contents]) => ({
            type: "ESModule" as const,
            path,
            contents,
          })),
          bindings: { ...(variables as Record<string, string>), ...bindings },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        };
      }),
    }),
  );
  await miniflare.ready;
  const pid = workerds().find((pid) => !before.has(pid));
  return {
    port: async (worker) => Number((await miniflare.unsafeGetDirectURL(worker)).port),
    cpu: () => (pid === undefined ? null : processorTime(pid)),
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

/** User and system time of all threads: in ns where the kernel keeps schedstat, else in ticks of 10 ms from stat. */
function processorTime(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]),
    );
    return threads.reduce((sum, ns) => sum + ns, 0) / 1000;
  } catch {
    const { fields } = stat(pid);
    return (Number(fields[11]) + Number(fields[12])) * TICK_US; // utime, stime
  }
}

/** USER_HZ is 100 wherever Linux runs today. */
const TICK_US = 10_000;
