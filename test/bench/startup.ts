import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./build.ts";
import type { BenchSecrets } from "./directory.ts";
import { VARIABLES } from "./duel.ts";
import { median } from "./figures.ts";
import { serve, type Serving } from "./server.ts";

/** Starts that are measured; the median counts. */
const STARTS = 5;

/** Processor time of a start, ms. */
export interface StartUp {
  /** What the platform bounds: parsing, compiling and running the modules of the Worker. */
  readonly modules: number;
  /** The whole process up to the first answer, less that of an empty Worker with the same bindings. */
  readonly process: number;
}

/** Measures several starts, each in a process of its own; null where processor time cannot be read. */
export async function startUp(product: Built, secrets: BenchSecrets, scratch: string): Promise<StartUp | null> {
  const bindings = { ...secrets, ...VARIABLES };
  const serving = (script: string, modules = {}): Serving => ({
    name: "started",
    built: { ...product, script },
    bindings,
    modules,
  });
  const idle = idleScript(product.settings);
  const modules: number[] = [];
  const processes: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const stores = join(scratch, `start-${start}`);
    mkdirSync(stores);
    const full = await costs(serving(product.script), stores, ["/none"]);
    const empty = await costs(serving(idle), stores, ["/none"]);
    // Twice first, so that what a first request costs is not taken for the start.
    const imported = await costs(serving(idle, { "product.js": product.script }), stores, ["/a", "/b", "/import"]);
    if (full === null || empty === null || imported === null) return null;
    processes.push(sum(full) - sum(empty));
    modules.push(imported.at(-1) ?? 0);
  }
  return { modules: median(modules), process: median(processes) };
}

/** Processor time, ms, of a start and of each of the requests after it. */
async function costs(serving: Serving, stores: string, paths: readonly string[]): Promise<number[] | null> {
  const server = await serve([serving], stores);
  try {
    const port = await server.port(serving.name);
    const spent: number[] = [];
    let before = 0;
    for (const path of [null, ...paths]) {
      if (path !== null) {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`);
        const text = await answer.text();
        if (answer.status >= 500) throw new Error(`the Worker did not start:\n${text}`);
      }
      const now = server.cpu();
      if (now === null) return null;
      spent.push((now - before) / 1000);
      before = now;
    }
    return spent;
  } finally {
    await server.stop();
  }
}

/** A Worker that does nothing, with the classes that the bindings name; at /import it runs the product's modules. */
function idleScript(settings: Built["settings"]): string {
  const objects = Object.values((settings["durableObjects"] ?? {}) as Record<string, { className: string }>);
  return [
    'import { DurableObject } from "cloudflare:workers";',
    ...objects.map(({ className }) => `export class ${className} extends DurableObject {}`),
    "export default {",
    "  async fetch(request) {",
    '    if (request.url.endsWith("/import")) await import("./product.js");',
    '    return new Response("idle");',
    "  },",
    "};",
  ].join("\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
