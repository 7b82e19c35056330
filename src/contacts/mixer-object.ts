import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { E164 } from "../numbers/number.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { Vault } from "../vault/vault.ts";
import { nextRun, retryDelay, RUN_ROWS, SAFETY_MS } from "./mixer-state.ts";
import { Pending, type PendingRow } from "./pending.ts";

/** One name from somebody's contacts, on its way to the number's ballot. */
export interface SharedName {
  readonly number: E164;
  readonly name: string;
  /** The id under which it was shared. */
  readonly share: string;
  /** What the same person's own vote on the number has as its `pid`. */
  readonly own: string;
  readonly tier: 0 | 1 | 2;
  readonly net: number;
  readonly week: number;
}

/**
 * One of the mixers: names wait here, each until a random time of its own, and go to their numbers' ballots one by one
 * among those of others. A row goes only when its ballot has it: nothing accepted is lost, and a repeat counts once.
 */
export class Mixer extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #pending: Pending;
  /** Names that are being handed over at the moment. */
  readonly #handing = new Map<string, Promise<void>>();
  /** Revoked ids of which no row is left here. */
  #swept = new Set<string>();
  /** Something was revoked since the last run began. */
  #poked = false;
  #failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    this.#pending = new Pending(ctx.storage.sql);
  }

  /** Takes names in. Acknowledged means stored, and that the alarm is set. */
  async take(rows: readonly PendingRow[]): Promise<void> {
    this.ctx.storage.transactionSync(() => this.#pending.add(rows));
    await this.#bringForward(Date.now());
  }

  /** Takes names back, also those that are just being handed over: what comes after finds them in their ballots. */
  async withdraw(pids: readonly string[]): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      for (const pid of pids) this.#pending.delete(pid);
    });
    for (const pid of pids) await this.#handing.get(pid);
  }

  /** Something was revoked: looks for it now, without waiting for the next name's time. */
  async sweep(): Promise<void> {
    this.#poked = true;
    if (this.#pending.next() !== null) await this.#bringForward(Date.now(), Date.now());
  }

  /** Hands over the names whose time has come. */
  override async alarm(): Promise<void> {
    if (this.#pending.next() === null) return;
    this.#poked = false;
    await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    try {
      const revoked = new Set(await this.env.REVOCATIONS.getByName("list").read());
      await this.#sweep(revoked);
      await this.#handOverDue(revoked);
      this.#failures = 0;
    } catch {
      // The list does not answer. The text of what was thrown is not ours to log.
      this.#failures += 1;
      const retryInMs = retryDelay(this.#failures);
      consoleLogger.log("mixer.failed", { retryInMs });
      await this.ctx.storage.setAlarm(Date.now() + retryInMs);
      return;
    }
    await this.#arm(Date.now());
  }

  /** Each on its own: one that does not open, or whose ballot does not answer, waits and holds up no other. */
  async #handOverDue(revoked: ReadonlySet<string>): Promise<void> {
    let failed = false;
    for (const pid of this.#pending.due(Date.now(), RUN_ROWS)) {
      try {
        await this.#handOver(pid, revoked);
      } catch {
        failed = true;
        this.#pending.postpone(pid, Date.now() + SAFETY_MS);
      }
    }
    if (failed) consoleLogger.log("mixer.failed", { retryInMs: SAFETY_MS });
  }

  async #handOver(pid: string, revoked: ReadonlySet<string>): Promise<void> {
    const sealed = this.#pending.sealed(pid);
    if (sealed === null) return;
    const { share, number, ...vote } = await this.#open(pid, sealed);
    const caller = await this.#vault.numberId(number);
    // Withdrawn meanwhile, or replaced by another name: that one goes in the next run.
    if (this.#pending.sealed(pid) !== sealed) return;
    if (!revoked.has(share)) {
      const handing = this.env.BALLOTS.getByName(caller).takeContact({ ...vote, number, pid });
      this.#handing.set(
        pid,
        handing.catch(() => {}),
      );
      try {
        await handing;
      } finally {
        this.#handing.delete(pid);
      }
    }
    this.#pending.deleteIf(pid, sealed);
  }

  /** Drops every name that was shared under an id revoked since the last look. */
  async #sweep(revoked: ReadonlySet<string>): Promise<void> {
    const news = revoked.difference(this.#swept);
    if (news.size > 0) {
      for (const pid of this.#pending.all()) {
        const sealed = this.#pending.sealed(pid);
        if (sealed === null) continue;
        // What does not open is handed to no ballot either.
        const shared = await this.#open(pid, sealed).catch(() => null);
        if (shared !== null && news.has(shared.share)) this.#pending.delete(pid);
      }
    }
    this.#swept = new Set(revoked);
  }

  async #open(pid: string, sealed: string): Promise<SharedName> {
    const opened = await this.#vault.openText({ table: "mixers", id: pid }, sealed);
    if (!opened.ok) throw new Error(`a shared name does not open: ${opened.reason}`);
    return JSON.parse(opened.text) as SharedName;
  }

  /** Sets the alarm, or brings it forward: one that is due is not put off, nor is the wait after a failure cut short. */
  async #bringForward(now: number, wanted?: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    const next = this.#pending.next();
    if (next === null) return;
    const time = wanted ?? nextRun(next, now);
    if (set === null || (this.#failures === 0 && time < set)) await this.ctx.storage.setAlarm(time);
  }

  async #arm(now: number): Promise<void> {
    const next = this.#pending.next();
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(this.#poked ? now : nextRun(next, now));
  }
}
