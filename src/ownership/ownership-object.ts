import { readConfig } from "../config.ts";
import { publishers } from "../directory/publishers.ts";
import { DirectoryRecords } from "../directory/records.ts";
import { sendOwner } from "../directory/send-owner.ts";
import { relist, unlist } from "../directory/unlisting.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import { countedSkips } from "../telemetry/skips.ts";
import { logBug } from "../telemetry/bugs.ts";
import { Vault } from "../vault/vault.ts";
import { dayOf, weekOf } from "../verdict/decay.ts";
import { OwnershipRows, type OwnedPlace, type OwnedRow } from "./ownership-rows.ts";
import {
  changeOwned,
  partOf,
  retryDelay,
  UNSAID,
  type Owned,
  type OwnedChange,
  type OwnedChanged,
} from "./ownership-state.ts";

/** What a change did; `done` says whether it has reached the directory and the votes already. */
export type ChangeAnswer =
  | { readonly ok: true; readonly owned: Owned; readonly done: boolean }
  | Extract<OwnedChanged, { ok: false }>;

/**
 * What the owner of one number said of it; named by the number's id. A change is stored and its alarm armed before
 * anything is done about it, so that a number that was taken out is out whatever fails in between; one revision is
 * worked on at a time, in order.
 */
export class Ownership extends ReportingObject {
  readonly #vault: Vault;
  readonly #rows: OwnershipRows;
  /** The work under way: calls that come in between wait for it. Never rejects. */
  #working: Promise<boolean> = Promise.resolve(true);
  /** Changes are read, decided and written one after the other: opening and sealing let others in. */
  #changing: Promise<unknown> = Promise.resolve();
  #failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys, countedSkips(env.DB, ctx));
    this.#rows = new OwnershipRows(ctx.storage.sql);
  }

  /** What the owner said; `UNSAID` without anything. */
  async read(): Promise<Owned> {
    const row = this.#rows.read();
    return row === null ? UNSAID : this.#open(row);
  }

  /** Changes what the owner says. Answered when stored; @param wait whether to wait until it is done, too */
  async change(place: OwnedPlace, change: OwnedChange, now: number, wait: boolean): Promise<ChangeAnswer> {
    const changing = this.#changing.then(() => this.#change(place, change, now));
    this.#changing = changing.catch(() => undefined);
    const changed = await changing;
    if (!changed.ok) return changed;
    const done = wait ? await this.#work() : this.#isDone();
    return { ok: true, owned: changed.owned, done };
  }

  override async alarm(): Promise<void> {
    await this.#work();
  }

  async #change(place: OwnedPlace, change: OwnedChange, now: number): Promise<OwnedChanged> {
    const before = this.#rows.read();
    const changed = changeOwned(await this.read(), change, dayOf(now), weekOf(now));
    if (!changed.ok || !changed.altered) return changed;
    const { caller, block, line } = place;
    const sealed = await this.#vault.sealText({ table: "owners", id: caller }, JSON.stringify(changed.owned));
    // Not awaited: the answer is held back until both this and the row are on disk.
    void this.ctx.storage.setAlarm(Date.now());
    this.#rows.write({
      caller,
      block,
      line,
      sealed,
      revision: (before?.revision ?? 0) + 1,
      // Read again: work may have been finished while this was being sealed.
      done: this.#rows.read()?.done ?? 0,
      emptying: changed.emptying || (before?.emptying ?? false),
      tombstone: !changed.owned.listed || (this.#rows.read()?.tombstone ?? false),
    });
    return changed;
  }

  /** Does what is to be done, after the work that is under way; whether nothing is left to do. */
  #work(): Promise<boolean> {
    this.#working = this.#working.then(() => this.#apply());
    return this.#working;
  }

  async #apply(): Promise<boolean> {
    if (this.#rows.read() === null) {
      // Where nothing was ever said the platform may still keep that somebody asked; nothing is awaited before this.
      await this.ctx.storage.deleteAll();
      return true;
    }
    for (let row = this.#rows.read(); row !== null && row.done < row.revision; row = this.#rows.read()) {
      // Armed before the work: should the object die in between, the alarm brings it back.
      await this.ctx.storage.setAlarm(Date.now() + retryDelay(this.#failures + 1));
      try {
        await this.#carryOut(row);
      } catch (thrown) {
        logBug(consoleLogger, thrown);
        this.#failures += 1;
        consoleLogger.log("ownership.failed", { retryInMs: retryDelay(this.#failures) });
        await this.ctx.storage.setAlarm(Date.now() + retryDelay(this.#failures));
        return false;
      }
      this.#failures = 0;
      this.#rows.markDone(row.revision);
    }
    await this.ctx.storage.deleteAlarm();
    return true;
  }

  /** Brings directory and votes to what a row says. Each step can be repeated. */
  async #carryOut(row: OwnedRow): Promise<void> {
    const { caller, block, line, revision, emptying, tombstone } = row;
    const directory = {
      records: new DirectoryRecords(this.env.DB, this.env.PAGES),
      vault: this.#vault,
      logger: consoleLogger,
    };
    const publishing = publishers(this.env.PUBLISHERS);
    const now = Date.now();
    const owned = await this.#open(row);
    // The tombstone first: what comes in from then on is dropped, so nothing can come between it and the emptying.
    if (!owned.listed) await unlist(directory, publishing, { caller, block, line }, now);
    // Names that are on their way too: they would arrive in a ballot that has been emptied.
    if (emptying || tombstone) await this.#forgetOnTheWay(caller);
    if (emptying) await this.env.BALLOTS.getByName(caller).empty(weekOf(now));
    if (!owned.listed) return;
    if (tombstone) {
      // Whatever came in while the number was out has not counted, and does not from now on.
      await this.env.BALLOTS.getByName(caller).forgetContacts();
      await relist(directory, caller);
      this.#rows.clearTombstone(revision);
    }
    const place = { caller, block, line };
    if (emptying && owned.dispute !== "removed") {
      // Who has the number now is not who filled in its profile, or operators took it down: name and photo go, until its
      // account sends them anew.
      const taken = { ...place, source: "profile", part: null, revision: Math.floor(now / 1000) } as const;
      await sendOwner(directory, publishing, taken, now);
    }
    const sent = { ...place, source: "ownership", part: partOf(owned), revision } as const;
    await sendOwner(directory, publishing, sent, now);
  }

  /** Drops the names of the number that wait in its mixer: the one that has the first character of its id there. */
  async #forgetOnTheWay(caller: string): Promise<void> {
    const number = await this.#vault.mixingNumber(caller);
    await this.env.MIXERS.getByName(number.charAt(0)).forget(number);
  }

  #isDone(): boolean {
    const row = this.#rows.read();
    return row === null || row.done >= row.revision;
  }

  /** What does not open is as if it had not been said, but that a number which was taken out stays out. */
  async #open({ caller, sealed, tombstone }: OwnedRow): Promise<Owned> {
    const said = await this.#vault.stored.json<Owned>({ table: "owners", id: caller }, sealed);
    return said === null ? { ...UNSAID, listed: !tombstone } : { ...UNSAID, ...said };
  }
}
