import { onStore } from "../telemetry/store-failure.ts";
import type { Publishing } from "./directory.ts";
import type { Publisher } from "./publisher-object.ts";

/**
 * The publishers behind their namespace: one object for each first character of a block id. Whoever has patience is not
 * passed on while a run that was told of is still to come: an import would poke all 64 with each batch.
 */
export function publishers(namespace: DurableObjectNamespace<Publisher>, clock: () => number = Date.now): Publishing {
  /** When the next run of a slot begins, ms. */
  const runs = new Map<string, number>();
  return {
    poke: async (slot, patience = 0) => {
      const now = clock();
      const run = runs.get(slot) ?? 0;
      if (now < run && run <= now + patience) return;
      runs.set(slot, await onStore("objects", () => namespace.getByName(slot).poke(patience)));
    },
    // Asks an object of no slot, so that a probe touches no alarm.
    ping: () => onStore("objects", () => namespace.getByName("probe").ping()),
  };
}
