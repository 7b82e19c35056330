import { StoreFailure } from "../telemetry/store-failure.ts";
import type { AreaTable } from "../verdict/areas.ts";
import { decodeAreaTable } from "./area-table.ts";
import type { Directory } from "./directory.ts";

/** Seconds for which a table is kept near the reader. An isolate reads one in a quarter of an hour. */
const KV_CACHE_TTL_S = 60;

/** Where a calling code's table is sealed. */
export function areaTableSeal(callingCode: string): { readonly table: "areas"; readonly id: string } {
  return { table: "areas", id: `table ${callingCode}` };
}

/** A calling code's table of areas as it is published, or null if there is none. One KV read. A failure throws `StoreFailure`. */
export async function publishedAreas(
  { records, vault, logger }: Directory,
  callingCode: string,
): Promise<AreaTable | null> {
  const sealed = await records.areas.readTable(callingCode, KV_CACHE_TTL_S);
  if (sealed === null) return null;
  const opened = await vault.open(areaTableSeal(callingCode), sealed);
  if (!opened.ok) {
    logger.log("vault.refused", { table: "areas", reason: opened.reason });
    throw new StoreFailure("kv", opened.reason);
  }
  const table = decodeAreaTable(callingCode, opened.plaintext);
  if (table === null) throw new StoreFailure("kv", "unknown form of areas");
  return table;
}
