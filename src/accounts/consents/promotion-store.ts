import type { ObjectRows } from "../../storage/object-rows.ts";

/** Promotions that an account gets in any 31 days, so in no month more. */
export const PROMOTIONS_A_MONTH = 2;
const MONTH_DAYS = 31;

/** A promotion that the account got: the campaign's keyed id, and the day, days since 1970-01-01. */
export interface Promotion {
  readonly campaign: string;
  readonly day: number;
}

/** Which promotion one account got in the last 31 days. */
export class PromotionStore {
  readonly #rows: ObjectRows;

  constructor(rows: ObjectRows) {
    this.#rows = rows;
  }

  static readonly SCHEMA = "CREATE TABLE promoted (campaign TEXT PRIMARY KEY, day INTEGER) WITHOUT ROWID;";

  all(): Promotion[] {
    return this.#rows.all<{ campaign: string; day: number }>(
      "SELECT campaign, day FROM promoted ORDER BY day, campaign",
    );
  }

  /** Counts one, unless two were counted; one that is counted stays. `before`: it was counted earlier than yesterday. */
  take(campaign: string, day: number): "taken" | "before" | "enough" {
    this.#rows.change("DELETE FROM promoted WHERE day <= ?", day - MONTH_DAYS);
    const counted = this.all();
    const own = counted.find((one) => one.campaign === campaign);
    if (own !== undefined) return own.day < day - 1 ? "before" : "taken";
    if (counted.length >= PROMOTIONS_A_MONTH) return "enough";
    this.#rows.insert("INSERT INTO promoted VALUES (?, ?)", campaign, day);
    return "taken";
  }

  giveBack(campaign: string): void {
    this.#rows.change("DELETE FROM promoted WHERE campaign = ?", campaign);
  }
}
