import type { Logger } from "../telemetry/logger.ts";
import type { Vault } from "../vault/vault.ts";
import type { DirectoryRecords } from "./records.ts";

/** A publisher as its callers see it: told that its slot has marks, it publishes in its own time. */
export interface Publishing {
  /** @param patience ms for which it may wait for more to publish with it, none unless told */
  poke(slot: string, patience?: number): Promise<void>;
  /** Answers when objects can be reached at all. */
  ping(): Promise<void>;
}

/** What the room's use cases work with. */
export interface Directory {
  readonly records: DirectoryRecords;
  readonly vault: Vault;
  readonly logger: Logger;
}
