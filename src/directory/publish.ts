import { blockOf, type E164 } from "../numbers/number.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Slot } from "../telemetry/logger.ts";
import { nullIfOutage, onStore } from "../telemetry/store-failure.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import type { BlockId, Vault } from "../vault/vault.ts";
import { fittedFor } from "../verdict/areas.ts";
import type { BallotPart, BlockEvidence } from "../verdict/evidence.ts";
import { needsPage } from "../verdict/visible.ts";
import { ownOfBlock } from "./area-body.ts";
import { openBodies } from "./areas.ts";
import { placeMarks, type MarkedBlocks } from "./block-digits.ts";
import { categoryOf, kindOf } from "./codes.ts";
import type { Directory } from "./directory.ts";
import { BLOCKS_A_MARK, type Mark } from "./dirty-records.ts";
import { foldBlock, type BallotRow, type ComplaintRow, type NameRow, type OwnerRow } from "./fold.ts";
import { ownerSeal, type StoredOwnerPart } from "./owner-part.ts";
import { encodePage } from "./page.ts";
import { blockPlace, lineId, type BlockPlace } from "./place.ts";
import type { PageWrite, Snapshot } from "./records.ts";
import { withoutTakenNames } from "./without-taken-names.ts";

/**
 * Blocks a run publishes at most: a short turn, after which others have theirs, and far from the 1,000 operations that the
 * platform allows an invocation.
 */
export const BLOCKS_A_RUN = BLOCKS_A_MARK;
/** Marks a run reads: those that only name blocks of its own are done with them, whatever their place in the queue. */
const MARKS_A_RUN = 100;

/** Connections that an invocation may have waiting at a time: the platform's limit. A slot's run is an invocation of its own. */
const PUTS_AT_ONCE = 6;

/** What a run did. `failed` pages keep their marks; `more` says that the slot may hold further marks. */
export interface PublishRun {
  readonly published: number;
  readonly failed: number;
  readonly more: boolean;
}

/**
 * Publishes the dirty blocks of a slot whose turn it is: pages in D1, then in KV, then the marks removed that were read.
 * What changes meanwhile leaves a mark of its own. After a crash the marks are still there, and the next run writes the
 * same evidence. Throws if D1 does not answer; a page that KV does not accept is counted as failed.
 */
export async function publishSlot(
  directory: Directory,
  slot: Slot,
  now: number,
  limit = BLOCKS_A_RUN,
): Promise<PublishRun> {
  const { records } = directory;
  const waiting = await records.dirty.readMarks(slot, MARKS_A_RUN);
  if (waiting.length === 0) return { published: 0, failed: 0, more: false };

  const marks = nextMarks(waiting, limit);
  const { places, gone } = await placeMarks(directory, marks);
  const snapshot = await records.readSnapshot([...places.values()]);
  const { folded, broken } = await foldSnapshot(directory, snapshot, places);
  const made = await makePages(directory, places, broken, folded, snapshot.versions);
  made.push(...gone.map((block): MadePage => ({ block, version: 0, sealed: null, write: null })));

  await records.writePages(made.flatMap((page) => page.write ?? []));
  const published = await putPages(records, made);
  const versions = new Map(published.map(({ block, version }) => [block, version]));
  const isDone = ({ blocks }: Mark): boolean => blocks.every((block) => versions.has(block));
  const done = marks.filter(isDone);
  if (done.length > 0) await records.dirty.clearMarks(done, versions);
  const isMade = new Set(made.map(({ block }) => block));
  const unmade = [...new Set(marks.flatMap(({ blocks }) => blocks))].filter((block) => !isMade.has(block));
  const kept = await copyStanding(records, unmade);
  // To the end of the queue: a page that cannot be made must not block the others.
  const isTried = (block: BlockId): boolean => versions.has(block) || kept.has(block);
  const tried = marks.filter((mark) => !isDone(mark) && mark.blocks.every(isTried));
  if (tried.length > 0) await records.dirty.postpone(tried, now);
  return {
    published: published.length,
    failed: made.length - published.length + unmade.length - kept.size,
    more: waiting.length > marks.length || waiting.length === MARKS_A_RUN,
  };
}

/** The marks of a run, the first of those that wait among them: as many as name no more than `limit` blocks. */
function nextMarks(waiting: readonly Mark[], limit: number): Mark[] {
  const blocks = new Set<BlockId>();
  return waiting.filter((mark) => {
    const more = mark.blocks.filter((block) => !blocks.has(block));
    if (blocks.size > 0 && blocks.size + more.length > limit) return false;
    for (const block of more) blocks.add(block);
    return true;
  });
}

/**
 * What a block's page will hold once everything that stands in D1 is published: for those who have just changed it, and
 * for whoever asks why. Costs D1 four queries; a lookup reads the published page. @param published while D1 does not answer
 */
export async function currentEvidence(
  directory: Directory,
  number: E164,
  published: () => Promise<BlockEvidence>,
): Promise<BlockEvidence> {
  const place = await blockPlace(directory.vault, blockOf(number));
  const { block } = place;
  const snapshot = await onStore("d1", () => directory.records.readSnapshot([place])).catch(nullIfOutage);
  if (snapshot === null) return published();
  const { folded } = await foldSnapshot(directory, snapshot, new Map([[block, place]]));
  return shown(place, folded.get(block)) ?? new Map();
}

/** What a block's page holds, undefined for no page: nothing would be shown of its numbers themselves. */
function shown({ digits }: BlockPlace, evidence: BlockEvidence | undefined): BlockEvidence | undefined {
  return evidence !== undefined && needsPage(evidence, fittedFor(digits) !== null) ? evidence : undefined;
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

/**
 * Copies the pages of blocks as they stand in D1 into KV, where no new one can be made: what KV does not have is taken to be
 * nowhere. Returns the blocks with which KV is level.
 */
async function copyStanding(records: Directory["records"], blocks: readonly BlockId[]): Promise<Set<BlockId>> {
  const level = new Set(blocks);
  if (blocks.length === 0) return level;
  for (const { block, body } of await records.readPages(blocks)) {
    const put = await Promise.allSettled([records.putPage(block, fromBase64Url(body))]);
    if (put[0].status === "rejected") level.delete(block);
  }
  return level;
}

interface MadePage {
  readonly block: BlockId;
  /** The version that stands in D1 once `write` is done; 0 for no page. */
  readonly version: number;
  readonly sealed: Uint8Array<ArrayBuffer> | null;
  readonly write: PageWrite | null;
}

async function makePage(
  vault: Vault,
  place: BlockPlace,
  folded: BlockEvidence | undefined,
  versions: ReadonlyMap<BlockId, number>,
): Promise<MadePage> {
  const { block, digits } = place;
  const before = versions.get(block) ?? 0;
  const evidence = shown(place, folded);
  if (evidence === undefined) {
    const write = before === 0 ? null : { block, version: before + 1, body: null };
    return { block, version: 0, sealed: null, write };
  }
  const sealed = await vault.seal({ table: "pages", id: block }, encodePage(digits, evidence));
  const version = before + 1;
  return { block, version, sealed, write: { block, version, body: sealed } };
}

/** Makes the pages of blocks; one that cannot be made is logged as a bug and left out. */
async function makePages(
  { vault, logger }: Directory,
  places: MarkedBlocks["places"],
  broken: ReadonlySet<BlockId>,
  evidence: ReadonlyMap<BlockId, BlockEvidence>,
  versions: ReadonlyMap<BlockId, number>,
): Promise<MadePage[]> {
  const made = await Promise.all(
    [...places.values()].map(async (place): Promise<MadePage | null> => {
      if (broken.has(place.block)) return null;
      try {
        return await makePage(vault, place, evidence.get(place.block), versions);
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
  places: MarkedBlocks["places"],
): Promise<{ folded: Map<BlockId, BlockEvidence>; broken: Set<BlockId> }> {
  const broken = new Set<BlockId>();
  const complaints = Map.groupBy(snapshot.complaints, (row) => row.block);
  const names = Map.groupBy(snapshot.names, (row) => row.block);
  const parts = Map.groupBy(snapshot.parts, (row) => row.block);
  const areas = new Map(snapshot.areas.map(({ block, body }) => [block, body]));
  const folded = new Map<BlockId, BlockEvidence>();
  for (const block of new Set([...complaints.keys(), ...names.keys(), ...parts.keys()])) {
    const about = (complaints.get(block) ?? []).map((row): ComplaintRow => {
      return { ...row, undated: row.undated === 1, category: categoryOf(row.category) };
    });
    const named = await openNames(directory, names.get(block) ?? []);
    const voted = await openBallots(directory, parts.get(block) ?? []);
    const owned = await openOwners(directory, parts.get(block) ?? []);
    try {
      const counting = await withoutTakenNames(directory.vault, places.get(block)?.digits ?? "", {
        named,
        voted,
        owned,
      });
      const own = await openOwn(directory, places.get(block), areas.get(block));
      const evidence = foldBlock(about, counting.named, counting.voted, counting.owned, own);
      // All rows may have been unopenable, or from before a change of hands.
      if (evidence.size > 0) folded.set(block, evidence);
    } catch (thrown) {
      logBug(directory.logger, thrown);
      broken.add(block);
    }
  }
  return { folded, broken };
}

/** The numbers of a block that their own complaints make suspected. @param body what stands of their ten thousand */
async function openOwn(
  directory: Directory,
  place: BlockPlace | undefined,
  body: string | undefined,
): Promise<ReturnType<typeof ownOfBlock>> {
  if (place === undefined || body === undefined) return new Map();
  const said = (await openBodies(directory, [{ area: place.area, body }])).get(place.area);
  return said === undefined ? new Map() : ownOfBlock(said, place.digits.slice(-2));
}

async function openNames({ vault }: Directory, rows: Snapshot["names"]): Promise<NameRow[]> {
  const opened = await Promise.all(
    rows.map(async (row): Promise<NameRow | null> => {
      const name = await vault.stored.text({ table: "evidence", id: lineId(row.block, row.line) }, row.name);
      return name === null ? null : { ...row, undated: row.undated === 1, name, kind: kindOf(row.kind) ?? "other" };
    }),
  );
  return opened.filter((row) => row !== null);
}

async function openBallots({ vault }: Directory, rows: Snapshot["parts"]): Promise<BallotRow[]> {
  const opened = await Promise.all(
    rows.map(async ({ block, line, ballot }): Promise<BallotRow | null> => {
      const place = { table: "callers", id: lineId(block, line) } as const;
      const part = ballot === null ? null : await vault.stored.json<BallotPart>(place, ballot);
      return part === null ? null : { line, ballot: part };
    }),
  );
  return opened.filter((row) => row !== null);
}

async function openOwners({ vault }: Directory, rows: Snapshot["parts"]): Promise<OwnerRow[]> {
  const opened = await Promise.all(
    rows.map(async ({ block, line, ownership }): Promise<OwnerRow | null> => {
      const place = ownerSeal(block, line);
      const part = ownership === null ? null : await vault.stored.json<StoredOwnerPart>(place, ownership);
      return part === null ? null : { line, part };
    }),
  );
  return opened.filter((row) => row !== null);
}
