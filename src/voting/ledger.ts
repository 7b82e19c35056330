import type { Week } from "../verdict/decay.ts";
import type { Category } from "../verdict/evidence.ts";
import { MOST_VOTES } from "../verdict/vote.ts";
import { dueWeekOf, type StoredVote, type Tier } from "./ballot-state.ts";
import type { BallotPlace } from "./place.ts";

/** A name as the ledger keeps it: its keyed id, and its seal, null for one that is known to stand there. */
export interface SealedForm {
  readonly id: string;
  readonly sealed: string | null;
}

interface PlaceRow extends BallotPlace {
  readonly revision: number;
  readonly sent: number;
  /** The week in which the oldest name or mark has had its time, or an earlier one; null when nobody has looked. */
  readonly due: Week | null;
}

/** Voters of a ballot that are held in memory while it is awake, 45 kB of them. */
const HELD_VOTERS = 1024;

/**
 * The rows of one ballot. Tables are made at the first vote, so that a question about a number without votes leaves
 * nothing behind. WITHOUT ROWID: the order of arrival is stored nowhere.
 */
export class Ledger {
  /** Whether there is a table of contacts beside these; see contact-votes.ts. */
  contacts = false;
  readonly #sql: SqlStorage;
  #made: boolean;
  /** Whether votes are found by tier and by name without reading them all. */
  #indexed: boolean;
  /** The one row of `place`, once read: nobody else writes it. */
  #place: PlaceRow | null = null;
  /** The week up to which counts of changes are swept. */
  #swept: Week = Number.NEGATIVE_INFINITY;
  /** Grows with every change of the rows while the object is awake. */
  #version = 0;
  /** The last revision that may have gone out: what changes after it needs another. Of before a sleep nobody knows. */
  #sending = Number.POSITIVE_INFINITY;
  /** Everybody who has a vote, or changed one this week; undefined until it is asked for, null if too many to be held. */
  #voters: Set<string> | null | undefined;
  /** Names that stand in `form` for sure. */
  readonly #forms = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const made = sql
      .exec("SELECT name, sql FROM sqlite_master WHERE name IN ('place', 'vote', 'vote_by_form')")
      .toArray();
    const lacks = (table: string, column: string): boolean =>
      made.some(({ name, sql: text }) => name === table && !(text as string).includes(column));
    this.#made = made.length > 0;
    this.#indexed = made.some(({ name }) => name === "vote_by_form");
    if (lacks("vote", "mark_week")) this.#addMarkWeek();
    if (lacks("place", "due")) this.#addDue();
  }

  get exists(): boolean {
    return this.#made;
  }

  /** Makes the tables of a ballot; nothing when they are there. */
  make(place: BallotPlace): void {
    if (this.#made) return;
    this.#sql.exec(`
      CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), caller TEXT, block TEXT, line INTEGER, number TEXT, revision INTEGER, sent INTEGER, due INTEGER);
      CREATE TABLE vote (pid TEXT PRIMARY KEY, form TEXT, spam INTEGER, category TEXT, tier INTEGER, source TEXT, net INTEGER, week INTEGER, mark_week INTEGER) WITHOUT ROWID;
      CREATE TABLE form (id TEXT PRIMARY KEY, sealed TEXT) WITHOUT ROWID;
      CREATE TABLE change (week INTEGER, pid TEXT, n INTEGER, PRIMARY KEY (week, pid)) WITHOUT ROWID;
    `);
    this.#sql.exec(
      "INSERT INTO place VALUES (1, ?, ?, ?, ?, 0, 0, NULL)",
      place.caller,
      place.block,
      place.line,
      place.number,
    );
    this.#made = true;
    this.#voters = new Set();
  }

  /**
   * Most ballots hold a handful of votes, for which an index costs more than it spares: they are made when there are more
   * votes than the verdict reads.
   */
  #indexIfMany(): void {
    if (this.#indexed || (this.#heldVoters()?.size ?? Infinity) <= MOST_VOTES) return;
    this.#sql.exec(`
      CREATE INDEX vote_by_form ON vote (form);
      CREATE INDEX vote_by_name ON vote (tier DESC, week DESC, pid) WHERE form IS NOT NULL;
      CREATE INDEX vote_by_mark ON vote (tier DESC, mark_week DESC, pid) WHERE spam IS NOT NULL;
    `);
    this.#indexed = true;
  }

  /** In ballots of before marks had weeks of their own it is null: there they are of the vote's week. */
  #addMarkWeek(): void {
    this.#sql.exec("ALTER TABLE vote ADD COLUMN mark_week INTEGER");
  }

  /** In ballots of before votes had a lifetime it is null until somebody looks. */
  #addDue(): void {
    this.#sql.exec("ALTER TABLE place ADD COLUMN due INTEGER");
  }

  place(): BallotPlace {
    return this.#row();
  }

  #row(): PlaceRow {
    this.#place ??= this.#sql
      .exec("SELECT caller, block, line, number, revision, sent, due FROM place")
      .one() as unknown as PlaceRow;
    return this.#place;
  }

  /** How often the rows have changed since the object woke up: what was made of them is good as long as this stands. */
  get version(): number {
    return this.#version;
  }

  vote(pid: string): StoredVote | null {
    const [row] = this.#made ? this.#sql.exec("SELECT * FROM vote WHERE pid = ?", pid).toArray() : [];
    return row === undefined ? null : readVote(row);
  }

  /**
   * A vote, and how often it was changed in a week. The first time it was given is not counted in a row: as long as
   * there is none, a vote that is as old as the week has been changed once.
   */
  voteInWeek(pid: string, week: Week): { readonly vote: StoredVote | null; readonly changes: number } {
    // Most votes are somebody's first: that there is none to be read need not be read.
    if (!this.#made || this.#heldVoters()?.has(pid) === false) return { vote: null, changes: 0 };
    const row = this.#sql
      .exec(
        "SELECT vote.*, (SELECT n FROM change WHERE week = ?1 AND pid = ?2) AS changes FROM (SELECT 1) LEFT JOIN vote ON vote.pid = ?2",
        week,
        pid,
      )
      .one();
    const vote = row["pid"] === null ? null : readVote(row);
    const given = vote !== null && Math.max(vote.week, vote.markWeek) === week ? 1 : 0;
    return { vote, changes: (row["changes"] as number | null) ?? given };
  }

  #heldVoters(): ReadonlySet<string> | null {
    if (this.#voters === undefined) {
      const rows = this.#sql
        .exec("SELECT pid FROM vote UNION SELECT pid FROM change LIMIT ?", HELD_VOTERS + 1)
        .toArray();
      this.#voters = rows.length > HELD_VOTERS ? null : new Set(rows.map((row) => row["pid"] as string));
    }
    return this.#voters;
  }

  /**
   * The rows that the verdict reads: a window of names and one of marks, each highest tier first, then newest week, then
   * lowest pid (verdict/vote.ts). Who votes too has no say by contacts.
   */
  votesThatCount(): StoredVote[] {
    if (!this.#made) return [];
    const outranked = this.contacts
      ? "AND NOT EXISTS (SELECT 1 FROM contact c JOIN vote own ON own.pid = c.own WHERE c.pid = vote.pid)"
      : "";
    const window = (of: string, week: string): string =>
      `SELECT * FROM (SELECT * FROM vote WHERE ${of} IS NOT NULL ${outranked} ORDER BY tier DESC, ${week} DESC, pid LIMIT ${MOST_VOTES})`;
    return this.#sql
      .exec(`${window("form", "week")} UNION ${window("spam", "mark_week")}`)
      .toArray()
      .map(readVote);
  }

  /** The ids of all names that votes give. */
  forms(): string[] {
    return this.#made
      ? this.#sql
          .exec("SELECT id FROM form")
          .toArray()
          .map((row) => row["id"] as string)
      : [];
  }

  /** A name as sealed, or null for one that no vote gives. */
  form(id: string): string | null {
    const [row] = this.#sql.exec("SELECT sealed FROM form WHERE id = ?", id).toArray();
    return (row?.["sealed"] as string | undefined) ?? null;
  }

  /**
   * Writes what a vote has become, the name it needs, and one more change; forgets the name that nobody gives any more.
   * All in one turn, which the platform writes as one. Should a statement fail, those before it say nothing wrong.
   * @param changes of this vote in this week, before this one
   */
  write(
    pid: string,
    before: StoredVote | null,
    after: StoredVote | null,
    form: SealedForm | null,
    { week, changes }: { readonly week: Week; readonly changes: number },
  ): void {
    this.#sweepChanges(week);
    const givenFirst = before === null && changes === 0;
    if (!givenFirst) this.#sql.exec("INSERT OR REPLACE INTO change VALUES (?, ?, ?)", week, pid, changes + 1);
    this.put(pid, before, after, form);
  }

  /** `write` without counting it as a change that somebody made. */
  put(pid: string, before: StoredVote | null, after: StoredVote | null, form: SealedForm | null): void {
    this.#indexIfMany();
    this.revise();
    this.#voters?.add(pid);
    if (this.#voters && this.#voters.size > HELD_VOTERS) this.#voters = null;
    if (form !== null && !this.#forms.has(form.id)) {
      if (form.sealed === null) throw new Error("a name that does not stand in the ledger comes sealed");
      this.#sql.exec("INSERT OR IGNORE INTO form VALUES (?, ?)", form.id, form.sealed);
      this.#forms.add(form.id);
    }
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
      // Where nobody has looked there may be older ones: whoever sets the alarm looks.
      const [due, noted] = [dueWeekOf(after), this.due()];
      if (noted !== null && due < noted) this.setDue(due);
    }
    if (before?.form && before.form !== after?.form) {
      this.#forms.delete(before.form);
      this.#sql.exec(
        "DELETE FROM form WHERE id = ? AND NOT EXISTS (SELECT 1 FROM vote WHERE vote.form = form.id)",
        before.form,
      );
    }
  }

  /** Whether a name stands in the ledger for sure: one that does need not come sealed. */
  hasForm(id: string): boolean {
    return this.#forms.has(id);
  }

  /** The revision of what stands, and the last one that was sent to the directory. */
  outbox(): { readonly revision: number; readonly sent: number } {
    return this.#row();
  }

  /** The revision of what stands is about to go out: what changes from here on has another one. */
  startSending(): void {
    this.#sending = this.#row().revision;
  }

  markSent(revision: number): void {
    this.#sql.exec("UPDATE place SET sent = ?", revision);
    this.#place = { ...this.#row(), sent: revision };
  }

  /** The week in which the oldest name or mark has had its time, or an earlier one; null when nobody has looked. */
  due(): Week | null {
    return this.#row().due;
  }

  setDue(due: Week | null): void {
    this.#sql.exec("UPDATE place SET due = ?", due);
    this.#place = { ...this.#row(), due };
  }

  /** Drops every vote and name; this week's counts of changes stay, or emptying would refill quotas. */
  empty(week: Week): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO change SELECT ?1, pid, 1 FROM vote WHERE max(week, coalesce(mark_week, week)) = ?1",
      week,
    );
    this.#sql.exec("DELETE FROM vote");
    this.#sql.exec("DELETE FROM form");
    this.#forms.clear();
    this.#sweepChanges(week);
    this.revise();
  }

  /** Votes of a burst that has not gone out share a revision: the directory need only tell what it got from what it gets. */
  revise(): void {
    this.#version += 1;
    const before = this.#row();
    if (before.revision !== before.sent && before.revision > this.#sending) return;
    this.#sending = Math.min(this.#sending, before.revision);
    const revision = before.revision + 1;
    this.#sql.exec("UPDATE place SET revision = ?", revision);
    this.#place = { ...this.#row(), revision };
  }

  #sweepChanges(week: Week): void {
    if (week <= this.#swept) return;
    this.#sql.exec("DELETE FROM change WHERE week < ?", week);
    this.#swept = week;
  }
}

/** A vote as its row has it. */
export function readVote(row: Record<string, SqlStorageValue>): StoredVote {
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
