import type { ConsentEntry, Purpose } from "./consent-state.ts";

/** The consent ledger of one account, in its order. */
export class ConsentRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static readonly SCHEMA =
    "CREATE TABLE consent (entry INTEGER PRIMARY KEY, purpose TEXT, granted INTEGER, notice TEXT, day INTEGER);";

  all(): ConsentEntry[] {
    const rows = this.#sql.exec("SELECT purpose, granted, notice, day FROM consent ORDER BY entry").toArray();
    return rows.map((row) => ({
      purpose: row["purpose"] as Purpose,
      granted: row["granted"] === 1,
      noticeVersion: row["notice"] as string | null,
      day: row["day"] as number,
    }));
  }

  add({ purpose, granted, noticeVersion, day }: ConsentEntry): void {
    this.#sql.exec(
      "INSERT INTO consent (purpose, granted, notice, day) VALUES (?, ?, ?, ?)",
      purpose,
      Number(granted),
      noticeVersion,
      day,
    );
  }
}
