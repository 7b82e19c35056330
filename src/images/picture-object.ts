import { skips, vault } from "../isolate.ts";
import type { MessageId } from "../messaging/message.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { EXPIRING, ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { parseStored, type Skips } from "../vault/stored-seals.ts";
import type { PictureId } from "./picture-keys.ts";
import {
  arrived,
  at,
  decided,
  isReadable,
  newPicture,
  reported,
  seen,
  type PictureLife,
  type PictureStatus,
} from "./picture-state.ts";
import { PictureRecords } from "./records.ts";
import { RETRY_MS } from "../time/retry.ts";

/** What a picture is stored with. Each key opens the picture's bytes for somebody else. */
export interface Birth {
  readonly id: PictureId;
  readonly expires: number;
  readonly once: boolean;
  readonly width: number;
  readonly height: number;
  /** Keyed hashes of accounts, as in the table. */
  readonly sender: string;
  readonly recipient: string | null;
  /** The sender's number, sealed, or null if unknown. */
  readonly from: string | null;
  /** The message with its link, `LinkLetter` sealed, or null. */
  readonly letter: string | null;
  /** The content key under the link's token. */
  readonly linkKey: Uint8Array<ArrayBuffer>;
  /** The content key sealed in the vault for a recipient with an account, or null. */
  readonly accountKey: Uint8Array<ArrayBuffer> | null;
}

/** Where the message with a link waits until it is sent: ids of the outbox and of the message in it. */
export interface LinkLetter {
  readonly outbox: string;
  readonly message: MessageId;
}

/** A picture as its viewers see it. */
export interface Look extends Omit<Birth, "sender" | "recipient" | "letter"> {
  readonly opened: boolean;
}

/** The right to a picture: by its link, or as the account that sent or received it. */
export type Claim = { readonly by: "link" } | { readonly by: "sender" | "recipient"; readonly account: string };

const SCHEMA = [
  "CREATE TABLE picture (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT, facts TEXT, life TEXT, link_key BLOB, account_key BLOB, report_key BLOB)",
];
const PLACE = "picture-objects";
/** Not in the sender's list. The sender is not told of a report. */
const HIDDEN: ReadonlySet<PictureStatus> = new Set(["coming", "gone"]);

/**
 * One picture, named by its id: views, report, decision, deletion, in order. Each call reads, decides and writes without
 * another in between; the alarm that deletes the bytes is set in the same write.
 */
export class Picture extends StoredObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "picture", SCHEMA, EXPIRING);
  #row: Row | null | undefined;

  /** The picture is about to be stored: from here on its bytes are deleted in time, even after a crash. */
  begin(birth: Birth, now: number): void {
    this.#write({ ...birth, reportKey: null, life: newPicture(birth.expires, birth.once, now) });
  }

  /** Its bytes are stored: it may be seen. False if that took too long. */
  ready(now: number): boolean {
    const row = this.#now(now);
    if (row === null) return false;
    this.#write({ ...row, life: arrived(row.life) });
    return true;
  }

  /** The picture's state for who may see it, without counting a view; otherwise null. */
  look(claim: Claim, now: number): Look | null {
    const row = this.#now(now);
    return row !== null && isReadable(row.life) && mayRead(row, claim) ? lookOf(row) : null;
  }

  /** Shows the picture; one that can be seen once is shown to the first request. */
  tap(claim: Claim, now: number): Look | null {
    const look = this.look(claim, now);
    const row = this.#row;
    // A popular link may be viewed often: an unchanged state is not written again.
    if (look !== null && row && (look.once || !look.opened)) this.#write({ ...row, life: seen(row.life, now) });
    return look;
  }

  /** What its sender is told: whether it was opened. Null if it is gone. */
  sent(account: string, now: number): { expires: number; once: boolean; opened: boolean } | null {
    const row = this.#now(now);
    if (row === null || row.sender !== account || HIDDEN.has(row.life.status)) return null;
    return { expires: row.expires, once: row.once, opened: row.life.opened };
  }

  /** The wrapped key that the reporter can open; null if there is nothing to report. */
  reportable(claim: Claim, now: number): Pick<Look, "linkKey" | "accountKey"> | null {
    const row = this.#now(now);
    if (row === null || !mayRead(row, claim) || reported(row.life) === null) return null;
    return { linkKey: row.linkKey, accountKey: row.accountKey };
  }

  /** Hides the picture and stores its key sealed for operators. False if there was nothing to report. */
  report(reportKey: Uint8Array<ArrayBuffer>, now: number): boolean {
    const row = this.#now(now);
    const life = row === null ? null : reported(row.life);
    if (row === null || life === null) return false;
    this.#write({ ...row, reportKey, life });
    return true;
  }

  /** The report that operators decide about, or null. */
  toDecide(now: number): { reportKey: Uint8Array<ArrayBuffer>; expires: number } | null {
    const row = this.#now(now);
    if (row === null || row.life.status !== "reported" || row.reportKey === null) return null;
    return { reportKey: row.reportKey, expires: row.expires };
  }

  /** Carries out the operators' decision and deletes their key. False if there was nothing to decide. */
  async decide(decision: "keep" | "remove", now: number): Promise<boolean> {
    const row = this.#now(now);
    const life = row === null ? null : decided(row.life, decision, now);
    if (row === null || life === null) return false;
    this.#write({ ...row, reportKey: null, life });
    if (at(life, now).status === "gone") await this.#purge(now);
    return true;
  }

  /** Deletes the picture at once. False if it is not theirs, or already gone. */
  async remove(claim: Claim, now: number): Promise<boolean> {
    const row = this.#now(now);
    if (row === null || !mayRemove(row, claim) || row.life.status === "gone") return false;
    this.#write({ ...row, life: { ...row.life, status: "gone", until: now } });
    await this.#purge(now);
    return true;
  }

  /** Deletes an expired picture whose alarm was missed. `unknown` if it is not known here. */
  async sweep(now: number): Promise<"kept" | "purged" | "unknown"> {
    const row = this.#now(now);
    if (row === null) return "unknown";
    if (row.life.status !== "gone") return "kept";
    await this.#purge(now);
    return "purged";
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    const row = this.#now(now);
    if (row === null) return this.ctx.storage.deleteAll();
    if (row.life.status !== "gone") {
      // The alarm fired early by this clock: nothing has expired yet.
      await this.ctx.storage.setAlarm(row.life.until);
      return;
    }
    await this.#purge(now);
  }

  /** Withdraws an unsent message with the link, deletes the bytes and the row, then everything here. Retried if a store fails. */
  async #purge(now: number): Promise<void> {
    const row = this.#read();
    if (row === null) return;
    // Armed before the work: if the object dies in between, the alarm resumes it.
    await this.ctx.storage.setAlarm(now + RETRY_MS);
    try {
      await this.#takeBackLink(row);
      await new PictureRecords(this.env.DB, this.env.PICTURE_BYTES).remove(row.id);
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      consoleLogger.log("picture.failed", { retryInMs: RETRY_MS });
      return;
    }
    await this.ctx.storage.deleteAll(); // The alarm too.
    this.#row = null;
  }

  async #takeBackLink({ id, letter }: Row): Promise<void> {
    if (letter === null) return;
    const opened = await vault.stored.json<LinkLetter>({ table: "pictures", id }, letter);
    // Sealed under a missing key: the message may be sent, with a link to nothing.
    if (opened === null) return;
    const { outbox, message } = opened;
    await this.env.OUTBOXES.getByName(outbox).withdraw(message);
  }

  /** The row at a time; an expired picture is written as gone. */
  #now(now: number): Row | null {
    const row = this.#read();
    if (row === null) return null;
    const life = at(row.life, now);
    if (life !== row.life && row.life.status !== "gone") this.#write({ ...row, life });
    return { ...row, life };
  }

  #read(): Row | null {
    if (this.#row === undefined) {
      const stored = this.#rows.first<StoredPicture>("SELECT * FROM picture");
      this.#row = stored === null ? null : rowOf(stored, skips);
    }
    return this.#row;
  }

  #write(row: Row): void {
    const { id, life, linkKey, accountKey, reportKey, ...facts } = row;
    this.#rows.insert(
      "INSERT OR REPLACE INTO picture VALUES (1, ?, ?, ?, ?, ?, ?)",
      id,
      JSON.stringify(facts),
      JSON.stringify(life),
      linkKey,
      accountKey,
      reportKey,
    );
    this.#row = row;
    // Not awaited: the platform holds the answer until row and alarm are on disk.
    void this.ctx.storage.setAlarm(row.life.until);
  }
}

/** Everything stored of a picture. */
interface Row extends Birth {
  readonly life: PictureLife;
  /** The content key sealed for operators until they decide. */
  readonly reportKey: Uint8Array<ArrayBuffer> | null;
}

/** A row of `picture`. */
interface StoredPicture {
  readonly id: PictureId;
  /** As JSON: the fields of `Birth` without a column of their own. */
  readonly facts: string;
  /** `PictureLife` as JSON. */
  readonly life: string;
  readonly link_key: ArrayBuffer;
  readonly account_key: ArrayBuffer | null;
  readonly report_key: ArrayBuffer | null;
}

/** Null if it cannot be read: the picture counts as gone, and the cron deletes its bytes at its expiry. */
function rowOf(stored: StoredPicture, skips: Skips): Row | null {
  const facts = parseStored<Omit<Birth, "id" | "linkKey" | "accountKey">>(skips, PLACE, stored.facts);
  const life = parseStored<PictureLife>(skips, PLACE, stored.life);
  if (facts === null || life === null) return null;
  return {
    ...facts,
    id: stored.id,
    life,
    linkKey: new Uint8Array(stored.link_key),
    accountKey: stored.account_key === null ? null : new Uint8Array(stored.account_key),
    reportKey: stored.report_key === null ? null : new Uint8Array(stored.report_key),
  };
}

function lookOf({ id, expires, once, width, height, from, linkKey, accountKey, life }: Row): Look {
  return { id, expires, once, width, height, from, linkKey, accountKey, opened: life.opened };
}

function mayRead(row: Row, claim: Claim): boolean {
  return claim.by === "link" || (claim.by === "recipient" && row.recipient === claim.account);
}

/** A link to a hidden picture does nothing, not even delete it. */
function mayRemove(row: Row, claim: Claim): boolean {
  if (claim.by === "link") return row.life.status === "open" || row.life.status === "spent";
  return row[claim.by] === claim.account;
}
