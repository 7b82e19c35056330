import { takenTogether, type OwnerPart, type TakenDown } from "../directory/owner-part.ts";
import type { E164 } from "../numbers/number.ts";
import { weekOf } from "../verdict/decay.ts";
import type { Kind, Override } from "../verdict/evidence.ts";
import { dayOf } from "../time/days.ts";

/** What the account of a number shows of its profile. */
export interface Profiled {
  /** Null while it shows nothing: then the last revision is kept, so that no older one comes back. */
  readonly name: string | null;
  readonly photo: string | null;
  /** Random, of one account: its revisions are in order among themselves alone. */
  readonly writer: string;
  readonly revision: number;
  /** When the account said it, ms. */
  readonly said: number;
}

/**
 * What an owner has said of a proved number, and when: days since 1970-01-01, weeks as in `verdict/decay`; what the
 * account of the number shows; and what operators decided about it.
 */
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
  /** The day on which the number was let in again last; also while it is out once more. */
  readonly relisted: number | null;
  readonly handedOver: number | null;
  readonly disputed: number | null;
  readonly dispute: "open" | "kept" | "removed" | null;
  readonly profile: Profiled | null;
  /** When the profile was last dropped, ms: what an account said until then may still be on its way. */
  readonly profilesSince: number | null;
  readonly override: Override | null;
  readonly taken: TakenDown | null;
  /** Whether the number's ballot may have been told of names that were taken down. */
  readonly barred: boolean;
}

/**
 * What an owner asks for; or an operator (`decide`, `take-down`, `override`, `undo`), with what datasets and the crowd held
 * of the number then; or the number's account (`profile`: null when the account ends); or the clock (`lapse`). Fields left
 * out stay; a name of null is taken back.
 */
export type OwnedChange =
  | {
      readonly does: "say";
      readonly name?: string | null | undefined;
      readonly kind?: Kind | undefined;
      /** The number itself, where it changed hands: its account is to be told. Null where it did not. */
      readonly handOver: E164 | null;
    }
  | { readonly does: "unlist" | "relist" | "dispute" | "lapse" | "forget" | "undo" }
  | { readonly does: "take-down"; readonly held: TakenDown }
  | { readonly does: "override"; readonly override: Override }
  | { readonly does: "profile"; readonly writer: string; readonly profile: Omit<Profiled, "writer"> | null }
  | { readonly does: "decide"; readonly decision: "keep" }
  | { readonly does: "decide"; readonly decision: "remove"; readonly held: TakenDown };

/** What is used up, and for how many days. */
export type OwnedQuota = "name" | "handover" | "dispute" | "relist";

export type OwnedChanged =
  | { readonly ok: true; readonly owned: Owned; readonly altered: boolean; readonly emptying: boolean }
  | { readonly ok: false; readonly code: "number-unlisted" }
  | { readonly ok: false; readonly code: "changed-recently"; readonly quota: OwnedQuota; readonly until: number };

/** Days that must pass between two changes of a kind. A number that is given up rests for months before its next owner. */
export const QUOTA_DAYS: Readonly<Record<OwnedQuota, number>> = { name: 30, handover: 365, dispute: 30, relist: 1 };

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
  profile: null,
  profilesSince: null,
  override: null,
  taken: null,
  barred: false,
};

/**
 * What a change makes of what was said. Pure; `emptying` says that the votes on the number are to be dropped.
 * @param now ms
 */
export function changeOwned(before: Owned, change: OwnedChange, now: number): OwnedChanged {
  const day = dayOf(now);
  switch (change.does) {
    case "say":
      return say(before, change, now);
    case "unlist":
      // Never refused. Asked again on the day on which it was done, there is nothing to do; later it is done anew.
      if (!before.listed && before.profilesSince !== null && dayOf(before.profilesSince) === day) return same(before);
      // The days stay: taking a number out and back in must not refill what may be changed once in a while.
      // So does what operators decided, but for a name: going out and in must not be the way around it.
      return done(
        {
          ...UNSAID,
          listed: false,
          named: before.named,
          handedOver: before.handedOver,
          relisted: before.relisted,
          profilesSince: now,
          override: before.override?.spam == null ? null : { ...before.override, name: null },
          taken: before.taken,
          barred: before.barred,
        },
        true,
      );
    case "relist": {
      if (before.listed) return same(before);
      // Each turn of out and in is work for every store: one a day. Going out is never what has to wait.
      const until = restsUntil(before.relisted, "relist", day);
      if (until !== null) return { ok: false, code: "changed-recently", quota: "relist", until };
      // What others said is gone by now, and with it a verdict that would keep the owner from naming the number. So the
      // name rests from here, also after a change of hands: going out and in must not be the way around it.
      return done({ ...before, listed: true, relisted: day });
    }
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
      return before.listed ? done(takenDown(before, change.held, now), true) : same(before);
    case "override":
      return before.listed ? done({ ...before, override: change.override }) : { ok: false, code: "number-unlisted" };
    case "undo":
      return before.override === null && before.taken === null
        ? same(before)
        : done({ ...before, override: null, taken: null });
    case "profile":
      return profiled(before, change);
    case "forget": {
      // The days stay, and a tombstone: an account that ends refills nothing and brings nothing back.
      const after: Owned = { ...before, name: null, kind: UNSAID.kind, carved: false, dispute: null };
      return isSame(before, after) ? same(before) : done(after);
    }
    case "decide":
      if (before.dispute !== "open") return same(before);
      if (change.decision === "keep") return done({ ...before, dispute: "kept" });
      return done(
        { ...before, dispute: "removed", carved: true, taken: takenTogether(before.taken, change.held) },
        true,
      );
  }
}

/** All that people say of a number taken down, and what is held of it for good. Not carved: that takes a proof. */
function takenDown(before: Owned, held: TakenDown, now: number): Owned {
  const taken = takenTogether(before.taken, held);
  const unsaid = { name: null, kind: UNSAID.kind, profile: null, profilesSince: now, dispute: null };
  return { ...before, ...unsaid, taken, barred: true };
}

/** The number's account shows something else of its profile, or ends. */
function profiled(before: Owned, { writer, profile }: Extract<OwnedChange, { does: "profile" }>): OwnedChanged {
  const standing = before.profile;
  if (profile === null) return standing?.writer === writer ? done({ ...before, profile: null }) : same(before);
  // What was said before the number was taken out, taken down or handed over arrives too late.
  if (!before.listed || profile.said <= (before.profilesSince ?? -Infinity)) return same(before);
  // After coming back a profile's name rests as the owner's does: it must not be the way around it.
  const rests = profile.name !== null && restsUntil(before.relisted, "name", dayOf(profile.said)) !== null;
  if (rests && standing === null) return same(before);
  if (standing === null && profile.name === null) return same(before);
  // Of one account the later revision; of two, who spoke last.
  const [of, than] =
    standing?.writer === writer ? [profile.revision, standing.revision] : [profile.said, standing?.said];
  return of > (than ?? -Infinity) ? done({ ...before, profile: { ...profile, writer } }) : same(before);
}

function say(
  before: Owned,
  { name, kind, handOver }: Extract<OwnedChange, { does: "say" }>,
  now: number,
): OwnedChanged {
  const day = dayOf(now);
  if (!before.listed) return { ok: false, code: "number-unlisted" };
  let after: Owned = { ...before, carved: true };
  if (handOver !== null) {
    const until = restsUntil(before.handedOver, "handover", day);
    if (until !== null) return { ok: false, code: "changed-recently", quota: "handover", until };
    // What the former owner said goes too, and their profile, until the account of the number fills it in anew.
    const { relisted, override, taken, barred } = before;
    const kept = { relisted, override, taken, barred };
    after = { ...UNSAID, ...kept, carved: true, since: weekOf(now), handedOver: day, profilesSince: now };
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
  return isSame(before, after) ? same(before) : done(after, handOver !== null);
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

/** What the directory publishes of it; null when nobody says anything. */
export function partOf({ name, kind, carved, since, profile, override, taken }: Owned): OwnerPart | null {
  // What was said with a proof stands above what the profile says.
  const said = name === null ? { name: profile?.name ?? null, kind: "person" as const } : { name, kind };
  const photo = profile?.name == null ? null : profile.photo;
  const owner = said.name === null && !carved ? null : { ...said, photo, carved };
  if (owner === null && since === null && override === null && taken === null) return null;
  return { owner, since, override, taken };
}

/** Whether there is nothing left to remember. */
export function isUnsaid(owned: Owned): boolean {
  return isSame(owned, UNSAID);
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
