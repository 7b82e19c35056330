import { skips, vault } from "../isolate.ts";
import type { MessageId } from "../messaging/message.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
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

/** What a picture is stored with. Keys are of the picture's bytes, each for somebody else to open. */
export interface Birth {
  readonly id: PictureId;
  readonly expires: number;
  readonly once: boolean;
  readonly width: number;
  readonly height: number;
  /** Keyed hashes of accounts, as in the table. */
  readonly sender: string;
  readonly recipient: string | null;
  /** Sender's number, sealed; null when it is not known. */
  readonly from: string | null;
  /** The message that brings its link, `LinkLetter` sealed; null where none goes. */
  readonly letter: string | null;
  /** The content key under the link's token. */
  readonly linkKey: Uint8Array<ArrayBuffer>;
  /** The content key sealed in the vault, for a recipient with an account; null without. */
  readonly accountKey: Uint8Array<ArrayBuffer> | null;
}

/** Where the message with a link waits until it is sent: ids of the outbox and of the message in it. */
export interface LinkLetter {
  readonly outbox: string;
  readonly message: MessageId;
}

/** A picture as those see it who may. */
export interface Look extends Omit<Birth, "sender" | "recipient" | "letter"> {
  readonly opened: boolean;
}

/** Whose picture it is to somebody: who has its link, or the account that sent it or got it. */
export type Claim = { readonly by: "link" } | { readonly by: "sender" | "recipient"; readonly account: string };

const SCHEMA = [
  "CREATE TABLE picture (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT, facts TEXT, life TEXT, link_key BLOB, account_key BLOB, report_key BLOB)",
];
const PLACE = "picture-objects";
/** A picture of these is not in its sender's list; of a report the sender is not told. */
const HIDDEN: ReadonlySet<PictureStatus> = new Set(["coming", "gone"]);

/**
 * The life of one picture, in order: taps, report, decision, deletion. Named by the picture's id. Each call reads,
 * decides and writes without letting another one in between; the alarm that deletes the bytes is armed in the same
 * write that says when.
 */
export class Picture extends ReportingObject {
  readonly #rows = new ObjectRows(this.ctx.storage, "picture", SCHEMA);
  #row: Row | null | undefined;

  /** The picture is about to be stored: from here on its bytes are deleted in time, whatever happens. */
  begin(birth: Birth, now: number): void {
    this.#write({ ...birth, reportKey: null, life: newPicture(birth.expires, birth.once, now) });
  }

  /** Its bytes are stored: it may be seen. False when it came too late. */
  ready(now: number): boolean {
    const row = this.#now(now);
    if (row === null) return false;
    this.#write({ ...row, life: arrived(row.life) });
    return true;
  }

  /** The picture for who may see it, without seeing it; null for all others, and for what is gone. */
  look(claim: Claim, now: number): Look | null {
    const row = this.#now(now);
    return row !== null && isReadable(row.life) && mayRead(row, claim) ? lookOf(row) : null;
  }

  /** Shows the picture; a picture to be seen once is shown to the first who asks. */
  tap(claim: Claim, now: number): Look | null {
    const look = this.look(claim, now);
    const row = this.#row;
    // Many may look at a link at once: what nobody would see changed is not written again.
    if (look !== null && row && (look.once || !look.opened)) this.#write({ ...row, life: seen(row.life, now) });
    return look;
  }

  /** What its sender is told: whether it was opened. Null when it is gone. */
  sent(account: string, now: number): { expires: number; once: boolean; opened: boolean } | null {
    const row = this.#now(now);
    if (row === null || row.sender !== account || HIDDEN.has(row.life.status)) return null;
    return { expires: row.expires, once: row.once, opened: row.life.opened };
  }

  /** The key that the reporter can open, wrapped as it is stored; null when there is nothing to report. */
  reportable(claim: Claim, now: number): Pick<Look, "linkKey" | "accountKey"> | null {
    const row = this.#now(now);
    if (row === null || !mayRead(row, claim) || reported(row.life) === null) return null;
    return { linkKey: row.linkKey, accountKey: row.accountKey };
  }

  /** Hides the picture, with its key sealed for operators. False when there was nothing to report. */
  report(reportKey: Uint8Array<ArrayBuffer>, now: number): boolean {
    const row = this.#now(now);
    const life = row === null ? null : reported(row.life);
    if (row === null || life === null) return false;
    this.#write({ ...row, reportKey, life });
    return true;
  }

  /** What operators decide about: null when there is no report to decide. */
  toDecide(now: number): { reportKey: Uint8Array<ArrayBuffer>; expires: number } | null {
    const row = this.#now(now);
    if (row === null || row.life.status !== "reported" || row.reportKey === null) return null;
    return { reportKey: row.reportKey, expires: row.expires };
  }

  /** Operators' decision; their key is forgotten with it. False when there was nothing to decide. */
  async decide(decision: "keep" | "remove", now: number): Promise<boolean> {
    const row = this.#now(now);
    const life = row === null ? null : decided(row.life, decision, now);
    if (row === null || life === null) return false;
    this.#write({ ...row, reportKey: null, life });
    if (at(life, now).status === "gone") await this.#purge(now);
    return true;
  }

  /** Deletes the picture at once. False when it is not theirs, or gone already. */
  async remove(claim: Claim, now: number): Promise<boolean> {
    const row = this.#now(now);
    if (row === null || !mayRemove(row, claim) || row.life.status === "gone") return false;
    this.#write({ ...row, life: { ...row.life, status: "gone", until: now } });
    await this.#purge(now);
    return true;
  }

  /** Deletes what is over, should the alarm have been missed. Of a picture that is not known here others must. */
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
      // It rang early, by this clock: what is to be deleted is not yet over.
      await this.ctx.storage.setAlarm(row.life.until);
      return;
    }
    await this.#purge(now);
  }

  /** Takes back the message with its link should it not have left, deletes the bytes and the row, then all that is known here. A store that is down is asked again. */
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
    // Under a key that is gone nobody can say where it waits; a link to nothing is all that may leave.
    if (opened === null) return;
    const { outbox, message } = opened;
    await this.env.OUTBOXES.getByName(outbox).withdraw(message);
  }

  /** The row as it is at a time; what is found to be over is written down as gone. */
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
    // Not awaited: the answer is held back until both this and the row are on disk.
    void this.ctx.storage.setAlarm(row.life.until);
  }
}

/** Everything known of a picture. */
interface Row extends Birth {
  readonly life: PictureLife;
  /** The content key sealed for operators, while they have to decide. */
  readonly reportKey: Uint8Array<ArrayBuffer> | null;
}

/** A row of `picture`. */
interface StoredPicture {
  readonly id: PictureId;
  /** As JSON: what of a `Birth` has no column of its own. */
  readonly facts: string;
  /** `PictureLife` as JSON. */
  readonly life: string;
  readonly link_key: ArrayBuffer;
  readonly account_key: ArrayBuffer | null;
  readonly report_key: ArrayBuffer | null;
}

/** Null where it cannot be read: the picture is as good as gone, and its bytes go when the round finds it over. */
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

/** A link to a picture that is hidden leads nowhere, its deletion included. */
function mayRemove(row: Row, claim: Claim): boolean {
  if (claim.by === "link") return row.life.status === "open" || row.life.status === "spent";
  return row[claim.by] === claim.account;
}
