import { fittedFor, suspectedIn, type AreaRow, type FittedAreas, type TenThousand } from "../verdict/areas.ts";
import { weekOf, type Week } from "../verdict/decay.ts";
import type { AreaId, BlockId, Vault } from "../vault/vault.ts";
import { changedBlocks, decodeBody, encodeBody, type AreaBody, type SealedBody } from "./area-body.ts";
import { countedIn, lineKey, mayMatter, placedIn } from "./area-fold.ts";
import { nameAreas, openNamed } from "./area-marks.ts";
import type { AreaSnapshot, AreaWrites } from "./area-records.ts";
import type { Directory } from "./directory.ts";
import { marksOf } from "./dirty-records.ts";
import { ownerSeal, type StoredOwnerPart, type TakenDown } from "./owner-part.ts";
import { blockPlace, type BlockPlace } from "./place.ts";

/**
 * Marks that a run takes at most: those of a batch name a thousand areas or less. The more at a time, the fewer ten thousands
 * are computed again, since the batches of an import name many of the same.
 */
const MARKS_A_RUN = 64;
/** Ten thousands read and written at a time; lookups have their turn in between. */
const AREAS_A_STEP = 250;
/** Ten thousands computed without a pause: a few milliseconds. */
const AREAS_A_TURN = 10;
const HUNDREDS = 100;

/** What a run did. */
export interface AreaRun {
  /** Ten thousands computed. */
  readonly areas: number;
  /** Slots of publishers that have new marks. */
  readonly slots: readonly string[];
  /** Whether marks may be left. */
  readonly more: boolean;
}

/**
 * Computes the ten thousands whose evidence has changed, from all of it, and removes their marks. What changes meanwhile has
 * left another mark, so a run may die, come twice, or meet another one. Throws if D1 does not answer.
 * @param claim random, new for every run
 */
export async function rebuildAreas(directory: Directory, claim: string, now: number): Promise<AreaRun> {
  const { records, vault } = directory;
  const named = await records.areas.claim(claim, MARKS_A_RUN);
  if (named.length === 0) return { areas: 0, slots: [], more: await markAgeing(directory, now) };
  const opened = await Promise.all(named.map((sealed) => openNamed(vault, sealed)));
  // What cannot be opened is counted, and goes.
  const digits = [...new Set(opened.flatMap((some) => some ?? []))].filter((area) => fittedFor(area) !== null).sort();
  const slots = new Set<string>();
  for (let at = 0; at < digits.length; at += AREAS_A_STEP) {
    const writes = await computeAreas(directory, digits.slice(at, at + AREAS_A_STEP), weekOf(now));
    await records.areas.write(claim, named.length, writes, weekOf(now), now);
    for (const { slot } of writes.marks) slots.add(slot);
  }
  await records.areas.finish(claim);
  return { areas: digits.length, slots: [...slots], more: true };
}

/** In a new week: marks rows that ageing changes, or, when there are none left, tables as due. Whether it did anything. */
async function markAgeing(directory: Directory, now: number): Promise<boolean> {
  const { records } = directory;
  const week = weekOf(now);
  const old = (await records.areas.readTables()).filter((table) => table.week < week);
  if (old.length === 0) return false;
  const ageing = await openBodies(directory, await records.areas.readAgeing(week));
  const marked = await nameAreas(
    directory.vault,
    [...ageing.values()].map(({ digits }) => digits),
  );
  if (marked === null) for (const { code } of old) await records.areas.dueTable(code, week, now);
  else await records.areas.mark([marked], now);
  return true;
}

/** Computes ten thousands from all evidence of them. @param digits with `+`; something is fitted for each */
async function computeAreas(directory: Directory, digits: readonly string[], week: Week): Promise<AreaWrites> {
  const { records, vault } = directory;
  const ids = await Promise.all(digits.map((area) => vault.areaId(area)));
  const snapshot = await records.areas.readSnapshot(ids);
  const taken = await openTaken(vault, snapshot.owned);
  const complaints = Map.groupBy(snapshot.complaints, ({ at }) => at);
  const standing = new Map(snapshot.standing.map(({ at, body }) => [at, body]));

  const put: AreaWrites["put"][number][] = [];
  const gone: AreaId[] = [];
  const blocks: BlockPlace[] = [];
  const codes = new Map<string, boolean>();
  for (const [at, area] of digits.entries()) {
    const fitted = fittedFor(area);
    const id = ids[at];
    if (fitted === null || id === undefined) continue;
    // Computing alone never yields the thread.
    if (at % AREAS_A_TURN === 0) await scheduler.wait(0);
    const sealed = standing.get(at);
    const before = sealed === undefined ? null : await openBody(vault, id, sealed);
    const counted = countedIn(complaints.get(at) ?? [], taken);
    const after = await computeArea(vault, fitted, area, counted, week);
    if (after !== null) {
      const body = { digits: area, rows: after.rows, own: after.own };
      put.push({
        area: id,
        code: fitted.callingCode,
        body: await sealBody(vault, id, body),
        changes: changesOf(after),
      });
    } else if (sealed !== undefined) gone.push(id);
    // Of a row that does not open nobody knows what the table holds.
    const isUnknown = sealed !== undefined && before === null;
    const isOther = isUnknown || textOfRows(before?.rows) !== textOfRows(after?.rows);
    codes.set(fitted.callingCode, isOther || codes.get(fitted.callingCode) === true);
    for (const block of changedBlocks(before?.own ?? [], after?.own ?? [])) {
      blocks.push(await blockPlace(vault, `${area}${block}`));
    }
  }
  return { put, gone, marks: await marksOf(vault, blocks), codes };
}

/** What the complaints of a ten thousand make suspected; null for nothing. */
async function computeArea(
  vault: Vault,
  fitted: FittedAreas,
  digits: string,
  counted: ReturnType<typeof countedIn>,
  week: Week,
): Promise<TenThousand | null> {
  if (!mayMatter(fitted, counted, week)) return null;
  const hundreds = await findBlocks(vault, digits, new Set(counted.map(({ block }) => block)));
  const found = suspectedIn(fitted, placedIn(counted, hundreds), week);
  return found.rows.length + found.own.length === 0 ? null : found;
}

/** Where blocks lie in their ten thousand, 0–99: ids cannot be turned back, so all are made until these are found. */
async function findBlocks(
  vault: Vault,
  digits: string,
  wanted: ReadonlySet<BlockId>,
): Promise<ReadonlyMap<BlockId, number>> {
  const found = new Map<BlockId, number>();
  for (let hundred = 0; hundred < HUNDREDS && found.size < wanted.size; hundred += 1) {
    const block = await vault.blockId(`${digits}${String(hundred).padStart(2, "0")}`);
    if (wanted.has(block)) found.set(block, hundred);
  }
  return found;
}

/** The first week in which the row has to be computed again: to say more, to say less of numbers, or to go. */
function changesOf({ rows, own, changes }: TenThousand): Week {
  const ends = [...own.map(({ until }) => until), Math.max(...[...rows, ...own].map(({ until }) => until))];
  return Math.min(changes ?? Number.POSITIVE_INFINITY, ...ends.map((until) => until + 1));
}

function textOfRows(rows: readonly AreaRow[] | undefined): string {
  return rows === undefined || rows.length === 0 ? "" : encodeBody({ digits: "", rows, own: [] });
}

async function openTaken(vault: Vault, owned: AreaSnapshot["owned"]): Promise<ReadonlyMap<string, TakenDown>> {
  const taken = new Map<string, TakenDown>();
  for (const { block, line, ownership } of owned) {
    const part = await vault.stored.json<StoredOwnerPart>(ownerSeal(block, line), ownership);
    if (part !== null && part.taken !== null) taken.set(lineKey({ block, line }), part.taken);
  }
  return taken;
}

/** Opens rows, those that do not open left out. */
export async function openBodies(
  { vault }: Directory,
  rows: readonly { readonly area: AreaId; readonly body: string }[],
): Promise<ReadonlyMap<AreaId, AreaBody>> {
  const opened = new Map<AreaId, AreaBody>();
  for (const { area, body } of rows) {
    const said = await openBody(vault, area, body);
    if (said !== null) opened.set(area, said);
  }
  return opened;
}

async function openBody(vault: Vault, area: AreaId, sealed: string): Promise<AreaBody | null> {
  const body = await vault.stored.json<SealedBody>({ table: "areas", id: area }, sealed);
  return body === null ? null : (decodeBody(body) ?? vault.stored.skip("areas", "malformed"));
}

function sealBody(vault: Vault, area: AreaId, body: AreaBody): Promise<string> {
  return vault.sealText({ table: "areas", id: area }, encodeBody(body));
}
