import type { Week } from "../verdict/decay.ts";
import type { OwnerEvidence, OwnerPart } from "../verdict/evidence.ts";

/** Who sends owner's parts: the profile of the number's account, and who proved the number for itself. */
export type OwnerSource = "profile" | "ownership";

/** An owner's part as it is stored: with the week that it is of. */
export interface StoredOwnerPart extends OwnerPart {
  readonly week: Week;
}

/** One of a line's owner parts. */
export interface OwnerRow {
  readonly line: number;
  readonly source: OwnerSource;
  readonly part: StoredOwnerPart;
}

/** The seal of an owner's part: bound to its column too, so that none can be moved into another. */
export function ownerSeal(source: OwnerSource, caller: string): { readonly table: "callers"; readonly id: string } {
  return { table: "callers", id: `${source} ${caller}` };
}

/** A line's owner parts as one. */
export interface FoldedOwner {
  /** Null when no part says anything. */
  readonly owner: OwnerEvidence | null;
  /** Evidence of earlier weeks is about a former holder of the number; null when the number never changed hands. */
  readonly since: Week | null;
  readonly week: Week;
}

/** Folds a line's owner parts: what was said by ownership stands above what the profile says. */
export function foldOwner(rows: readonly OwnerRow[]): FoldedOwner {
  const ownership = rows.find(({ source }) => source === "ownership")?.part;
  const profile = rows.find(({ source }) => source === "profile")?.part;
  const parts = [ownership, profile].filter((part) => part !== undefined);
  const named = parts.find(({ name }) => name !== null);
  const photo = parts.find((part) => part.photo !== null)?.photo ?? null;
  const carved = parts.some((part) => part.carved);
  const since = Math.max(...parts.map((part) => part.since ?? Number.NEGATIVE_INFINITY));
  const says = named !== undefined || photo !== null || carved;
  return {
    owner: says ? { name: named?.name ?? null, kind: named?.kind ?? "other", photo, carved } : null,
    since: Number.isFinite(since) ? since : null,
    week: says ? Math.max(...parts.map(({ week }) => week)) : Number.NEGATIVE_INFINITY,
  };
}
