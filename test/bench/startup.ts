import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./build.ts";
import type { BenchSecrets } from "./directory.ts";
import { VARIABLES } from "./duel.ts";
import { serve } from "./server.ts";

/** Starts of each; their medians are compared. */
const STARTS = 7;

/**
 * Processor time, ms, that reading, compiling and running the Worker's modules costs at the start: that of a workerd
 * with the product up to its first answer, less that of one with an empty Worker of the same bindings. The median of
 * several pairs; null where processor time cannot be read.
 */
export async function startupCpu(product: Built, secrets: BenchSecrets, scratch: string): Promise<number | null> {
  const bindings = { ...secrets, ...VARIABLES };
  const empty: Built = { ...product, script: emptyScript(product.settings) };
  const differences: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const used = [];
    for (const [name, built] of [["product", product], ["empty", empty]] as const) {
      const stores = join(scratch, `start-${name}-${start}`);
      mkdirSync(stores);
      const server = await serve([{ name: "started", built, bindings }], stores);
      await (await fetch(`http://127.0.0.1:${await server.port("started")}/none`)).arrayBuffer();
      used.push(server.cpu());
      await server.stop();
    }
    const [full, bare] = used;
    if (full === undefined || full === null || bare === undefined || bare === null) return null;
    differences.push((full - bare) / 1000);
  }
  return differences.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? null;
}

/** A Worker that does nothing, with the classes that the bindings name. */
function emptyScript(settings: Built["settings"]): string {
  const objects = Object.values((settings["durableObjects"] ?? {}) as Record<string, { className: string }>);
  const classes = objects.map(({ className }) => `export class ${className} extends DurableObject {}`);
  return [
    'import { DurableObject } from "cloudflare:workers";',
    ...classes,
    "export default { fetch: () => new Response() };",
  ].join("\n");
}
