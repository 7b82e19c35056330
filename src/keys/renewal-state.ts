import { SEALS_EXPIRE_DAYS } from "../storage/object-rows.ts";
import { sum } from "../storage/renewing.ts";
import { DAY_MS, HOUR_MS } from "../time/days.ts";
import type { RenewalRow, SealKeyRow } from "./key-records.ts";

/** Isolates of the former deployment are gone after this long, ms. */
const ROLLOUT_MS = HOUR_MS;
/** When what a pass left is tried again, ms; and when a pass looks again that has nothing but time to wait for. */
const AGAIN_MS = 5 * 60_000;
const LOOK_MS = DAY_MS;
const EXPIRE_MS = SEALS_EXPIRE_DAYS * DAY_MS;

/** A pass over all lists. */
export interface Pass {
  /** When it began, ms since 1970. */
  readonly began: number;
  /** When its last list came to its end, or null. */
  readonly ended: number | null;
  readonly renewed: number;
  /** As in `ListedStep`. */
  readonly left: Readonly<Record<string, number>>;
}

/** The pass that rows are of; null where there is none of just these lists, or they are not of one pass. */
export function passOf(rows: readonly RenewalRow[], lists: readonly string[]): Pass | null {
  const [one] = rows;
  const whole = lists.length === rows.length && lists.every((name) => rows.some(({ store }) => store === name));
  if (one === undefined || !whole || rows.some(({ pass }) => pass !== one.pass)) return null;
  const ends = rows.map(({ ended }) => ended);
  return {
    began: one.pass,
    ended: ends.includes(null) ? null : Math.max(...ends.map(Number)),
    renewed: rows.reduce((all, { renewed }) => all + renewed, 0),
    left: sum(...rows.map(leftOf)),
  };
}

/** What a list has left. */
export function leftOf({ left }: Pick<RenewalRow, "left">): Record<string, number> {
  return JSON.parse(left) as Record<string, number>;
}

/** The key that seals, and those whose seals are to be renewed. Null while there is none of either. */
export function keysAtWork(
  rows: readonly SealKeyRow[],
): { readonly first: SealKeyRow; readonly old: readonly (SealKeyRow & { readonly until: number })[] } | null {
  const first = rows.find(({ until }) => until === null);
  const old = rows.flatMap((row) => (row.until === null || row.done !== null ? [] : [{ ...row, until: row.until }]));
  return first === undefined || old.length === 0 ? null : { first, old };
}

/**
 * Whether a pass is to begin: the first one since the first key seals; one after another deployment's last seals; one more
 * where something was left; and the last one, when all that ends by itself has ended.
 */
export function isPassDue(
  { first, old }: NonNullable<ReturnType<typeof keysAtWork>>,
  pass: Pass | null,
  now: number,
): boolean {
  if (pass === null || pass.began < first.since) return true;
  if (pass.ended === null) return false;
  const { began, ended, left } = pass;
  const passed = (at: number): boolean => began < at && now >= at;
  if (old.some(({ until }) => passed(until + ROLLOUT_MS) || passed(until + EXPIRE_MS))) return true;
  const { sessions: _, ...values } = left;
  return now >= ended + (Object.keys(values).length > 0 ? AGAIN_MS : LOOK_MS);
}

/**
 * Whether nothing is sealed under a key any more: a whole pass found nothing, which began when whatever ends by itself
 * had ended.
 */
export function isFree({ id, until }: Pick<SealKeyRow, "id" | "until">, pass: Pass | null): boolean {
  if (until === null || pass === null || pass.ended === null) return false;
  const { [id]: own = 0, unasked = 0, sessions = 0, unpublished = 0 } = pass.left;
  return pass.began >= until + EXPIRE_MS && own + unasked + sessions + unpublished === 0;
}

/** The first moment at which a key that stopped sealing at `until` can be free, ms. */
export function freeFrom(until: number): number {
  return until + EXPIRE_MS;
}
