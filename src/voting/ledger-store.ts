import { ObjectRows } from "../storage/object-rows.ts";
import type { Week } from "../verdict/decay.ts";
import { MOST_VOTES } from "../verdict/vote.ts";
import { dueWeekOf, type StoredVote } from "./ballot-state.ts";
import type { BallotPlace } from "./place.ts";

/** A name as stored: its keyed id, and its seal, null for one known to be stored. */
export interface SealedForm {
  readonly id: string;
  readonly sealed: string | null;
}

interface PlaceRow extends BallotPlace {
  readonly revision: number;
  readonly sent: number;
  /** The week in which the oldest name or mark expires, or an earlier one; null if not known yet. */
  readonly due: Week | null;
}

/** A row of `vote`: flags are 0 or 1. */
interface VoteRow extends Omit<StoredVote, "spam" | "muted" | "markWeek"> {
  readonly spam: number | null;
  readonly mark_week: Week;
  readonly muted: number;
}

const SCHEMA = [
  `CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), caller TEXT, number TEXT, revision INTEGER, sent INTEGER, due INTEGER);
  CREATE TABLE vote (pid TEXT PRIMARY KEY, by TEXT, form TEXT, spam INTEGER, category TEXT, tier INTEGER, source TEXT, net INTEGER, week INTEGER, mark_week INTEGER, muted INTEGER) WITHOUT ROWID;
  CREATE TABLE form (id TEXT PRIMARY KEY, sealed TEXT) WITHOUT ROWID;
  CREATE TABLE change (week INTEGER, pid TEXT, n INTEGER, PRIMARY KEY (week, pid)) WITHOUT ROWID;`,
];
/** Indices that find votes by tier and by name. */
const INDICES = [
  `CREATE INDEX vote_by_form ON vote (form);
  CREATE INDEX vote_by_name ON vote (tier DESC, week DESC, pid) WHERE form IS NOT NULL AND muted = 0;
  CREATE INDEX vote_by_mark ON vote (tier DESC, mark_week DESC, pid) WHERE spam IS NOT NULL AND muted = 0;`,
];

/** The rows of one ballot. WITHOUT ROWID: the order of arrival is stored nowhere. */
export class LedgerStore {
  /** Whether there is a table of contacts beside these; see contact-votes-store.ts. */
  contacts: { readonly exist: boolean } = { exist: false };
  readonly #rows: ObjectRows;
  readonly #indices: ObjectRows;
  /** Whether the last read found as many votes as the verdict reads. */
  #many = false;
  /** Names known to be in `form`. */
  readonly #forms = new Set<string>();

  constructor(storage: DurableObjectStorage) {
    this.#rows = new ObjectRows(storage, "ballot", SCHEMA, [
      { table: "place", column: "number", key: "one", bound: "caller", place: (id) => ({ table: "ballots", id }) },
      { table: "form", column: "sealed", key: "id", place: (id) => ({ table: "ballots", id }) },
    ]);
    this.#indices = new ObjectRows(storage, "ballot-indices", INDICES, []);
  }

  get exists(): boolean {
    return this.#rows.exist;
  }

  /** Creates the rows of a ballot, if there are none. */
  make({ caller, number }: BallotPlace): void {
    if (this.exists) return;
    this.#rows.insert("INSERT INTO place VALUES (1, ?, ?, 0, 0, NULL)", caller, number);
  }

  place(): BallotPlace {
    return this.#row();
  }

  #row(): PlaceRow {
    return this.#rows.one<PlaceRow>("SELECT caller, number, revision, sent, due FROM place");
  }

  vote(pid: string): StoredVote | null {
    const row = this.#rows.first<VoteRow>("SELECT * FROM vote WHERE pid = ?", pid);
    return row === null ? null : voteOf(row);
  }

  /** How often a vote was changed in a week; null if nothing was recorded. */
  changes(pid: string, week: Week): number | null {
    return this.#rows.first<{ n: number }>("SELECT n FROM change WHERE week = ? AND pid = ?", week, pid)?.n ?? null;
  }

  /**
   * The rows that the verdict reads: a window of names and one of marks, each highest tier first, then newest week, then
   * lowest pid (verdict/vote.ts). An own vote outranks the same person's contact.
   */
  votesThatCount(): StoredVote[] {
    const outranked = this.contacts.exist
      ? "AND NOT EXISTS (SELECT 1 FROM contact c JOIN vote own ON own.pid = c.own AND own.muted = 0 WHERE c.pid = vote.pid)"
      : "";
    const window = (of: string, week: string): string =>
      `SELECT * FROM (SELECT * FROM vote WHERE ${of} IS NOT NULL AND muted = 0 ${outranked} ORDER BY tier DESC, ${week} DESC, pid LIMIT ${MOST_VOTES})`;
    const rows = this.#rows.all<VoteRow>(`${window("form", "week")} UNION ${window("spam", "mark_week")}`);
    this.#many ||= rows.length >= MOST_VOTES;
    return rows.map(voteOf);
  }

  /** The ids of all names that votes give. */
  forms(): string[] {
    return this.#rows.all<{ id: string }>("SELECT id FROM form").map(({ id }) => id);
  }

  /** A sealed name, or null if no vote gives it. */
  form(id: string): string | null {
    return this.#rows.first<{ sealed: string }>("SELECT sealed FROM form WHERE id = ?", id)?.sealed ?? null;
  }

  /**
   * Writes a vote, its name, and its count of changes this week (null for none); deletes a name that nobody gives any more.
   * All in one turn, which the platform commits as one.
   */
  write(
    pid: string,
    before: StoredVote | null,
    after: StoredVote | null,
    form: SealedForm | null,
    { week, changes }: { readonly week: Week; readonly changes: number | null },
  ): void {
    this.#sweepChanges(week);
    if (changes !== null) this.#rows.change("INSERT OR REPLACE INTO change VALUES (?, ?, ?)", week, pid, changes);
    this.put(pid, before, after, form);
  }

  /** `write` without a count of changes. */
  put(pid: string, before: StoredVote | null, after: StoredVote | null, form: SealedForm | null): void {
    this.#indexIfMany();
    this.revise();
    if (form !== null && !this.#forms.has(form.id)) {
      if (form.sealed === null) throw new Error("a name that does not stand in the ledger comes sealed");
      this.#rows.change("INSERT OR IGNORE INTO form VALUES (?, ?)", form.id, form.sealed);
      this.#forms.add(form.id);
    }
    if (after === null) this.#rows.change("DELETE FROM vote WHERE pid = ?", pid);
    else {
      const spam = after.spam === null ? null : Number(after.spam);
      const { by, category, tier, source, net } = after;
      this.#rows.change(
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
      // If not known yet, setting the alarm finds it.
      const [due, noted] = [dueWeekOf(after), this.due()];
      if (noted !== null && due < noted) this.setDue(due);
    }
    if (before?.form && before.form !== after?.form) {
      this.#forms.delete(before.form);
      this.#rows.change(
        "DELETE FROM form WHERE id = ? AND NOT EXISTS (SELECT 1 FROM vote WHERE vote.form = form.id)",
        before.form,
      );
    }
  }

  /** Whether a name is known to be stored, so that it need not be sealed. */
  hasForm(id: string): boolean {
    return this.#forms.has(id);
  }

  /** The current revision, and the last one that was sent to the directory. */
  outbox(): { readonly revision: number; readonly sent: number } {
    return this.#row();
  }

  markSent(revision: number): void {
    this.#rows.change("UPDATE place SET sent = ?", revision);
  }

  /** The week in which the oldest name or mark expires, or an earlier one; null if not known yet. */
  due(): Week | null {
    return this.#row().due;
  }

  setDue(due: Week | null): void {
    this.#rows.change("UPDATE place SET due = ?", due);
  }

  /** Drops every vote and name; this week's counts of changes stay, or emptying would reset quotas. */
  empty(week: Week): void {
    this.#rows.change(
      "INSERT OR IGNORE INTO change SELECT ?1, pid, 0 FROM vote WHERE max(week, mark_week) = ?1 AND source = 'user'",
      week,
    );
    this.#rows.change("DELETE FROM vote");
    this.#rows.change("DELETE FROM form");
    this.#forms.clear();
    this.#sweepChanges(week);
    this.revise();
  }

  /** Drops contacts, and mutes every vote: its voter can read it, but it does not count. */
  mute(): void {
    this.#rows.change("DELETE FROM vote WHERE source = 'contact'");
    this.#rows.change("UPDATE vote SET muted = 1 WHERE muted = 0");
    this.#forgetForms();
    this.revise();
  }

  /** Drops votes that are muted. @returns whether there were any */
  dropMuted(): boolean {
    if (this.#rows.all("DELETE FROM vote WHERE muted = 1 RETURNING pid").length === 0) return false;
    this.#forgetForms();
    this.revise();
    return true;
  }

  #forgetForms(): void {
    this.#rows.change("DELETE FROM form WHERE NOT EXISTS (SELECT 1 FROM vote WHERE vote.form = form.id)");
    this.#forms.clear();
  }

  /** Most ballots hold a handful of votes, for which indices cost more than they save (docs/adr/0009). */
  #indexIfMany(): void {
    if (this.#many) this.#indices.make();
  }

  /** Marks the rows as changed. */
  revise(): void {
    this.#rows.change("UPDATE place SET revision = revision + 1");
  }

  #sweepChanges(week: Week): void {
    this.#rows.change("DELETE FROM change WHERE week < ?", week);
  }

  /** Some votes with an expired name or mark. @param names and marks of this week or earlier */
  aged(names: Week, marks: Week, limit: number): StoredVote[] {
    const rows = this.#rows.all<VoteRow>(
      "SELECT * FROM vote WHERE (form IS NOT NULL AND week <= ?) OR (spam IS NOT NULL AND mark_week <= ?) LIMIT ?",
      names,
      marks,
      limit,
    );
    return rows.map(voteOf);
  }

  /** The weeks of the oldest name and the oldest mark, found by reading every vote; null where there is none. */
  oldest(): { readonly name: Week | null; readonly mark: Week | null } {
    const oldest = this.#rows.first<{ name: Week | null; mark: Week | null }>(
      "SELECT min(CASE WHEN form IS NOT NULL THEN week END) AS name, min(CASE WHEN spam IS NOT NULL THEN mark_week END) AS mark FROM vote",
    );
    return oldest ?? { name: null, mark: null };
  }

  /** Whether it holds a vote. */
  get hasVotes(): boolean {
    return this.#rows.any("SELECT 1 FROM vote LIMIT 1");
  }
}

function voteOf({ mark_week: markWeek, spam, muted, ...row }: VoteRow): StoredVote {
  return { ...row, markWeek, spam: spam === null ? null : spam === 1, muted: muted === 1 };
}
