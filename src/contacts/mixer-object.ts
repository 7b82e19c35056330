import { vault } from "../isolate.ts";
import { RevocationRecords } from "../directory/revocation-records.ts";
import type { E164 } from "../numbers/number.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { retryDelay } from "../time/retry.ts";
import { nextRun, RUN_ROWS, SAFETY_MS, SPOILT_MS } from "./mixer-state.ts";
import { PendingStore, type PendingRow } from "./pending-store.ts";

/** A name from somebody's contacts that waits for its release. */
export interface SharedName {
  readonly number: E164;
  readonly name: string;
  /** The id under which it was shared. */
  readonly share: string;
  /** The `pid` of the same person's own vote on the number. */
  readonly own: string;
  readonly tier: 0 | 1 | 2;
  readonly net: number;
  readonly week: number;
}

/** A name that is due, opened. */
interface Due {
  readonly row: PendingRow;
  readonly shared: SharedName;
}

/**
 * A mixer: names wait here, each until a random time, and are released to their numbers' ballots among those of others. A
 * row is deleted only when its ballot has stored it: nothing accepted is lost, and repeats count once.
 */
export class Mixer extends StoredObject {
  readonly #vault = vault;
  readonly #pending: PendingStore;
  readonly #revocations: RevocationRecords;
  /** Names that are being released right now, by the row's id. */
  readonly #handing = new Map<string, Promise<void>>();
  #failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#pending = new PendingStore(ctx.storage);
    this.#revocations = new RevocationRecords(env.DB, this.#vault);
  }

  /** Accepts names. Acknowledged means stored, with the alarm set. */
  async take(rows: readonly PendingRow[]): Promise<void> {
    this.ctx.storage.transactionSync(() => this.#pending.add(rows));
    await this.#bringForward(Date.now());
  }

  /** Withdraws names, waiting for those that are being released: afterwards they are in their ballots. */
  async withdraw(ids: readonly string[]): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      for (const id of ids) this.#pending.delete(id);
    });
    for (const id of ids) await this.#handing.get(id);
  }

  /** Deletes whatever waits for a number that was unlisted or changed hands. @param number as in `PendingRow` */
  async forget(number: string): Promise<void> {
    const ids = this.#pending.of(number);
    await this.withdraw(ids);
  }

  /** Releases names that are due, a bounded number; deletes those that were withdrawn meanwhile. */
  override async alarm(): Promise<void> {
    if (this.#pending.next() === null) return;
    await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    try {
      const due = await this.#openDue(this.#pending.due(Date.now(), RUN_ROWS));
      const revoked = await this.#revocations.among(due.map(({ shared }) => shared.share));
      await this.#handOverAll(due, revoked);
      this.#failures = 0;
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      // Revocations could not be read. An error's message is not logged.
      this.#failures += 1;
      const retryInMs = retryDelay(this.#failures);
      consoleLogger.log("mixer.failed", { retryInMs });
      await this.ctx.storage.setAlarm(Date.now() + retryInMs);
      return;
    }
    await this.#arm(Date.now());
  }

  /** What cannot be opened waits for a deployment that has its key, and does not block the others. */
  async #openDue(rows: readonly PendingRow[]): Promise<Due[]> {
    const opened: Due[] = [];
    for (const row of rows) {
      const shared = await this.#vault.stored.json<SharedName>({ table: "mixers", id: row.id }, row.sealed);
      if (shared !== null) opened.push({ row, shared });
      else this.#pending.postpone(row.id, Date.now() + SPOILT_MS);
    }
    if (opened.length < rows.length) consoleLogger.log("mixer.failed", { retryInMs: SPOILT_MS });
    return opened;
  }

  /** Independently: one whose ballot does not answer waits and does not block the others. */
  async #handOverAll(due: readonly Due[], revoked: ReadonlySet<string>): Promise<void> {
    let failed = false;
    for (const one of due) {
      try {
        if (revoked.has(one.shared.share)) this.#pending.deleteIf(one.row);
        else await this.#handOver(one);
      } catch {
        failed = true;
        this.#pending.postpone(one.row.id, Date.now() + SAFETY_MS);
      }
    }
    if (failed) consoleLogger.log("mixer.failed", { retryInMs: SAFETY_MS });
  }

  async #handOver({ row, shared }: Due): Promise<void> {
    const [caller, pid] = await Promise.all([
      this.#vault.numberId(shared.number),
      this.#vault.contactPid(shared.number, shared.share),
    ]);
    // Withdrawn meanwhile, or replaced by another name, which the next run releases.
    if (!this.#pending.holds(row)) return;
    const handing = this.env.BALLOTS.getByName(caller).takeContact({ ...shared, pid });
    this.#handing.set(
      row.id,
      handing.catch(() => {}),
    );
    try {
      await handing;
    } finally {
      this.#handing.delete(row.id);
    }
    this.#pending.deleteIf(row);
  }

  /** Sets the alarm or moves it forward; never delays one that is due, nor shortens the wait after a failure. */
  async #bringForward(now: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    const next = this.#pending.next();
    if (next === null) return;
    const time = nextRun(next, now);
    if (set === null || (this.#failures === 0 && time < set)) await this.ctx.storage.setAlarm(time);
  }

  async #arm(now: number): Promise<void> {
    const next = this.#pending.next();
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(nextRun(next, now));
  }
}
