import { takenTogether, type OwnerPart, type TakenDown } from "../directory/owner-part.ts";
import type { E164 } from "../numbers/number.ts";
import { weekOf } from "../verdict/decay.ts";
import type { Kind, Override } from "../verdict/evidence.ts";
import { dayOf } from "../time/days.ts";

/** What the account of a number shows of its profile. */
export interface Profiled {
  /** Null while it shows nothing. The revision is still kept, so that an older one cannot return. */
  readonly name: string | null;
  readonly photo: string | null;
  /** Random per account. Revisions are only comparable within one account. */
  readonly writer: string;
  readonly revision: number;
  /** When the account said it, ms. */
  readonly said: number;
}

/**
 * What the owner of a proved number has set and when, what the number's account shows, and what operators decided. Days
 * are counted from 1970-01-01, weeks as in `verdict/decay`.
 */
export interface Owned {
  readonly name: string | null;
  readonly kind: Kind;
  /** Whether the number is exempt from what is said of its neighbours. */
  readonly carved: boolean;
  /** The week in which the owner stated a change of hands; null without one. */
  readonly since: number | null;
  /** False once the owner took the number out. */
  readonly listed: boolean;
  readonly named: number | null;
  /** The day on which the number was last listed again; kept while it is out once more. */
  readonly relisted: number | null;
  readonly handedOver: number | null;
  readonly disputed: number | null;
  readonly dispute: "open" | "kept" | "removed" | null;
  readonly profile: Profiled | null;
  /** When the profile was last dropped, ms. Updates from before that may still arrive and are ignored. */
  readonly profilesSince: number | null;
  readonly override: Override | null;
  readonly taken: TakenDown | null;
  /** Whether the number's ballot may hold a list of names that were taken down. */
  readonly barred: boolean;
}

/**
 * A change asked for by the owner; by an operator (`decide`, `take-down`, `override`, `undo`), with what datasets and the
 * crowd held at that time; by the number's account (`profile`, null when the account ends); or by the clock (`lapse`).
 * Fields left out stay as they are; null removes a name.
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

/** What may be changed only once in so many days (`QUOTA_DAYS`). */
export type OwnedQuota = "name" | "handover" | "dispute" | "relist";

export type OwnedChanged =
  | { readonly ok: true; readonly owned: Owned; readonly altered: boolean; readonly emptying: boolean }
  | { readonly ok: false; readonly code: "number-unlisted" }
  | { readonly ok: false; readonly code: "changed-recently"; readonly quota: OwnedQuota; readonly until: number };

/** Days between two changes of the same kind. Carriers let a number rest for months before its next owner. */
export const QUOTA_DAYS: Readonly<Record<OwnedQuota, number>> = { name: 30, handover: 365, dispute: 30, relist: 1 };

/** The state of a number whose owner has set nothing. */
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
 * Applies a change. Pure; `emptying` means that the votes on the number must be dropped.
 * @param now ms
 */
export function changeOwned(before: Owned, change: OwnedChange, now: number): OwnedChanged {
  const day = dayOf(now);
  switch (change.does) {
    case "say":
      return say(before, change, now);
    case "unlist":
      // Never refused. Repeated on the same day there is nothing to do; on a later day it is carried out again.
      if (!before.listed && before.profilesSince !== null && dayOf(before.profilesSince) === day) return same(before);
      // The days stay, or taking a number out and back would reset the quotas. So do operators' decisions, except for a
      // name, or taking it out would be a way around them.
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
      // Taking out and listing again costs work in every store, so once a day. Taking out never has to wait.
      const until = restsUntil(before.relisted, "relist", day);
      if (until !== null) return { ok: false, code: "changed-recently", quota: "relist", until };
      // Votes are gone, and with them a spam verdict that would block a name. So the name quota starts here, even after a
      // change of hands, or taking the number out would be a way around the verdict.
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
      // The days stay. Carried out even if nothing changes: there may be new votes.
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
      // The days and a tombstone stay: the end of an account resets no quota and lists no number again.
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

/** Removes what people said of a number, and bars what is held from returning. Not carved: that needs a proof. */
function takenDown(before: Owned, held: TakenDown, now: number): Owned {
  const taken = takenTogether(before.taken, held);
  const unsaid = { name: null, kind: UNSAID.kind, profile: null, profilesSince: now, dispute: null };
  return { ...before, ...unsaid, taken, barred: true };
}

/** The number's account changed its profile, or ended. */
function profiled(before: Owned, { writer, profile }: Extract<OwnedChange, { does: "profile" }>): OwnedChanged {
  const standing = before.profile;
  if (profile === null) return standing?.writer === writer ? done({ ...before, profile: null }) : same(before);
  // An update from before the number was taken out, taken down or handed over is ignored.
  if (!before.listed || profile.said <= (before.profilesSince ?? -Infinity)) return same(before);
  // The name quota after listing again applies to a profile's name too, or a profile would be a way around it.
  const rests = profile.name !== null && restsUntil(before.relisted, "name", dayOf(profile.said)) !== null;
  if (rests && standing === null) return same(before);
  if (standing === null && profile.name === null) return same(before);
  // Within one account the later revision wins; between two accounts the later time.
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
    // The former owner's name goes too, and the profile, until the number's account sets it again.
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

/** The first day on which a change is allowed again; null if it is allowed today. */
function restsUntil(last: number | null, quota: OwnedQuota, day: number): number | null {
  const until = last === null ? day : last + QUOTA_DAYS[quota];
  return until > day ? until : null;
}

function nameRestsUntil({ named, relisted }: Owned, day: number): number | null {
  return restsUntil(Math.max(named ?? -Infinity, relisted ?? -Infinity), "name", day);
}

/** The first day on which the name may be changed. */
export function nameableFrom(owned: Owned, day: number): number {
  return nameRestsUntil(owned, day) ?? day;
}

/** The part that the directory publishes; null when there is nothing to say. */
export function partOf({ name, kind, carved, since, profile, override, taken }: Owned): OwnerPart | null {
  // A name set with a proof outranks the profile's.
  const said = name === null ? { name: profile?.name ?? null, kind: "person" as const } : { name, kind };
  const photo = profile?.name == null ? null : profile.photo;
  const owner = said.name === null && !carved ? null : { ...said, photo, carved };
  if (owner === null && since === null && override === null && taken === null) return null;
  return { owner, since, override, taken };
}

/** Whether nothing is left to keep. */
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
