import { ObjectRows } from "../storage/object-rows.ts";
import type { Challenge, ChallengeState, Code, Payment } from "./challenge-state.ts";

type CodeRow = Omit<Code, "paid"> & { readonly paid: number };
type Spent = Pick<Payment, "id" | "until">;

const SCHEMA = [
  `CREATE TABLE counts (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER, asked INTEGER, codes INTEGER, last INTEGER);
  CREATE TABLE code (id TEXT PRIMARY KEY, hash TEXT, paid INTEGER, channel TEXT, dueAt INTEGER, leftAt INTEGER, letter TEXT) WITHOUT ROWID;
  CREATE TABLE challenge (id TEXT PRIMARY KEY, code TEXT, asker TEXT, wrong INTEGER) WITHOUT ROWID;
  CREATE TABLE spent (id TEXT PRIMARY KEY, until INTEGER) WITHOUT ROWID;`,
];

/** The rows of one number's codes. WITHOUT ROWID: the order of arrival is stored nowhere. */
export class ChallengeRows {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "challenges", SCHEMA);
  }

  read(): ChallengeState | null {
    const counts = this.#rows.first<Pick<ChallengeState, "day" | "asked" | "codes" | "last">>(
      "SELECT day, asked, codes, last FROM counts",
    );
    if (counts === null) return null;
    const live = this.#rows.all<CodeRow>(
      "SELECT id, hash, paid, channel, dueAt, leftAt, letter FROM code ORDER BY dueAt",
    );
    return {
      ...counts,
      live: live.map((code) => ({ ...code, paid: code.paid === 1 })),
      challenges: this.#rows.all<Challenge>("SELECT id, code, asker, wrong FROM challenge"),
      spent: this.#rows.all<Spent>("SELECT id, until FROM spent"),
    };
  }

  /** Writes what has changed. @param before as it was read: what is the same object in both is not written again */
  write(before: ChallengeState | null, after: ChallengeState): void {
    const { day, asked, codes, last } = after;
    this.#rows.insert("INSERT OR REPLACE INTO counts VALUES (1, ?, ?, ?, ?)", day, asked, codes, last);
    this.#replace("code", before?.live, after.live, ({ id, hash, paid, channel, dueAt, leftAt, letter }) => [
      id,
      hash,
      paid ? 1 : 0,
      channel,
      dueAt,
      leftAt,
      letter,
    ]);
    this.#replace("challenge", before?.challenges, after.challenges, ({ id, code, asker, wrong }) => [
      id,
      code,
      asker,
      wrong,
    ]);
    this.#replace("spent", before?.spent, after.spent, ({ id, until }) => [id, until]);
  }

  #replace<Row extends { readonly id: string }>(
    table: "code" | "challenge" | "spent",
    before: readonly Row[] = [],
    after: readonly Row[],
    columns: (row: Row) => readonly SqlStorageValue[],
  ): void {
    const kept = new Set(after.map(({ id }) => id));
    for (const { id } of before) if (!kept.has(id)) this.#rows.change(`DELETE FROM ${table} WHERE id = ?`, id);
    const same = new Set(before);
    for (const row of after) {
      if (same.has(row)) continue;
      const values = columns(row);
      this.#rows.insert(`INSERT OR REPLACE INTO ${table} VALUES (${values.map(() => "?").join(", ")})`, ...values);
    }
  }
}
