import { isDeepStrictEqual } from "node:util";
import type { Vault } from "../../src/vault/vault.ts";
import { openPages } from "./pages.ts";
import { d1File, pagesInD1, pagesInKv, rowsOf } from "./stores.ts";

/** All that two directories of one content must have in common, by the name of the place, then by key. */
export type DirectoryDump = Readonly<Record<string, ReadonlyMap<string, unknown>>>;

/** What is left out differs by nature: sealed bytes, marks and versions, which count how often a page was written. */
const QUERIES = {
  datasets: "SELECT * FROM datasets",
  batches: "SELECT dataset, batch, edition, digest, answer, changed FROM batches",
  callers: "SELECT hex(area) AS area, hex(block) AS block, line, ballot_revision, ownership_revision FROM callers",
  evidence:
    "SELECT hex(e.area) AS area, hex(e.block) AS block, e.line, e.day, e.form, b.dataset, b.batch, e.complaints, e.name IS NULL AS nameless, e.kind FROM evidence e JOIN batches b ON b.number = e.batch",
  dirty: "SELECT blocks FROM dirty",
} as const;

/** The directory of a state folder: rows of its tables, and its pages opened. */
export async function dumpDirectory(state: string, vault: Vault): Promise<DirectoryDump> {
  const tables = Object.entries(QUERIES).map(([name, query]): [string, ReadonlyMap<string, unknown>] => {
    const rows = rowsOf(d1File(state), query).map((row) => JSON.stringify(row));
    return [name, new Map(rows.map((row) => [row, true]))];
  });
  return {
    ...Object.fromEntries(tables),
    "pages in D1": await openPages(pagesInD1(state), vault),
    "pages in KV": await openPages(pagesInKv(state), vault),
  };
}

/** Where two directories differ, worded; empty when they are equal. */
export function dumpDifferences(one: DirectoryDump, other: DirectoryDump): string[] {
  return Object.keys(one).flatMap((place) => {
    const [left, right] = [one[place] ?? new Map(), other[place] ?? new Map()];
    const keys = [...new Set([...left.keys(), ...right.keys()])];
    const differing = keys.filter((key) => !isDeepStrictEqual(left.get(key), right.get(key)));
    if (differing.length === 0) return [];
    const [first = ""] = differing;
    return [`${place}: ${differing.length} differ (${left.size} and ${right.size}), first ${first}`];
  });
}
