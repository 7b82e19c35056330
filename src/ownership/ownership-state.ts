import type { Kind, OwnerPart } from "../verdict/evidence.ts";

/** What an owner has said of a proved number, and when: days since 1970-01-01, weeks as in `verdict/decay`. */
export interface Owned {
  readonly name: string | null;
  readonly kind: Kind;
  /** Whether the number is taken out of the evidence on its block. */
  readonly carved: boolean;
  /** The week in which the owner said that the number had changed hands; null when nobody did. */
  readonly since: number | null;
  /** False once the owner took the number out. */
  readonly listed: boolean;
  readonly named: number | null;
  /** The day on which the number was let in again. */
  readonly relisted: number | null;
  readonly handedOver: number | null;
  readonly disputed: number | null;
  readonly dispute: "open" | "kept" | "removed" | null;
}

/** What an owner asks for, or an operator (`decide`, `take-down`), or the clock (`lapse`). Fields left out stay; a name of null is taken back. */
export type OwnedChange =
  | {
      readonly does: "say";
      readonly name?: string | null | undefined;
      readonly kind?: Kind | undefined;
      readonly handOver: boolean;
    }
  | { readonly does: "unlist" | "relist" | "dispute" | "lapse" | "take-down" | "forget" }
  | { readonly does: "decide"; readonly decision: "keep" | "remove" };

/** What is used up, and for how many days. */
export type OwnedQuota = "name" | "handover" | "dispute";

export type OwnedChanged =
  | { readonly ok: true; readonly owned: Owned; readonly altered: boolean; readonly emptying: boolean }
  | { readonly ok: false; readonly code: "number-unlisted" }
  | { readonly ok: false; readonly code: "changed-recently"; readonly quota: OwnedQuota; readonly until: number };

/** Days that must pass between two changes of a kind. A number that is given up rests for months before its next owner. */
export const QUOTA_DAYS: Readonly<Record<OwnedQuota, number>> = { name: 30, handover: 365, dispute: 30 };

/** A number of which no owner has said anything. */
export const UNSAID: Owned = {
  name: null,
  kind: "other",
  carved: false,
  since: null,
  listed: true,
  named: null,
  relisted: null,
  handedOver: null,
  disputed: null,
  dispute: null,
};

/**
 * What a change makes of what was said. Pure; `emptying` says that the votes on the number are to be dropped.
 * @param day today @param week this week
 */
export function changeOwned(before: Owned, change: OwnedChange, day: number, week: number): OwnedChanged {
  switch (change.does) {
    case "say":
      return say(before, change, day, week);
    case "unlist":
      // The days stay: taking a number out and back in must not refill what may be changed once in a while.
      return done({ ...UNSAID, listed: false, named: before.named, handedOver: before.handedOver }, true);
    case "relist":
      // What others said is gone by now, and with it a verdict that would keep the owner from naming the number. So the
      // name rests from here, also after a change of hands: going out and in must not be the way around it.
      return before.listed ? same(before) : done({ ...before, listed: true, relisted: day });
    case "dispute": {
      if (!before.listed) return { ok: false, code: "number-unlisted" };
      if (before.dispute === "open") return same(before);
      const until = restsUntil(before.disputed, "dispute", day);
      if (until !== null) return { ok: false, code: "changed-recently", quota: "dispute", until };
      return done({ ...before, disputed: day, dispute: "open" });
    }
    case "lapse":
      return before.dispute === "open" ? done({ ...before, dispute: null }) : same(before);
    case "take-down":
      // The days stay. Also where nothing changes: there may have been votes since.
      return before.listed
        ? done({ ...before, name: null, kind: UNSAID.kind, carved: true, since: week, dispute: null }, true)
        : same(before);
    case "forget": {
      // The days stay, and a tombstone: an account that ends refills nothing and brings nothing back.
      const after: Owned = { ...before, name: null, kind: UNSAID.kind, carved: false, dispute: null };
      return isSame(before, after) ? same(before) : done(after);
    }
    case "decide":
      if (before.dispute !== "open") return same(before);
      if (change.decision === "keep") return done({ ...before, dispute: "kept" });
      return done({ ...before, dispute: "removed", since: week, carved: true }, true);
  }
}

function say(
  before: Owned,
  { name, kind, handOver }: Extract<OwnedChange, { does: "say" }>,
  day: number,
  week: number,
): OwnedChanged {
  if (!before.listed) return { ok: false, code: "number-unlisted" };
  let after: Owned = { ...before, carved: true };
  if (handOver) {
    const until = restsUntil(before.handedOver, "handover", day);
    if (until !== null) return { ok: false, code: "changed-recently", quota: "handover", until };
    // What the former owner said goes too.
    after = { ...UNSAID, carved: true, since: week, handedOver: day, relisted: before.relisted };
  }
  const wanted = { name: name === undefined ? after.name : name, kind: kind ?? after.kind };
  if (wanted.name !== after.name || (wanted.name !== null && wanted.kind !== after.kind)) {
    if (wanted.name === null) {
      after = { ...after, name: null };
    } else {
      const until = nameRestsUntil(after, day);
      if (until !== null) return { ok: false, code: "changed-recently", quota: "name", until };
      after = { ...after, ...wanted, named: day };
    }
  }
  return isSame(before, after) ? same(before) : done(after, handOver);
}

/** The day from which a change may be made again, or null when that is today or was before. */
function restsUntil(last: number | null, quota: OwnedQuota, day: number): number | null {
  const until = last === null ? day : last + QUOTA_DAYS[quota];
  return until > day ? until : null;
}

function nameRestsUntil({ named, relisted }: Owned, day: number): number | null {
  return restsUntil(Math.max(named ?? -Infinity, relisted ?? -Infinity), "name", day);
}

/** The day from which the name may be changed. */
export function nameableFrom(owned: Owned, day: number): number {
  return nameRestsUntil(owned, day) ?? day;
}

/** What the directory publishes of it; null when the owner says nothing. */
export function partOf({ name, kind, carved, since }: Owned): OwnerPart | null {
  if (name === null && !carved && since === null) return null;
  return { name, kind, photo: null, carved, since };
}

function isSame(a: Owned, b: Owned): boolean {
  return (Object.keys(a) as (keyof Owned)[]).every((key) => a[key] === b[key]);
}

function same(owned: Owned): OwnedChanged {
  return { ok: true, owned, altered: false, emptying: false };
}

function done(owned: Owned, emptying = false): OwnedChanged {
  return { ok: true, owned, altered: true, emptying };
}

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** How long to wait after the n-th failure in a row, ms. */
export function retryDelay(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1));
}
