import type { ObjectRows } from "../../storage/object-rows.ts";
import type { ConsentEntry, Purpose } from "./consent-state.ts";

/** A row of `consent`: `granted` is 0 or 1. */
interface ConsentRow {
  readonly purpose: Purpose;
  readonly granted: number;
  readonly notice: string | null;
  readonly day: number;
}

/** The consent ledger of one account, in its order. */
export class ConsentStore {
  readonly #rows: ObjectRows;

  constructor(rows: ObjectRows) {
    this.#rows = rows;
  }

  static readonly SCHEMA =
    "CREATE TABLE consent (entry INTEGER PRIMARY KEY, purpose TEXT, granted INTEGER, notice TEXT, day INTEGER);";

  all(): ConsentEntry[] {
    const rows = this.#rows.all<ConsentRow>("SELECT purpose, granted, notice, day FROM consent ORDER BY entry");
    return rows.map(({ purpose, granted, notice, day }) => ({
      purpose,
      granted: granted === 1,
      noticeVersion: notice,
      day,
    }));
  }

  add({ purpose, granted, noticeVersion, day }: ConsentEntry): void {
    this.#rows.change(
      "INSERT INTO consent (purpose, granted, notice, day) VALUES (?, ?, ?, ?)",
      purpose,
      Number(granted),
      noticeVersion,
      day,
    );
  }
}
