import { join } from "node:path";
import { logicalDump } from "./state.ts";

export type StoredRow = Readonly<Record<string, unknown>>;
/** Our tables of one object; the platform keeps others beside them. */
export type Tables = Readonly<Record<string, readonly StoredRow[]>>;

/** The tables of every object of a class, in a folder of stores; the service may be running. */
export function objectsOf(state: string, name: string): Tables[] {
  return Object.entries(logicalDump(join(state, "v3", "do", `konnections-${name}`)))
    .filter(([path]) => path.endsWith(".sqlite") && path !== "metadata.sqlite")
    .map(([, tables]) => {
      const own = Object.entries(tables as Record<string, readonly string[]>).filter(
        ([table]) => !/^(?:_cf_|__miniflare_)/.test(table),
      );
      return Object.fromEntries(own.map(([table, rows]) => [table, rows.map((row) => JSON.parse(row) as StoredRow)]));
    });
}

/** Rows of a table, from all objects. */
export const tableOf = (objects: readonly Tables[], table: string): StoredRow[] =>
  objects.flatMap((tables) => tables[table] ?? []);
