import { EXPIRING, ObjectRows } from "../storage/object-rows.ts";
import type { Challenge, ChallengeState, Code, Payment } from "./challenge-state.ts";

type CodeRow = Omit<Code, "paid"> & { readonly paid: number };
type CountsRow = Pick<ChallengeState, "day" | "asked" | "codes" | "reserved"> & {
  readonly lastSms: number | null;
  readonly lastVoice: number | null;
};
type Spent = Pick<Payment, "id" | "until">;

const SCHEMA = [
  `CREATE TABLE counts (one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER, asked INTEGER, codes INTEGER, lastSms INTEGER, lastVoice INTEGER, reserved INTEGER);
  CREATE TABLE code (id TEXT PRIMARY KEY, hash TEXT, paid INTEGER, channel TEXT, dueAt INTEGER, leftAt INTEGER, letter TEXT, room INTEGER) WITHOUT ROWID;
  CREATE TABLE challenge (id TEXT PRIMARY KEY, code TEXT, asker TEXT, wrong INTEGER) WITHOUT ROWID;
  CREATE TABLE spent (id TEXT PRIMARY KEY, until INTEGER) WITHOUT ROWID;`,
];

/** The rows of one number's codes. WITHOUT ROWID: the order of arrival is stored nowhere. */
export class ChallengeStore {
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "challenges", SCHEMA, EXPIRING);
  }

  read(): ChallengeState | null {
    const row = this.#rows.first<CountsRow>("SELECT day, asked, codes, lastSms, lastVoice, reserved FROM counts");
    if (row === null) return null;
    const { lastSms, lastVoice, ...counts } = row;
    const live = this.#rows.all<CodeRow>(
      "SELECT id, hash, paid, channel, dueAt, leftAt, letter, room FROM code ORDER BY dueAt",
    );
    return {
      ...counts,
      last: { sms: lastSms, voice: lastVoice },
      live: live.map((code) => ({ ...code, paid: code.paid === 1 })),
      challenges: this.#rows.all<Challenge>("SELECT id, code, asker, wrong FROM challenge"),
      spent: this.#rows.all<Spent>("SELECT id, until FROM spent"),
    };
  }

  /** Writes what has changed. @param before as it was read; what is identical in both is not written */
  write(before: ChallengeState | null, after: ChallengeState): void {
    const { day, asked, codes, last, reserved } = after;
    const counts = [day, asked, codes, last.sms, last.voice, reserved];
    this.#rows.insert("INSERT OR REPLACE INTO counts VALUES (1, ?, ?, ?, ?, ?, ?)", ...counts);
    this.#replace("code", before?.live, after.live, ({ id, hash, paid, channel, dueAt, leftAt, letter, room }) => [
      id,
      hash,
      paid ? 1 : 0,
      channel,
      dueAt,
      leftAt,
      letter,
      room,
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
