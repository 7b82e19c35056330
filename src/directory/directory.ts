import type { Logger } from "../telemetry/logger.ts";
import type { Vault } from "../vault/vault.ts";
import type { DirectoryRecords } from "./records.ts";

/** A publisher as its callers see it: once poked it publishes by itself. */
export interface Publishing {
  /** @param patience ms for which it may wait for more to publish with it, none unless told */
  poke(slot: string, patience?: number): Promise<void>;
  /** The same of what computes areas. */
  pokeAreas(patience?: number): Promise<void>;
  /** Resolves if objects can be reached. */
  ping(): Promise<void>;
}

/** What the room's use cases work with. */
export interface Directory {
  readonly records: DirectoryRecords;
  readonly vault: Vault;
  readonly logger: Logger;
}
