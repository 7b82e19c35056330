import type { BlockId } from "../vault/vault.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { StoreName } from "../telemetry/logger.ts";
import type { BlockEvidence } from "../verdict/evidence.ts";
import type { Directory } from "./directory.ts";
import { openMarker } from "./copy-marker.ts";
import { decodePage } from "./page.ts";

/** Published pages as the lookup reads them: opened and decoded, from KV or from D1. A failure throws `StoreFailure`. */
export function publishedPages(directory: Directory): {
  fromKv(block: BlockId): Promise<BlockEvidence | null>;
  fromD1(block: BlockId): Promise<BlockEvidence | null>;
  isKvComplete(): Promise<boolean>;
} {
  const { records } = directory;
  return {
    fromKv: async (block) => open(directory, "kv", block, await records.readPageFromKv(block)),
    fromD1: async (block) => open(directory, "d1", block, await records.readPageFromD1(block)),
    isKvComplete: async () => {
      const sealed = await records.copy.readMarker();
      return sealed !== null && (await openMarker(directory.vault, sealed))?.complete === true;
    },
  };
}

async function open(
  { vault, logger }: Directory,
  store: StoreName,
  block: BlockId,
  sealed: Uint8Array<ArrayBuffer> | null,
): Promise<BlockEvidence | null> {
  if (sealed === null) return null;
  const opened = await vault.open({ table: "pages", id: block }, sealed);
  if (!opened.ok) {
    // Logged by table and reason only: the block would say who was looked up.
    logger.log("vault.refused", { table: "pages", reason: opened.reason });
    throw new StoreFailure(store, opened.reason);
  }
  const evidence = decodePage(opened.plaintext);
  if (evidence === null) throw new StoreFailure(store, "unknown page form");
  return evidence;
}
