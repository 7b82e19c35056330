import type { RetentionStep } from "../lifecycle.ts";
import { dayOf, HOUR_MS } from "../time/days.ts";
import type { SealedList } from "../storage/renewing.ts";
import type { SealedD1Column } from "../storage/sealed-columns.ts";
import { NAMED_AREAS } from "./area-marks.ts";
import { KV_CACHE_TTL_S } from "./copy-records.ts";
import type { Directory, Publishing } from "./directory.ts";
import { marksOfPages } from "./dirty-records.ts";
import { ownerSeal } from "./owner-part.ts";
import { lineId } from "./place.ts";
import type { RevocationRecords } from "./revocation-records.ts";
import { areas, batches, callers, dirty, dirtyAreas, evidence } from "./tables.ts";

/** Deletes revocations that nothing can look for any more. */
export function revocationRetention(revocations: RevocationRecords): RetentionStep {
  return { name: "revocations", run: (now) => revocations.forget(dayOf(now)) };
}

/** In front of what is sealed: the id of its key. */
const KEY_ID_BYTES = 4;

/** What is sealed of numbers in D1: what datasets, voters and owners say, and the digits of blocks that wait. */
export const DIRECTORY_SEALS: Readonly<Record<string, SealedD1Column>> = {
  evidence: {
    table: evidence,
    column: evidence.name,
    key: [evidence.area, evidence.block, evidence.line, evidence.day, evidence.form, evidence.batch],
    bound: [evidence.block, evidence.line],
    place: (block = "", line = "") => ({ table: "evidence", id: lineId(block, Number(line)) }),
  },
  "ballot-parts": {
    table: callers,
    column: callers.ballot,
    key: [callers.area, callers.block, callers.line],
    bound: [callers.block, callers.line],
    place: (block = "", line = "") => ({ table: "callers", id: lineId(block, Number(line)) }),
  },
  "owner-parts": {
    table: callers,
    column: callers.ownership,
    key: [callers.area, callers.block, callers.line],
    bound: [callers.block, callers.line],
    place: (block = "", line = "") => ownerSeal(block, Number(line)),
  },
  areas: {
    table: areas,
    column: areas.body,
    key: [areas.area],
    bound: [areas.area],
    place: (area = "") => ({ table: "areas", id: area }),
  },
  "area-marks": {
    table: dirtyAreas,
    column: dirtyAreas.named,
    key: [dirtyAreas.since, dirtyAreas.mark],
    bound: [],
    place: () => NAMED_AREAS,
  },
  "batch-areas": {
    table: batches,
    column: batches.areas,
    key: [batches.number],
    bound: [],
    place: () => NAMED_AREAS,
  },
  marks: {
    table: dirty,
    column: dirty.digits,
    key: [dirty.slot, dirty.lane, dirty.queued, dirty.mark],
    bound: [dirty.slot],
    place: (slot = "") => ({ table: "dirty", id: slot }),
  },
};

/**
 * The calling codes' tables in KV, sealed anew by the object that publishes them. Those under an old key are left until then:
 * KV may show the older one for a minute more.
 */
export function areaTableList(
  { records, vault }: Pick<Directory, "records" | "vault">,
  publishing: Publishing,
): SealedList {
  return {
    name: "area-tables",
    renew: async () => {
      const [first = ""] = await vault.sealKeyIds();
      const left: Record<string, number> = {};
      for (const { code, week } of await records.areas.readTables()) {
        const sealed = await records.areas.readTable(code, KV_CACHE_TTL_S);
        const key = sealed?.subarray(0, KEY_ID_BYTES).toHex() ?? first;
        if (key === first) continue;
        left[key] = (left[key] ?? 0) + 1;
        await records.areas.dueTable(code, week, Date.now());
      }
      // A lost poke costs a minute: the cron finds tables that wait.
      if (Object.keys(left).length > 0) await Promise.allSettled([publishing.pokeAreas()]);
      return { after: null, renewed: 0, left };
    },
  };
}

/** Pages looked at in a step: of each D1 gives the id and the key's. */
const PAGES_A_STEP = 500;

/**
 * Published pages, in D1 and KV: those under an old key are marked, and their publisher, the only writer, seals them anew. So
 * they are left until they are published. A mark that has waited for an hour may be of a page that D1 has and KV has not.
 */
export function pageList({ records, vault }: Pick<Directory, "records" | "vault">, publishing: Publishing): SealedList {
  return {
    name: "pages",
    renew: async (after) => {
      const [first = ""] = await vault.sealKeyIds();
      const pages = await records.sealsOfPages(after, PAGES_A_STEP);
      const old = pages.filter(({ key }) => key !== first);
      const marks = marksOfPages(old.map(({ block }) => block));
      if (marks.length > 0) await records.dirty.mark(marks, "datasets", Date.now());
      // A lost poke costs a minute: the cron finds marks that wait.
      await Promise.allSettled([...new Set(marks.map(({ slot }) => slot))].map((slot) => publishing.poke(slot)));
      const left: Record<string, number> = {};
      for (const { key } of old) left[key] = (left[key] ?? 0) + 1;
      const last = pages.length < PAGES_A_STEP ? null : (pages.at(-1)?.block ?? null);
      if (last !== null) return { after: last, renewed: 0, left };
      const { blocks, oldest } = await records.dirty.readBacklog();
      return {
        after: null,
        renewed: 0,
        left: oldest === null || oldest > Date.now() - HOUR_MS ? left : { ...left, unpublished: blocks },
      };
    },
  };
}
