import type { E164 } from "../numbers/number.ts";
import { vault } from "../isolate.ts";
import { publishers } from "../directory/publishers.ts";
import { DirectoryRecords } from "../directory/records.ts";
import { sendOwner } from "../directory/send-owner.ts";
import { relist, unlist } from "../directory/unlisting.ts";
import { Turns } from "../memory/turns.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { nullIfOutage } from "../telemetry/store-failure.ts";
import { retryDelay } from "../time/retry.ts";
import { weekOf } from "../verdict/decay.ts";
import { numberSeal, OwnershipStore, type OwnedRow } from "./ownership-store.ts";
import {
  changeOwned,
  isUnsaid,
  partOf,
  UNSAID,
  type Owned,
  type OwnedChange,
  type OwnedChanged,
} from "./ownership-state.ts";

/** A change of hands to tell the number's account: the number, and when it was stated, ms. */
export interface HandOver {
  readonly number: E164;
  readonly said: number;
}

/** What a change did; `done` says whether it has reached the directory and the votes already. */
export type ChangeAnswer =
  | { readonly ok: true; readonly owned: Owned; readonly done: boolean }
  | Extract<OwnedChanged, { ok: false }>;

/**
 * Holds what the owner of one number, its account and operators set; named by the number's id, and the only writer of the
 * owner's part. A change is stored and the alarm armed before it is carried out, so that a number that was taken out stays
 * out whatever fails in between. Revisions are carried out one at a time, in order. The wiring extends this class with
 * what other rooms must be told.
 */
export abstract class OwnershipObject extends StoredObject {
  readonly #vault = vault;
  readonly #rows: OwnershipStore;
  /** Revisions are carried out one after the other. */
  readonly #work = new Turns();
  /** Changes are applied one after the other: opening and sealing await, and other calls could come in between. */
  readonly #changes = new Turns();
  #failures = 0;

  /** Tells the account of a number that it changed hands; repeatable. @throws StoreFailure */
  protected abstract readonly tell: (handOver: HandOver, now: number) => Promise<void>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#rows = new OwnershipStore(ctx.storage);
  }

  /** What the owner said; `UNSAID` without anything. */
  async read(): Promise<Owned> {
    const row = this.#rows.read();
    return row === null ? UNSAID : this.#open(row);
  }

  /** Changes what the owner says. Returns when it is stored. @param wait whether to wait until it is carried out, too */
  async change(number: E164, change: OwnedChange, now: number, wait: boolean): Promise<ChangeAnswer> {
    const changed = await this.#changes.run(() => this.#change(number, change, now));
    if (!changed.ok) return changed;
    const done = wait ? await this.#work.run(() => this.#apply()) : this.#isDone();
    return { ok: true, owned: changed.owned, done };
  }

  /** Whether a profile from this time (ms) is shown: the number was neither unlisted nor taken down since. */
  async showsProfile(said: number): Promise<boolean> {
    const { listed, profilesSince } = await this.read();
    return listed && said > (profilesSince ?? -Infinity);
  }

  override async alarm(): Promise<void> {
    await this.#work.run(() => this.#apply());
  }

  async #change(number: E164, change: OwnedChange, now: number): Promise<OwnedChanged> {
    const before = this.#rows.read();
    const changed = changeOwned(await this.read(), change, now);
    if (!changed.ok || !changed.altered) return changed;
    const caller = await this.#vault.numberId(number);
    const sealed = await this.#vault.sealText({ table: "owners", id: caller }, JSON.stringify(changed.owned));
    const numberSealed = await this.#vault.sealText(numberSeal(caller), number);
    const telling = await this.#telling(caller, change, now);
    // Not awaited: the platform holds the answer until row and alarm are on disk.
    void this.ctx.storage.setAlarm(Date.now());
    this.#rows.write({
      caller,
      number: numberSealed,
      sealed,
      revision: (before?.revision ?? 0) + 1,
      // Read again: work may have been finished while this was being sealed.
      done: this.#rows.read()?.done ?? 0,
      emptying: changed.emptying || (before?.emptying ?? false),
      tombstone: !changed.owned.listed || (this.#rows.read()?.tombstone ?? false),
      telling: telling === undefined ? (this.#rows.read()?.telling ?? null) : telling,
    });
    return changed;
  }

  /** The sealed hand-over to send after a change; null to send none; undefined to leave it as it is. */
  async #telling(caller: string, change: OwnedChange, now: number): Promise<string | null | undefined> {
    // The account ends: nobody needs to be told.
    if (change.does === "forget") return null;
    if (change.does !== "say" || change.handOver === null) return undefined;
    const handOver: HandOver = { number: change.handOver, said: now };
    return this.#vault.sealText({ table: "handovers", id: caller }, JSON.stringify(handOver));
  }

  /** Carries out what is pending; returns whether everything is done. */
  async #apply(): Promise<boolean> {
    if (this.#rows.read() === null) {
      // The platform may keep a trace of an object that was only asked; nothing is awaited before this.
      await this.ctx.storage.deleteAll();
      return true;
    }
    for (let row = this.#rows.read(); row !== null && isOpen(row); row = this.#rows.read()) {
      // Armed before the work: if the object dies in between, the alarm resumes it.
      await this.ctx.storage.setAlarm(Date.now() + retryDelay(this.#failures + 1));
      try {
        await this.enlist("Ownership");
        if (row.done < row.revision) await this.#carryOut(row);
        else await this.#tell(row);
      } catch (thrown) {
        logBug(consoleLogger, thrown);
        this.#failures += 1;
        consoleLogger.log("ownership.failed", { retryInMs: retryDelay(this.#failures) });
        await this.ctx.storage.setAlarm(Date.now() + retryDelay(this.#failures));
        return false;
      }
      this.#failures = 0;
      if (row.done < row.revision) this.#rows.markDone(row.revision);
    }
    // A change that arrived meanwhile has armed its own alarm.
    await this.#changes.run(() => this.#rest());
    return true;
  }

  /** Disarms the alarm, and deletes everything if nothing is set and no quota must be kept. */
  async #rest(): Promise<void> {
    const row = this.#rows.read();
    if (row === null || isOpen(row)) return;
    const said = await this.#said(row);
    // A value that cannot be opened may be something.
    const isEmpty = !row.tombstone && said !== null && isUnsaid(said);
    // The alarm stays until then: after a crash it comes here again.
    const off = isEmpty ? await this.delist("Ownership").then(() => true, nullIfOutage) : true;
    if (off === null) return this.ctx.storage.setAlarm(Date.now() + retryDelay(1));
    await this.ctx.storage.deleteAlarm();
    if (isEmpty) await this.ctx.storage.deleteAll();
  }

  /** Makes the directory and the ballot match the row. Each step can be repeated. */
  async #carryOut(row: OwnedRow): Promise<void> {
    const { caller, revision, emptying, tombstone } = row;
    const number = (await this.#vault.stored.text(numberSeal(caller), row.number)) as E164 | null;
    // Whoever changes something next names it again.
    if (number === null) throw new Error("an owner's number does not open");
    const directory = {
      records: new DirectoryRecords(this.env.DB, this.env.PAGES),
      vault: this.#vault,
      logger: consoleLogger,
    };
    const publishing = publishers(this.env);
    const now = Date.now();
    const owned = await this.#open(row);
    // The tombstone first: whatever arrives after it is dropped, so nothing is left after the ballot is emptied.
    if (!owned.listed) await unlist(directory, publishing, number, now);
    // Names still waiting in the mixer would otherwise arrive in the emptied ballot.
    if (emptying || tombstone) await this.#forgetOnTheWay(caller);
    const ballot = this.env.BALLOTS.getByName(caller);
    if (owned.barred) await ballot.bar(owned.taken?.names ?? []);
    // After a change of hands votes are deleted; on a number taken out they stay for their voters to read.
    if (emptying) await (owned.listed ? ballot.empty(weekOf(now)) : ballot.mute());
    if (!owned.listed) return;
    if (tombstone) {
      // What arrived while the number was out must not count now.
      await ballot.forgetContacts();
      await ballot.mute();
      await relist(directory, number);
      this.#rows.clearTombstone(revision);
    }
    await sendOwner(directory, publishing, { number, part: partOf(owned), revision }, now);
  }

  /** Tells the number's account that it changed hands. */
  async #tell({ caller, telling }: OwnedRow): Promise<void> {
    if (telling === null) return;
    const handOver = await this.#vault.stored.json<HandOver>({ table: "handovers", id: caller }, telling);
    // A value that cannot be opened is skipped and counted.
    if (handOver !== null) await this.tell(handOver, Date.now());
    this.#rows.markTold(telling);
  }

  /** Drops the number's names from its mixer, which is found by the first character of the mixing id. */
  async #forgetOnTheWay(caller: string): Promise<void> {
    const number = await this.#vault.mixingNumber(caller);
    await this.env.MIXERS.getByName(number.charAt(0)).forget(number);
  }

  #isDone(): boolean {
    const row = this.#rows.read();
    return row === null || row.done >= row.revision;
  }

  /** A value that cannot be opened counts as unset, but a number that was taken out stays out. */
  async #open(row: OwnedRow): Promise<Owned> {
    return (await this.#said(row)) ?? { ...UNSAID, listed: !row.tombstone };
  }

  async #said({ caller, sealed }: OwnedRow): Promise<Owned | null> {
    const said = await this.#vault.stored.json<Owned>({ table: "owners", id: caller }, sealed);
    return said === null ? null : { ...UNSAID, ...said };
  }
}

/** Whether something is still to be carried out. */
function isOpen({ done, revision, telling }: OwnedRow): boolean {
  return done < revision || telling !== null;
}
