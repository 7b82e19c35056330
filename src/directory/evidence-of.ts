import type { Directory } from "./directory.ts";

/** What a dataset says of a number: complaints of a day, or a name. */
export interface Said {
  readonly dataset: string;
  readonly title: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly category: string | null;
  readonly complaints: number;
  readonly name: string | null;
  readonly kind: string | null;
}

/** Most rows shown of one number; the newest. */
const MOST_ROWS = 500;

/** Every name that datasets give a number, except those that cannot be opened. @param caller its keyed id */
export async function namesOf({ records, vault }: Directory, caller: string): Promise<string[]> {
  const { names } = await records.datasets.readHeld(caller);
  const opened = await Promise.all(names.map((name) => vault.stored.text({ table: "evidence", id: caller }, name)));
  return opened.filter((name) => name !== null);
}

/** Everything that datasets say of a number, for its owner. @param caller its keyed id */
export async function evidenceOf({ records, vault }: Directory, caller: string): Promise<Said[]> {
  const rows = await records.datasets.readEvidence(caller, MOST_ROWS);
  return Promise.all(
    rows.map(async ({ name, category, ...row }) => {
      const opened = name === null ? null : await vault.stored.text({ table: "evidence", id: caller }, name);
      return { ...row, category: category === "" ? null : category, name: opened };
    }),
  );
}
