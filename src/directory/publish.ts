import { blockOf, type E164 } from "../numbers/number.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Slot } from "../telemetry/logger.ts";
import { nullIfOutage, onStore } from "../telemetry/store-failure.ts";
import { toBase64Url } from "../vault/bytes.ts";
import type { BlockId, Vault } from "../vault/vault.ts";
import { weekOf } from "../verdict/decay.ts";
import type { BallotPart, BlockEvidence, Category, Kind } from "../verdict/evidence.ts";
import type { Directory } from "./directory.ts";
import { foldBlock, type BallotRow, type ComplaintRow, type NameRow, type OwnerRow } from "./fold.ts";
import { ownerSeal, type StoredOwnerPart } from "./owner-part.ts";
import { encodePage } from "./page.ts";
import type { Mark } from "./dirty-records.ts";
import type { Snapshot } from "./records.ts";
import { missingHundreds, placeBlocks } from "./thousands.ts";
import { withoutTakenNames } from "./without-taken-names.ts";

/**
 * Blocks a run publishes at most: a short turn, after which others have theirs, and far from the 1,000 operations that the
 * platform allows an invocation.
 */
export const BLOCKS_A_RUN = 25;

/** Connections that an invocation may have waiting at a time: the platform's limit. A slot's run is an invocation of its own. */
const PUTS_AT_ONCE = 6;

/** What a run did. `failed` pages keep their marks; `more` says that the slot may hold further marks. */
export interface PublishRun {
  readonly published: number;
  readonly failed: number;
  readonly more: boolean;
  /** Slots whose blocks became dirty, since a thousand around them changed; this one among them where it is. */
  readonly around: readonly string[];
}

/**
 * Publishes the oldest dirty blocks of a slot: page in D1, then in KV, then the mark cleared if nothing changed
 * meanwhile. After a crash the mark is still there, and the next run writes the same
 * evidence. Throws if D1 does not answer; a page that KV does not accept is counted as failed.
 */
export async function publishSlot(
  directory: Directory,
  slot: Slot,
  now: number,
  limit = BLOCKS_A_RUN,
): Promise<PublishRun> {
  const { records } = directory;
  const marks = await records.dirty.readMarks(slot, limit);
  if (marks.length === 0) return { published: 0, failed: 0, more: false, around: [] };

  const blocks = marks.map((mark) => mark.block);
  const week = weekOf(now);
  const snapshot = await records.readSnapshot(blocks);
  const { folded: lines, broken } = await foldSnapshot(directory, snapshot);
  const placed = placeBlocks(blocks, lines, snapshot.hundreds, week);
  const missing = await missingHundreds(directory, placed.bad);
  const made = await makePages(directory, marks, broken, placed.evidence, snapshot.versions);
  // To the end of the queue: a page that cannot be made must not block the others.
  const unmade = marks.filter(({ block }) => made.every((page) => page.block !== block));
  if (unmade.length > 0) await records.dirty.postpone(unmade, now);

  const writes = made.flatMap((page) => page.write ?? []);
  const around = await records.writePages(writes, { ...placed.changes, missing }, week, now);
  const published = await putPages(records, made);
  if (published.length > 0) await records.dirty.clearMarks(published, now);
  return {
    published: published.length,
    failed: made.length - published.length,
    more: marks.length === limit,
    around: [...new Set(around.map((block) => block.charAt(0)))],
  };
}

/**
 * What a block's page will hold once everything that stands in D1 is published: for those who have just changed it, and
 * for whoever asks why. Costs D1 five queries; a lookup reads the published page. @param published while D1 does not answer
 */
export async function currentEvidence(
  directory: Directory,
  number: E164,
  now: number,
  published: () => Promise<BlockEvidence>,
): Promise<BlockEvidence> {
  const block = await directory.vault.blockId(blockOf(number));
  const snapshot = await onStore("d1", () => directory.records.readSnapshot([block])).catch(nullIfOutage);
  if (snapshot === null) return published();
  const { folded } = await foldSnapshot(directory, snapshot);
  const { evidence } = placeBlocks([block], folded, snapshot.hundreds, weekOf(now));
  return evidence.get(block) ?? new Map();
}

/** Puts pages into KV, a few at a time; returns those that KV accepted. */
async function putPages(records: Directory["records"], pages: readonly MadePage[]): Promise<MadePage[]> {
  const taken: MadePage[] = [];
  const waiting = pages.values();
  const lane = async (): Promise<void> => {
    for (const page of waiting) {
      const put = await Promise.allSettled([records.putPage(page.block, page.sealed)]);
      if (put[0].status === "fulfilled") taken.push(page);
    }
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, lane));
  return taken;
}

interface MadePage extends Mark {
  /** The version that stands in D1 once `write` is done; 0 for no page. */
  readonly version: number;
  readonly sealed: Uint8Array<ArrayBuffer> | null;
  readonly write: { readonly block: BlockId; readonly version: number; readonly body: string | null } | null;
}

async function makePage(
  vault: Vault,
  mark: Mark,
  evidence: BlockEvidence | undefined,
  versions: ReadonlyMap<BlockId, number>,
): Promise<MadePage> {
  const { block } = mark;
  const before = versions.get(block) ?? 0;
  if (evidence === undefined) {
    // Nothing is known any more: the page is removed.
    const write = before === 0 ? null : { block, version: before + 1, body: null };
    return { ...mark, version: 0, sealed: null, write };
  }
  const sealed = await vault.seal({ table: "pages", id: block }, encodePage(evidence));
  return { ...mark, version: before + 1, sealed, write: { block, version: before + 1, body: toBase64Url(sealed) } };
}

/** Makes the pages of blocks; one that cannot be made is logged as a bug and left out. */
async function makePages(
  { vault, logger }: Directory,
  marks: readonly Mark[],
  broken: ReadonlySet<BlockId>,
  evidence: ReadonlyMap<BlockId, BlockEvidence>,
  versions: ReadonlyMap<BlockId, number>,
): Promise<MadePage[]> {
  const made = await Promise.all(
    marks.map(async (mark): Promise<MadePage | null> => {
      if (broken.has(mark.block)) return null;
      try {
        return await makePage(vault, mark, evidence.get(mark.block), versions);
      } catch (thrown) {
        logBug(logger, thrown);
        return null;
      }
    }),
  );
  return made.filter((page) => page !== null);
}

/** What is known of each block. `broken` are those of which what stands in D1 makes no sense: a bug wrote it, or reads it. */
async function foldSnapshot(
  directory: Directory,
  snapshot: Snapshot,
): Promise<{ folded: Map<BlockId, BlockEvidence>; broken: Set<BlockId> }> {
  const broken = new Set<BlockId>();
  const complaints = Map.groupBy(snapshot.complaints, (row) => row.block);
  const names = Map.groupBy(snapshot.names, (row) => row.block);
  const parts = Map.groupBy(snapshot.parts, (row) => row.block);
  const folded = new Map<BlockId, BlockEvidence>();
  for (const block of new Set([...complaints.keys(), ...names.keys(), ...parts.keys()])) {
    // Only take-in writes it, with values of the closed lists.
    const about = (complaints.get(block) ?? []).map((row): ComplaintRow => {
      return { ...row, undated: row.undated === 1, category: row.category as Category | "" };
    });
    const named = await openNames(directory, names.get(block) ?? []);
    const voted = await openBallots(directory, parts.get(block) ?? []);
    const owned = await openOwners(directory, parts.get(block) ?? []);
    try {
      const counting = await withoutTakenNames(directory.vault, parts.get(block) ?? [], { named, voted, owned });
      const evidence = foldBlock(about, counting.named, counting.voted, counting.owned);
      // All rows may have been unopenable, or from before a change of hands.
      if (evidence.size > 0) folded.set(block, evidence);
    } catch (thrown) {
      logBug(directory.logger, thrown);
      broken.add(block);
    }
  }
  return { folded, broken };
}

async function openNames({ vault }: Directory, rows: Snapshot["names"]): Promise<NameRow[]> {
  const opened = await Promise.all(
    rows.map(async (row): Promise<NameRow | null> => {
      const name = await vault.stored.text({ table: "evidence", id: row.caller }, row.name);
      return name === null ? null : { ...row, undated: row.undated === 1, name, kind: (row.kind ?? "other") as Kind };
    }),
  );
  return opened.filter((row) => row !== null);
}

async function openBallots({ vault }: Directory, rows: Snapshot["parts"]): Promise<BallotRow[]> {
  const opened = await Promise.all(
    rows.map(async ({ line, caller, ballot }): Promise<BallotRow | null> => {
      const place = { table: "callers", id: caller } as const;
      const part = ballot === null ? null : await vault.stored.json<BallotPart>(place, ballot);
      return part === null ? null : { line, ballot: part };
    }),
  );
  return opened.filter((row) => row !== null);
}

async function openOwners({ vault }: Directory, rows: Snapshot["parts"]): Promise<OwnerRow[]> {
  const opened = await Promise.all(
    rows.map(async ({ line, caller, ownership }): Promise<OwnerRow | null> => {
      const part = ownership === null ? null : await vault.stored.json<StoredOwnerPart>(ownerSeal(caller), ownership);
      return part === null ? null : { line, part };
    }),
  );
  return opened.filter((row) => row !== null);
}
