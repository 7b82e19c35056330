import { nullIfOutage } from "../telemetry/store-failure.ts";
import type { AreaRow } from "../verdict/areas.ts";
import { weekOf } from "../verdict/decay.ts";
import type { AreaId } from "../vault/vault.ts";
import { encodeAreaTable } from "./area-table.ts";
import type { TableState } from "./area-records.ts";
import { openBodies } from "./areas.ts";
import type { Directory } from "./directory.ts";
import { areaTableSeal } from "./published-areas.ts";

/** KV accepts a write a second and key. */
const SPACING_MS = 1000;
/** While more is about to change a table waits this long for it, ms. */
const BUSY_MS = 20_000;

/** What publishing the tables did: `left` are still due. */
export interface TableRun {
  readonly published: number;
  readonly failed: number;
  readonly left: number;
}

/**
 * Publishes the calling codes' tables that have changed, from all of their rows. A table is due until KV has accepted it, and
 * longer if it changed meanwhile. Throws if D1 does not answer. @param isBusy whether more is about to change
 */
export async function publishTables(directory: Directory, isBusy: boolean, now: number): Promise<TableRun> {
  const { records } = directory;
  const due = (await records.areas.readTables()).filter(({ mark }) => mark !== null);
  let [published, failed] = [0, 0];
  for (const table of due) {
    const isEarly = isBusy && now < (table.since ?? 0) + BUSY_MS;
    if (isEarly || now < (table.published ?? 0) + SPACING_MS) continue;
    if (await publishTable(directory, table, now)) published += 1;
    else failed += 1;
  }
  return { published, failed, left: due.length - published };
}

async function publishTable(directory: Directory, { code, mark }: TableState, now: number): Promise<boolean> {
  const { records, vault } = directory;
  const table = new Map<string, readonly AreaRow[]>();
  for (let after: AreaId | null = null, done = false; !done;) {
    const rows: { area: AreaId; body: string }[] = await records.areas.readRows(code, after);
    for (const { digits, rows: said } of (await openBodies(directory, rows)).values()) table.set(digits, said);
    after = rows.at(-1)?.area ?? null;
    done = after === null;
  }
  const sealed = await vault.seal(areaTableSeal(code), encodeAreaTable(code, table, weekOf(now)));
  const put = await records.areas.putTable(code, sealed).then(() => true, nullIfOutage);
  if (put === null) return false;
  await records.areas.publishedTable(code, mark, sealed.byteLength, now);
  return true;
}
