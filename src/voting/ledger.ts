import type { Week } from "../verdict/decay.ts";
import type { Category } from "../verdict/evidence.ts";
import type { StoredVote, Tier } from "./ballot-state.ts";
import type { BallotPlace } from "./place.ts";

interface PlaceRow extends BallotPlace {
  readonly revision: number;
  readonly sent: number;
}

/** Rows that the verdict reads at most. */
export const VERDICT_ROWS = 512;

/**
 * The rows of one ballot. Tables are made at the first vote, so that a question about a number without votes leaves
 * nothing behind. WITHOUT ROWID: the order of arrival is stored nowhere.
 */
export class Ledger {
  /** Whether there is a table of contacts beside these; see contact-votes.ts. */
  contacts = false;
  readonly #sql: SqlStorage;
  #made: boolean;
  /** The one row of `place`, once read: nobody else writes it. */
  #place: PlaceRow | null = null;
  /** The week up to which counts of changes are swept. */
  #swept: Week = Number.NEGATIVE_INFINITY;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const [table] = sql.exec("SELECT sql FROM sqlite_master WHERE name = 'vote'").toArray();
    this.#made = table !== undefined;
    if (table !== undefined && !(table["sql"] as string).includes("mark_week")) this.#addMarkWeek();
  }

  get exists(): boolean {
    return this.#made;
  }

  /** Makes the tables of a ballot; nothing when they are there. */
  make(place: BallotPlace): void {
    if (this.#made) return;
    this.#sql.exec(`
      CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), caller TEXT, block TEXT, line INTEGER, number TEXT, revision INTEGER, sent INTEGER);
      CREATE TABLE vote (pid TEXT PRIMARY KEY, form TEXT, spam INTEGER, category TEXT, tier INTEGER, source TEXT, net INTEGER, week INTEGER) WITHOUT ROWID;
      CREATE INDEX vote_by_tier ON vote (tier DESC, pid);
      CREATE INDEX vote_by_form ON vote (form);
      CREATE TABLE form (id TEXT PRIMARY KEY, sealed TEXT) WITHOUT ROWID;
      CREATE TABLE change (week INTEGER, pid TEXT, n INTEGER, PRIMARY KEY (week, pid)) WITHOUT ROWID;
    `);
    this.#sql.exec(
      "INSERT INTO place VALUES (1, ?, ?, ?, ?, 0, 0)",
      place.caller,
      place.block,
      place.line,
      place.number,
    );
    this.#addMarkWeek();
    this.#made = true;
  }

  /** In ballots of before marks had weeks of their own it is null: there they are of the vote's week. */
  #addMarkWeek(): void {
    this.#sql.exec("ALTER TABLE vote ADD COLUMN mark_week INTEGER");
  }

  place(): BallotPlace {
    return this.#row();
  }

  #row(): PlaceRow {
    this.#place ??= this.#sql
      .exec("SELECT caller, block, line, number, revision, sent FROM place")
      .one() as unknown as PlaceRow;
    return this.#place;
  }

  vote(pid: string): StoredVote | null {
    const [row] = this.#made ? this.#sql.exec("SELECT * FROM vote WHERE pid = ?", pid).toArray() : [];
    return row === undefined ? null : readVote(row);
  }

  /** The rows that the verdict reads: highest tier first, then lowest pid. Who votes too has no say by contacts. */
  votesThatCount(): StoredVote[] {
    if (!this.#made) return [];
    const outranked = this.contacts
      ? "WHERE NOT EXISTS (SELECT 1 FROM contact c JOIN vote own ON own.pid = c.own WHERE c.pid = vote.pid)"
      : "";
    return this.#sql
      .exec(`SELECT * FROM vote ${outranked} ORDER BY tier DESC, pid LIMIT ?`, VERDICT_ROWS)
      .toArray()
      .map(readVote);
  }

  /** A name as sealed, or null for one that no vote gives. */
  form(id: string): string | null {
    const [row] = this.#sql.exec("SELECT sealed FROM form WHERE id = ?", id).toArray();
    return (row?.["sealed"] as string | undefined) ?? null;
  }

  changes(pid: string, week: Week): number {
    const [row] = this.#made
      ? this.#sql.exec("SELECT n FROM change WHERE week = ? AND pid = ?", week, pid).toArray()
      : [];
    return (row?.["n"] as number | undefined) ?? 0;
  }

  /**
   * Writes what a vote has become, the name it needs, and one more change; forgets the name that nobody gives any more.
   * All in one turn, which the platform writes as one. Should a statement fail, those before it say nothing wrong.
   */
  write(
    pid: string,
    before: StoredVote | null,
    after: StoredVote | null,
    form: { id: string; sealed: string } | null,
    week: Week,
  ): void {
    this.#sweepChanges(week);
    this.#sql.exec("INSERT INTO change VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1", week, pid);
    this.put(pid, before, after, form);
  }

  /** `write` without counting it as a change that somebody made. */
  put(
    pid: string,
    before: StoredVote | null,
    after: StoredVote | null,
    form: { id: string; sealed: string } | null,
  ): void {
    this.#revise();
    if (form !== null) this.#sql.exec("INSERT OR IGNORE INTO form VALUES (?, ?)", form.id, form.sealed);
    if (after === null) this.#sql.exec("DELETE FROM vote WHERE pid = ?", pid);
    else {
      const spam = after.spam === null ? null : Number(after.spam);
      const { category, tier, source, net } = after;
      this.#sql.exec(
        "INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        pid,
        after.form,
        spam,
        category,
        tier,
        source,
        net,
        after.week,
        after.markWeek,
      );
    }
    if (before?.form && before.form !== after?.form) {
      this.#sql.exec(
        "DELETE FROM form WHERE id = ? AND NOT EXISTS (SELECT 1 FROM vote WHERE vote.form = form.id)",
        before.form,
      );
    }
  }

  /** The revision of the rows, and the last one that was sent to the directory. */
  outbox(): { readonly revision: number; readonly sent: number } {
    return this.#row();
  }

  markSent(revision: number): void {
    this.#sql.exec("UPDATE place SET sent = ?", revision);
    this.#place = { ...this.#row(), sent: revision };
  }

  /** Drops every vote and name; this week's counts of changes stay, or emptying would refill quotas. */
  empty(week: Week): void {
    this.#sql.exec("DELETE FROM vote");
    this.#sql.exec("DELETE FROM form");
    this.#sweepChanges(week);
    this.#revise();
  }

  #revise(): void {
    const revision = this.#row().revision + 1;
    this.#sql.exec("UPDATE place SET revision = ?", revision);
    this.#place = { ...this.#row(), revision };
  }

  #sweepChanges(week: Week): void {
    if (week <= this.#swept) return;
    this.#sql.exec("DELETE FROM change WHERE week < ?", week);
    this.#swept = week;
  }
}

function readVote(row: Record<string, SqlStorageValue>): StoredVote {
  return {
    pid: row["pid"] as string,
    form: row["form"] as string | null,
    spam: row["spam"] === null ? null : row["spam"] === 1,
    category: row["category"] as Category | null,
    tier: row["tier"] as Tier,
    source: row["source"] as StoredVote["source"],
    net: row["net"] as number,
    week: row["week"] as Week,
    markWeek: (row["mark_week"] ?? row["week"]) as Week,
  };
}
