import type { Vault } from "../vault/vault.ts";
import type { Week } from "../verdict/decay.ts";
import type { OwnerEvidence, Override } from "../verdict/evidence.ts";
import { lineId } from "./place.ts";
import { normalForm } from "../verdict/names/normal-form.ts";

/** What owner, account and operators say of a number. Written by the number's `Ownership` object alone. */
export interface OwnerPart {
  /** Null if no owner says anything. */
  readonly owner: OwnerEvidence | null;
  /** Set when the number changed hands: names of earlier weeks are about a former holder. Complaints stay. */
  readonly since: Week | null;
  readonly override: Override | null;
  readonly taken: TakenDown | null;
}

/** What operators took down of a number: it never counts again, whatever its source. */
export interface TakenDown {
  /** The names taken down, as `takenName` makes them. */
  readonly names: readonly string[];
  /** The newest day of each dataset that said something: up to it nothing of that dataset counts. */
  readonly until: readonly { readonly dataset: string; readonly day: number }[];
  /** The newest day of any complaint, or null: up to it no dataset's complaint counts. */
  readonly complaintsUntil: number | null;
}

/** An owner's part as it is stored: with the week that it is of. */
export interface StoredOwnerPart extends OwnerPart {
  readonly week: Week;
}

/** The seal of an owner's part is bound to its column too, so that it cannot be moved to another. */
export function ownerSeal(block: string, line: number): { readonly table: "callers"; readonly id: string } {
  return { table: "callers", id: `ownership ${lineId(block, line)}` };
}

/** How a name that was taken down is stored: a keyed hash of its normal form, different for every number. */
export function takenName(vault: Vault, caller: string, name: string): Promise<string> {
  const { key } = normalForm(name);
  return vault.keyedHash("name-form", `taken ${caller}\u0000${key === "" ? name : key}`);
}

/** A dataset's row about a number, as far as it matters here. */
export interface DatedRow {
  readonly dataset: string;
  readonly day: number;
  /** True if the row named no day: then `day` is that of its arrival, or of its file, and says nothing of its own age. */
  readonly undated: boolean;
}

/** Whether a row counts beside what operators took down. */
export function stillCounts({ until, complaintsUntil }: TakenDown, row: DatedRow, of: "complaints" | "name"): boolean {
  const held = until.find(({ dataset }) => dataset === row.dataset);
  // The same complaints in another dataset are not newer; a name is recognised by its hash.
  const last = held?.day ?? (of === "complaints" ? complaintsUntil : null);
  return last === null || (!row.undated && row.day > last);
}

/** Merges two take-downs. */
export function takenTogether(a: TakenDown | null, b: TakenDown): TakenDown {
  if (a === null) return b;
  const until = new Map(a.until.map(({ dataset, day }) => [dataset, day]));
  for (const { dataset, day } of b.until) until.set(dataset, Math.max(day, until.get(dataset) ?? day));
  const days = [a.complaintsUntil, b.complaintsUntil].filter((day) => day !== null);
  return {
    names: [...new Set([...a.names, ...b.names])].sort(),
    until: [...until].map(([dataset, day]) => ({ dataset, day })),
    complaintsUntil: days.length === 0 ? null : Math.max(...days),
  };
}
