import type { E164 } from "../numbers/number.ts";
import type { Category, Kind } from "../verdict/evidence.ts";
import type { Directory } from "./directory.ts";
import { lineId, placeOf } from "./place.ts";

/** What a dataset says of a number: complaints of a day, or a name. */
export interface Said {
  readonly dataset: string;
  readonly title: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly category: Category | null;
  readonly complaints: number;
  readonly name: string | null;
  readonly kind: Kind | null;
}

/** Most rows shown of one number; the newest. */
const MOST_ROWS = 500;

/** Every name that datasets give a number, except those that cannot be opened. */
export async function namesOf({ records, vault }: Directory, number: E164): Promise<string[]> {
  const place = await placeOf(vault, number);
  const { names } = await records.datasets.readHeld(place);
  const id = lineId(place.block, place.line);
  const opened = await Promise.all(names.map((name) => vault.stored.text({ table: "evidence", id }, name)));
  return [...new Set(opened.filter((name) => name !== null))];
}

/** Everything that datasets say of a number, for its owner. */
export async function evidenceOf({ records, vault }: Directory, number: E164): Promise<Said[]> {
  const place = await placeOf(vault, number);
  const rows = await records.datasets.readEvidence(place, MOST_ROWS);
  const id = lineId(place.block, place.line);
  return Promise.all(
    rows.map(async ({ name, ...row }) => ({
      ...row,
      name: name === null ? null : await vault.stored.text({ table: "evidence", id }, name),
    })),
  );
}
