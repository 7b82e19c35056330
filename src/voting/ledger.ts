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
  /** Whether there were as many votes as the verdict reads when it read them last. */
  #many = false;
  /** The one row of `place`, once read: nobody else writes it. */
  #place: PlaceRow | null = null;
  /** The week up to which counts of changes are swept. */
  #swept: Week = Number.NEGATIVE_INFINITY;
  /** Grows with every change of the rows while the object is awake. */
  #version = 0;
  /** The last revision that may have gone out: what changes after it needs another. Of before a sleep nobody knows. */
  #sending = Number.POSITIVE_INFINITY;
  /** Names that stand in `form` for sure. */
  readonly #forms = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const made = sql.exec("SELECT name FROM sqlite_master WHERE name IN ('place', 'vote_by_form')").toArray();
    this.#made = made.length > 0;
    this.#indexed = made.some(({ name }) => name === "vote_by_form");
  }

  get exists(): boolean {
    return this.#made;
  }

  /** Makes the tables of a ballot; nothing when they are there. */
  make(place: BallotPlace): void {
    if (this.#made) return;
    this.#sql.exec(`
      CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), caller TEXT, block TEXT, line INTEGER, number TEXT, revision INTEGER, sent INTEGER, due INTEGER);
      CREATE TABLE vote (pid TEXT PRIMARY KEY, by TEXT, form TEXT, spam INTEGER, category TEXT, tier INTEGER, source TEXT, net INTEGER, week INTEGER, mark_week INTEGER, muted INTEGER) WITHOUT ROWID;
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

  /** How often a vote was changed in a week; null where nothing was noted, as for whoever voted once. */
  changes(pid: string, week: Week): number | null {
    if (!this.#made) return null;
    const [row] = this.#sql.exec("SELECT n FROM change WHERE week = ? AND pid = ?", week, pid).toArray();
    return (row?.["n"] as number | undefined) ?? null;
  }

  /**
   * The rows that the verdict reads: a window of names and one of marks, each highest tier first, then newest week, then
   * lowest pid (verdict/vote.ts). Who votes too has no say by contacts.
   */
  votesThatCount(): StoredVote[] {
    if (!this.#made) return [];
    const outranked = this.contacts
      ? "AND NOT EXISTS (SELECT 1 FROM contact c JOIN vote own ON own.pid = c.own AND own.muted = 0 WHERE c.pid = vote.pid)"
      : "";
    const window = (of: string, week: string): string =>
      `SELECT * FROM (SELECT * FROM vote WHERE ${of} IS NOT NULL AND muted = 0 ${outranked} ORDER BY tier DESC, ${week} DESC, pid LIMIT ${MOST_VOTES})`;
    const rows = this.#sql.exec(`${window("form", "week")} UNION ${window("spam", "mark_week")}`).toArray();
    this.#many ||= rows.length >= MOST_VOTES;
    return rows.map(readVote);
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
   * Writes what a vote has become, the name it needs, and how often it has changed this week, null for nothing to note;
   * forgets the name that nobody gives any more. All in one turn, which the platform writes as one. Should a statement
   * fail, those before it say nothing wrong.
   */
  write(
    pid: string,
    before: StoredVote | null,
    after: StoredVote | null,
    form: SealedForm | null,
    { week, changes }: { readonly week: Week; readonly changes: number | null },
  ): void {
    this.#sweepChanges(week);
    if (changes !== null) this.#sql.exec("INSERT OR REPLACE INTO change VALUES (?, ?, ?)", week, pid, changes);
    this.put(pid, before, after, form);
  }

  /** `write` without noting a change that somebody made. */
  put(pid: string, before: StoredVote | null, after: StoredVote | null, form: SealedForm | null): void {
    this.#indexIfMany();
    this.revise();
    if (form !== null && !this.#forms.has(form.id)) {
      if (form.sealed === null) throw new Error("a name that does not stand in the ledger comes sealed");
      this.#sql.exec("INSERT OR IGNORE INTO form VALUES (?, ?)", form.id, form.sealed);
      this.#forms.add(form.id);
    }
    if (after === null) this.#sql.exec("DELETE FROM vote WHERE pid = ?", pid);
    else {
      const spam = after.spam === null ? null : Number(after.spam);
      const { by, category, tier, source, net } = after;
      this.#sql.exec(
        "INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        pid,
        by,
        after.form,
        spam,
        category,
        tier,
        source,
        net,
        after.week,
        after.markWeek,
        after.muted ? 1 : 0,
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

  /** Drops every vote and name; this week's changes stay noted, or emptying would refill quotas. */
  empty(week: Week): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO change SELECT ?1, pid, 0 FROM vote WHERE max(week, mark_week) = ?1 AND source = 'user'",
      week,
    );
    this.#sql.exec("DELETE FROM vote");
    this.#sql.exec("DELETE FROM form");
    this.#forms.clear();
    this.#sweepChanges(week);
    this.revise();
  }

  /** Drops contacts, and mutes every vote: each is read back by its voter and counts for nothing. */
  mute(): void {
    this.#sql.exec("DELETE FROM vote WHERE source = 'contact'");
    this.#sql.exec("UPDATE vote SET muted = 1 WHERE muted = 0");
    this.#forgetForms();
    this.revise();
  }

  /** Drops votes that are muted. @returns whether there were any */
  dropMuted(): boolean {
    if (!this.#made || this.#sql.exec("DELETE FROM vote WHERE muted = 1").rowsWritten === 0) return false;
    this.#forgetForms();
    this.revise();
    return true;
  }

  #forgetForms(): void {
    this.#sql.exec("DELETE FROM form WHERE NOT EXISTS (SELECT 1 FROM vote WHERE vote.form = form.id)");
    this.#forms.clear();
  }

  /** Most ballots hold a handful of votes, for which an index costs more than it spares. */
  #indexIfMany(): void {
    if (this.#indexed || !this.#many) return;
    this.#sql.exec(`
      CREATE INDEX vote_by_form ON vote (form);
      CREATE INDEX vote_by_name ON vote (tier DESC, week DESC, pid) WHERE form IS NOT NULL AND muted = 0;
      CREATE INDEX vote_by_mark ON vote (tier DESC, mark_week DESC, pid) WHERE spam IS NOT NULL AND muted = 0;
    `);
    this.#indexed = true;
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
    by: row["by"] as string | null,
    form: row["form"] as string | null,
    spam: row["spam"] === null ? null : row["spam"] === 1,
    category: row["category"] as Category | null,
    tier: row["tier"] as Tier,
    source: row["source"] as StoredVote["source"],
    net: row["net"] as number,
    week: row["week"] as Week,
    markWeek: row["mark_week"] as Week,
    muted: row["muted"] === 1,
  };
}
