import { onStore } from "../telemetry/store-failure.ts";
import type { Areas } from "./area-object.ts";
import type { Publishing } from "./directory.ts";
import type { Publisher } from "./publisher-object.ts";

/** Where the objects that publish are. */
export interface PublishingObjects {
  readonly PUBLISHERS: DurableObjectNamespace<Publisher>;
  readonly AREAS: DurableObjectNamespace<Areas>;
}

/**
 * The publishers behind their namespaces: one object for each first character of a block id, and one for all areas. Whoever
 * has patience is not passed on while a run that was told of is still to come: an import would poke all with each batch.
 */
export function publishers({ PUBLISHERS, AREAS }: PublishingObjects, clock: () => number = Date.now): Publishing {
  /** When the next run of a slot, or of the areas, begins, ms. */
  const runs = new Map<string, number>();
  const poke = async (name: string, patience: number, object: () => { poke(patience: number): Promise<number> }) => {
    const now = clock();
    const run = runs.get(name) ?? 0;
    if (now < run && run <= now + patience) return;
    runs.set(name, await onStore("objects", () => object().poke(patience)));
  };
  return {
    poke: (slot, patience = 0) => poke(slot, patience, () => PUBLISHERS.getByName(slot)),
    pokeAreas: (patience = 0) => poke("areas", patience, () => AREAS.getByName("all")),
    // Asks an object of no slot, so that a probe touches no alarm.
    ping: () => onStore("objects", () => PUBLISHERS.getByName("probe").ping()),
  };
}
