import { ObjectRows, type SealedColumn } from "../storage/object-rows.ts";
import type { CampaignChannel, CampaignKind, CampaignState, Reached } from "./campaign-state.ts";

/** A campaign as it is stored: `sealed` is its draft. Times in ms since 1970. */
export interface CampaignRow {
  readonly id: string;
  readonly kind: CampaignKind;
  readonly channel: CampaignChannel;
  readonly begun: number;
  readonly state: CampaignState;
  readonly sealed: string;
  /** Keyed id of the last account that was looked at, or its beginning once that is erased; "" before the first and after the last. */
  readonly cursor: string;
  /** 1 once there is no account after it. */
  readonly walked: number;
  /** Nothing is sent before. */
  readonly next: number;
  readonly failures: number;
}

/** What is to be looked at next of a campaign: its accounts, or some that waited. */
export interface Work {
  readonly campaign: CampaignRow;
  /** Accounts whose time has come; null: the next page of all. */
  readonly due: readonly string[] | null;
}

/** What became of one account of a batch. */
export interface Result {
  readonly account: string;
  readonly reached: Reached;
}

const SCHEMA = [
  `CREATE TABLE campaign (id TEXT PRIMARY KEY, kind TEXT, channel TEXT, begun INTEGER, state TEXT, sealed TEXT, cursor TEXT,
    walked INTEGER, next INTEGER, failures INTEGER) WITHOUT ROWID;
  CREATE TABLE count (campaign TEXT, what TEXT, n INTEGER, PRIMARY KEY (campaign, what)) WITHOUT ROWID;
  CREATE TABLE later (campaign TEXT, at INTEGER, account TEXT, PRIMARY KEY (campaign, at, account)) WITHOUT ROWID;`,
];

const SEALED: SealedColumn = {
  table: "campaign",
  column: "sealed",
  key: "id",
  place: (id) => ({ table: "campaigns", id }),
};

/** The campaigns, what became of their accounts as counts, and which accounts wait. */
export class CampaignStore {
  readonly #storage: DurableObjectStorage;
  readonly #rows: ObjectRows;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#rows = new ObjectRows(storage, "campaigns", SCHEMA, [SEALED]);
  }

  /** Adds a campaign; one of the same id stays as it is. */
  add({ id, kind, channel, begun, sealed }: Pick<CampaignRow, "id" | "kind" | "channel" | "begun" | "sealed">): void {
    this.#rows.insert(
      "INSERT OR IGNORE INTO campaign VALUES (?, ?, ?, ?, 'running', ?, '', 0, 0, 0)",
      id,
      kind,
      channel,
      begun,
      sealed,
    );
  }

  one(id: string): CampaignRow | null {
    return this.#rows.first<CampaignRow>("SELECT * FROM campaign WHERE id = ?", id);
  }

  /** The newest first. */
  all(): CampaignRow[] {
    return this.#rows.all<CampaignRow>("SELECT * FROM campaign ORDER BY begun DESC, id");
  }

  counts(id: string): Readonly<Record<string, number>> {
    const rows = this.#rows.all<{ what: string; n: number }>("SELECT what, n FROM count WHERE campaign = ?", id);
    return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
  }

  waiting(id: string): number {
    return this.#rows.first<{ n: number }>("SELECT count(*) AS n FROM later WHERE campaign = ?", id)?.n ?? 0;
  }

  /** What to do now: of the oldest campaign that has something to do. @param limit accounts at a time */
  work(now: number, limit: number): Work | null {
    for (const campaign of this.#running()) {
      if (campaign.next > now) continue;
      const due = this.#rows.all<{ account: string }>(
        "SELECT account FROM later WHERE campaign = ? AND at <= ? ORDER BY at, account LIMIT ?",
        campaign.id,
        now,
        limit,
      );
      if (due.length > 0) return { campaign, due: due.map(({ account }) => account) };
      if (campaign.walked === 0) return { campaign, due: null };
    }
    return null;
  }

  /** When there is something to do next, ms; null: never. */
  nextAt(): number | null {
    const times = this.#running().map(({ id, walked, next }) => {
      const first = this.#rows.first<{ at: number | null }>("SELECT min(at) AS at FROM later WHERE campaign = ?", id);
      return Math.max(next, walked === 0 ? 0 : (first?.at ?? 0));
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * Notes what became of a batch, all at once: a batch that was broken off is repeated whole, and counted once.
   * @param page the cursor after it, and whether it was the last; null for accounts that had waited
   */
  settle(
    { campaign: { id }, due }: Work,
    results: readonly Result[],
    page: { readonly cursor: string; readonly last: boolean } | null,
  ): void {
    this.#storage.transactionSync(() => {
      for (const account of due ?? []) {
        this.#rows.change("DELETE FROM later WHERE campaign = ? AND account = ?", id, account);
      }
      for (const { account, reached } of results) {
        if (reached.is === "later" || reached.is === "stop") {
          this.#rows.change("INSERT OR IGNORE INTO later VALUES (?, ?, ?)", id, reached.at, account);
        } else this.#count(id, reached.is === "sent" ? "sent" : reached.why);
      }
      if (page !== null) {
        this.#rows.change(
          "UPDATE campaign SET cursor = ?, walked = ? WHERE id = ?",
          page.last ? "" : page.cursor,
          Number(page.last),
          id,
        );
      }
      this.#rows.change("UPDATE campaign SET failures = 0 WHERE id = ?", id);
      const done =
        "UPDATE campaign SET state = 'done' WHERE id = ? AND state = 'running' AND walked = 1 AND NOT EXISTS (SELECT 1 FROM later WHERE campaign = ?)";
      this.#rows.change(done, id, id);
    });
  }

  /** Nothing is sent of a campaign before a time, ms. */
  pause(id: string, until: number): void {
    this.#rows.change("UPDATE campaign SET next = ? WHERE id = ?", until, id);
  }

  /** A batch failed and is to be repeated. */
  fail(id: string, until: number): void {
    this.#rows.change("UPDATE campaign SET next = ?, failures = failures + 1 WHERE id = ?", until, id);
  }

  /** Ends a campaign that runs. */
  end(id: string): void {
    this.#storage.transactionSync(() => {
      this.#rows.change("UPDATE campaign SET state = 'ended', cursor = '' WHERE id = ? AND state = 'running'", id);
      this.#rows.change("DELETE FROM later WHERE campaign = ?", id);
    });
  }

  isRunning(id: string): boolean {
    return this.#rows.any("SELECT 1 FROM campaign WHERE id = ? AND state = 'running'", id);
  }

  /** Forgets that an account waits anywhere, or was the last that was looked at. */
  forget(account: string): void {
    this.#storage.transactionSync(() => {
      this.#rows.change("DELETE FROM later WHERE account = ?", account);
      // The few that begin alike are looked at again; their outboxes know the message.
      this.#rows.change("UPDATE campaign SET cursor = substr(cursor, 1, 4) WHERE cursor = ?", account);
    });
  }

  /** Removes campaigns that are over and began before a time, ms. */
  removeBefore(before: number): void {
    const old = "SELECT id FROM campaign WHERE state <> 'running' AND begun < ?";
    this.#rows.change(`DELETE FROM count WHERE campaign IN (${old})`, before);
    this.#rows.change("DELETE FROM campaign WHERE state <> 'running' AND begun < ?", before);
  }

  /** When the oldest campaign that is over began, ms; null without one. */
  oldest(): number | null {
    return (
      this.#rows.first<{ begun: number | null }>("SELECT min(begun) AS begun FROM campaign WHERE state <> 'running'")
        ?.begun ?? null
    );
  }

  #running(): CampaignRow[] {
    return this.#rows.all<CampaignRow>("SELECT * FROM campaign WHERE state = 'running' ORDER BY begun, id");
  }

  #count(id: string, what: string): void {
    this.#rows.change("INSERT INTO count VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1", id, what);
  }
}
