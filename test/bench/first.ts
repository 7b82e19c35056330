import { cpSync } from "node:fs";
import { join } from "node:path";
import { mintToken } from "../../src/commands/access-token.ts";
import type { Built } from "./build.ts";
import { caller } from "./callers.ts";
import { floorKeys } from "./directory.ts";
import { VARIABLES, type Grounds } from "./duel.ts";
import { median } from "./figures.ts";
import { serve, type Serving } from "./server.ts";

/** Processor time, ms: of starting an isolate, and of that with its first lookup. */
export interface First {
  readonly started: number;
  readonly answered: number;
}

/** What a fresh isolate costs, of the Worker and of the floor. */
export interface Firsts {
  readonly worker: First;
  readonly floor: First;
}

/**
 * Measures fresh isolates whose page is in KV, each in a process of its own beside an empty Worker that has answered
 * before: less what a process costs that has only the empty one. Null where processor time cannot be read.
 */
export async function measureFirsts(grounds: Grounds, processes: number, scratch: string): Promise<Firsts | null> {
  const { product, floor, secrets } = grounds;
  const bindings = { ...secrets, ...VARIABLES };
  const idle: Serving = { name: "idle", built: { ...product, script: idleScript(product.settings) }, bindings };
  const answering = { CASE: "kv", ANSWER: "{}", HEADERS: "{}", ...floorKeys(secrets) };
  const kinds = {
    idle: [idle],
    worker: [idle, { name: "tested", built: product, bindings }],
    floor: [idle, { name: "tested", built: floor, bindings: answering }],
  };
  const token = await mintToken(secrets.TOKEN_SIGNING_KEYS, "app");
  const costs = { idle: [] as First[], worker: [] as First[], floor: [] as First[] };
  for (let round = 0; round < processes; round += 1) {
    for (const kind of ["idle", "worker", "floor"] as const) {
      const stores = join(scratch, `first-${kind}-${round}`);
      cpSync(grounds.stores.worker, stores, { recursive: true });
      const cost = await costOf(kinds[kind], stores, token);
      if (cost === null) return null;
      costs[kind].push(cost);
    }
  }
  const of = (kind: keyof typeof costs, value: keyof First): number =>
    median(costs[kind].map((cost) => cost[value])) - median(costs.idle.map((cost) => cost[value]));
  const beyondIdle = (kind: keyof typeof costs): First => ({
    started: of(kind, "started"),
    answered: of(kind, "answered"),
  });
  return { worker: beyondIdle("worker"), floor: beyondIdle("floor") };
}

/** Processor time of a process until its Workers have started, and until the one that is tested has answered. */
async function costOf(workers: readonly Serving[], stores: string, token: string): Promise<First | null> {
  const server = await serve(workers, stores);
  try {
    const ask = async (worker: string, path: string, init?: RequestInit): Promise<void> => {
      const answer = await fetch(`http://127.0.0.1:${await server.port(worker)}${path}`, init);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`the Worker did not answer:\n${text}`);
    };
    // Twice first, so that what a process's first requests cost is not taken for the isolate's.
    for (const path of ["/a", "/b"]) await ask("idle", path);
    const started = server.cpu();
    if (workers.length > 1) {
      await ask("tested", "/v1/lookup", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ number: caller(0) }),
      });
    }
    const answered = server.cpu();
    return started === null || answered === null ? null : { started: started / 1000, answered: answered / 1000 };
  } finally {
    await server.stop();
  }
}

/** A Worker that does nothing, with the classes that the bindings name. */
function idleScript(settings: Built["settings"]): string {
  const objects = Object.values((settings["durableObjects"] ?? {}) as Record<string, { className: string }>);
  return [
    'import { DurableObject } from "cloudflare:workers";',
    ...objects.map(({ className }) => `export class ${className} extends DurableObject {}`),
    'export default { fetch: () => new Response("idle") };',
  ].join("\n");
}
