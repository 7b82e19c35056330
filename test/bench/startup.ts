import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./build.ts";
import { mintToken } from "../../src/commands/access-token.ts";
import { caller } from "./callers.ts";
import { floorKeys } from "./directory.ts";
import { VARIABLES, type Grounds } from "./duel.ts";
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
  /** A fresh isolate's first lookup with its page in KV, modules and all: of the Worker and of the floor. */
  readonly first: { readonly worker: number; readonly floor: number };
}

/** Measures several starts, each in a process of its own; null where processor time cannot be read. */
export async function startUp(
  { product, floor, stores: filled, secrets }: Grounds,
  scratch: string,
): Promise<StartUp | null> {
  const bindings = { ...secrets, ...VARIABLES };
  const serving = (script: string, modules = {}, more = {}): Serving => ({
    name: "started",
    built: { ...product, script },
    bindings: { ...bindings, ...more },
    modules,
  });
  const lookup: Asked = [
    "/v1/lookup",
    {
      method: "POST",
      headers: {
        authorization: `Bearer ${await mintToken(secrets.TOKEN_SIGNING_KEYS, "app")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ number: caller(0) }),
    },
  ];
  const idle = idleScript(product.settings);
  const modules: number[] = [];
  const processes: number[] = [];
  const firsts: { worker: number; floor: number }[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const stores = join(scratch, `start-${start}`);
    cpSync(filled.worker, stores, { recursive: true });
    const full = await costs(serving(product.script), stores, [["/none"]]);
    const empty = await costs(serving(idle), stores, [["/none"]]);
    // Twice first, so that what a first request costs is not taken for the start.
    const asked: Asked[] = [["/a"], ["/b"], ["/import"], lookup];
    const worker = await costs(serving(idle, { "imported.js": product.script }), stores, asked);
    const answering = { CASE: "kv", ANSWER: "{}", HEADERS: "{}", ...floorKeys(secrets) };
    const bare = await costs(serving(idle, { "imported.js": floor.script }, answering), stores, asked);
    if (full === null || empty === null || worker === null || bare === null) return null;
    processes.push(sum(full) - sum(empty));
    modules.push(worker.at(-2) ?? 0);
    firsts.push({ worker: sum(worker.slice(-2)), floor: sum(bare.slice(-2)) });
  }
  const first = {
    worker: median(firsts.map(({ worker }) => worker)),
    floor: median(firsts.map(({ floor: of }) => of)),
  };
  return { modules: median(modules), process: median(processes), first };
}

/** What is asked for: a path, and a request that is no GET. */
type Asked = readonly [path: string, init?: RequestInit];

/** Processor time, ms, of a start and of each of the requests after it. */
async function costs(serving: Serving, stores: string, asked: readonly Asked[]): Promise<number[] | null> {
  const server = await serve([serving], stores);
  try {
    const port = await server.port(serving.name);
    const spent: number[] = [];
    let before = 0;
    for (const request of [null, ...asked]) {
      if (request !== null) {
        const [path, init] = request;
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
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

/** A Worker that does nothing, with the classes that the bindings name; at /import it loads another one, and is it from then on. */
function idleScript(settings: Built["settings"]): string {
  const objects = Object.values((settings["durableObjects"] ?? {}) as Record<string, { className: string }>);
  return [
    'import { DurableObject } from "cloudflare:workers";',
    ...objects.map(({ className }) => `export class ${className} extends DurableObject {}`),
    "let imported;",
    "export default {",
    "  async fetch(...asked) {",
    "    if (imported !== undefined) return imported.default.fetch(...asked);",
    '    if (asked[0].url.endsWith("/import")) imported = await import("./imported.js");',
    '    return new Response("idle");',
    "  },",
    "};",
  ].join("\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
