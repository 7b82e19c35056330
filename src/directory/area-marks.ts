import { and, isNotNull, sql, type SQL } from "drizzle-orm";
import { tenThousandOf } from "../numbers/number.ts";
import { bytesOf } from "../storage/bytes-column.ts";
import type { Vault } from "../vault/vault.ts";
import { fittedFor } from "../verdict/areas.ts";
import type { BlockPlace } from "./place.ts";
import { batches, dirtyAreas } from "./tables.ts";

/** The ten thousands whose complaints a change is about, as one value: a batch of a thousand complaints costs one row. */
export interface NamedAreas {
  /** Their digits, sealed. */
  readonly sealed: string;
  /** Whether a formula is fitted for one of them: else nothing has to be computed. */
  readonly isFitted: boolean;
}

/** Where they are sealed. Bound to no row, since a drop copies what a batch named into a mark. */
export const NAMED_AREAS = { table: "areas", id: "named" } as const;

/** Seals the digits of ten thousands, with `+`; null for none. */
export async function nameAreas(vault: Vault, areas: Iterable<string>): Promise<NamedAreas | null> {
  const digits = [...new Set(areas)].sort();
  if (digits.length === 0) return null;
  const sealed = await vault.sealText(NAMED_AREAS, JSON.stringify(digits));
  return { sealed, isFitted: digits.some((area) => fittedFor(area) !== null) };
}

/** A number's ten thousand; null if nothing is fitted for it. */
export async function nameArea(vault: Vault, { digits }: BlockPlace): Promise<NamedAreas | null> {
  const named = await nameAreas(vault, [tenThousandOf(digits)]);
  return named?.isFitted === true ? named : null;
}

/** The digits of ten thousands; null if they cannot be opened. */
export function openNamed(vault: Vault, sealed: string): Promise<readonly string[] | null> {
  return vault.stored.json<string[]>(NAMED_AREAS, sealed);
}

/**
 * A statement that marks ten thousands dirty. Each change writes its own mark: a run removes those that it read, and what
 * changes meanwhile has left another.
 */
export function insertAreaMark({ sealed }: NamedAreas, now: number): SQL {
  return sql`INSERT INTO ${dirtyAreas} (since, mark, named) VALUES (${now}, hex(randomblob(8)), ${bytesOf(sealed)})`;
}

/** A statement that marks the ten thousands that batches named dirty. As SQL: drizzle's builder wants all columns in order. */
export function copyNamed(of: SQL, now: number): SQL {
  const { areas: named } = batches;
  return sql`INSERT INTO ${dirtyAreas} (since, mark, named)
    SELECT ${now}, hex(randomblob(8)), ${named} FROM ${batches} WHERE ${and(of, isNotNull(named))}`;
}
