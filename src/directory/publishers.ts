import { onStore } from "../telemetry/store-failure.ts";
import type { Publishing } from "./directory.ts";
import type { Publisher } from "./publisher-object.ts";

/** The publishers behind their namespace: one object for each first character of a block id. */
export function publishers(namespace: DurableObjectNamespace<Publisher>): Publishing {
  return {
    poke: (slot, patience) => onStore("objects", () => namespace.getByName(slot).poke(patience)),
    // Asks an object of no slot, so that a probe touches no alarm.
    ping: () => onStore("objects", () => namespace.getByName("probe").ping()),
  };
}
