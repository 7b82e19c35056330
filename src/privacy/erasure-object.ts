import { config, signer, vault } from "../isolate.ts";
import type { ErasureStep, Removed, Subject } from "../lifecycle.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { retryDelay } from "../time/retry.ts";
import { ErasureStore, type ErasureRow, type Pass } from "./erasure-store.ts";
import { erasureId, receiptOf, RECEIPT_MS, type ErasureObjectDeps, type ErasureReason } from "./erasure-state.ts";

/** `typ` of receipts. */
export const RECEIPT_TYPE = "erasure-receipt+jwt";

/** An erasure as whoever has its id sees it. */
export type ErasureStatus = { readonly status: "running" } | { readonly status: "done"; readonly receipt: string };

/** An alarm comes back after this if its run dies. */
const SAFETY_MS = 30_000;

/**
 * The erasures of one account, named by a keyed hash of it: an account of another issuer can come again when one is done.
 * What they are made of comes from the wiring, which extends this class: the steps are the rooms' and no room knows
 * another. Each step is repeated until it is done, then once more at the last sweep.
 */
export abstract class ErasureObject extends ReportingObject {
  readonly #vault = vault;
  readonly #signer = signer;
  readonly #rows: ErasureStore;
  #failures = 0;

  protected abstract readonly deps: ErasureObjectDeps;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#rows = new ErasureStore(ctx.storage);
  }

  /**
   * Begins an erasure; stored and armed when this returns. While one runs, a repeat changes nothing, but that one which
   * nobody can read any more learns again whom it is about; when it is done, what is held since then is for another one.
   * @returns the erasure's id
   */
  async begin(erased: Subject, reason: ErasureReason, now: number): Promise<string> {
    const sealed = await this.#vault.sealText(this.#place(), JSON.stringify(erased));
    const before = this.#running();
    const unreadable = before !== null && (await this.#erased(before)) === null;
    const running = this.#running();
    if (running !== null) {
      if (unreadable && running.erased === before.erased) {
        this.#rows.name(running.n, sealed);
        await this.ctx.storage.setAlarm(now);
      }
      return this.#id(running.n);
    }
    const n = this.ctx.storage.transactionSync(() => this.#rows.make(sealed, reason, now + config.erasureSweepMs));
    await this.ctx.storage.setAlarm(now);
    return this.#id(n);
  }

  /** Null when there is no such erasure, or its receipt was forgotten. */
  status(n: number): ErasureStatus | null {
    const row = this.#rows.one(n);
    if (row === null) return null;
    return row.receipt === null ? { status: "running" } : { status: "done", receipt: row.receipt };
  }

  override async alarm(): Promise<void> {
    // Armed before the work: should the object die in between, the alarm brings it back.
    if (this.#rows.all().length > 0) await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    const running = this.#running();
    const next = running === null ? null : await this.#run(running, Date.now());
    for (const row of this.#rows.all()) await this.#end(row, Date.now());
    await this.#arm(next);
  }

  /** Erases; when to go on (ms since 1970), null when nothing is left to be done. */
  async #run(row: ErasureRow, now: number): Promise<number | null> {
    const erased = await this.#erased(row);
    // Under a key that is gone nobody can tell whom to erase: a deployment's mistake, counted, and tried until it is mended.
    if (erased === null) return this.#again();
    if (!(await this.#pass(1, row.n, erased, now))) return this.#again();
    if (now < row.sweepAt) return row.sweepAt;
    if (!(await this.#pass(2, row.n, erased, now))) return this.#again();
    try {
      await this.deps.release(await this.#hold(row.n));
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      return this.#again();
    }
    this.#failures = 0;
    this.ctx.storage.transactionSync(() => this.#rows.settle(row.n));
    return null;
  }

  /** Signs the receipt once all has settled, and forgets it when its time is over. */
  async #end({ n, reason, counts, settleAt, receipt, forgetAt }: ErasureRow, now: number): Promise<void> {
    if (receipt !== null && now >= (forgetAt ?? 0)) this.#rows.forget(n);
    if (receipt !== null || counts === null || now < settleAt) return;
    // A receipt without counts where they cannot be read: what was to be removed is removed.
    const removed = this.#vault.stored.parse<Removed>("erasures", counts) ?? {};
    const claims = receiptOf(this.#id(n), reason, removed, now);
    this.#rows.finish(n, await this.#signer.sign(claims, RECEIPT_TYPE), now + RECEIPT_MS);
  }

  /** Arms the alarm for what comes next, at `next` for the one that runs; without any erasure nothing stays. */
  async #arm(next: number | null): Promise<void> {
    const rows = this.#rows.all();
    if (rows.length === 0) {
      return this.ctx.storage.deleteAll();
    }
    const times = rows.map(({ erased, settleAt, forgetAt }) =>
      // One that has begun meanwhile has nothing to wait for.
      erased === null ? (forgetAt ?? settleAt) : (next ?? Date.now()),
    );
    await this.ctx.storage.setAlarm(Math.min(...times));
  }

  #erased({ erased }: ErasureRow): Promise<Subject | null> {
    return this.#vault.stored.json<Subject>(this.#place(), erased ?? "");
  }

  #running(): ErasureRow | null {
    return this.#rows.all().find(({ erased }) => erased !== null) ?? null;
  }

  /** Runs the steps that are not done in a pass; whether all are now. */
  async #pass(pass: Pass, n: number, erased: Subject, now: number): Promise<boolean> {
    const { close, steps } = this.deps;
    // Nobody may sign in before anything is removed: what came after would be left behind.
    const hold = await this.#hold(n);
    const closing: ErasureStep = { name: "close", held: async () => ({}), run: () => close(erased, hold) };
    let all = true;
    for (const step of [closing, ...steps]) {
      if (this.#rows.isDone(pass, step.name)) continue;
      try {
        if (!this.#rows.isCounted(pass, step.name)) {
          const lingers = (await step.lingers?.(erased, now)) ?? 0;
          this.#rows.counted(pass, step.name, await step.held(erased, now), lingers);
        }
        await step.run(erased, now);
        this.#rows.done(pass, step.name, Date.now());
      } catch (thrown) {
        logBug(consoleLogger, thrown);
        // The text of what was thrown may quote a statement, so it is not logged.
        if (step === closing) return false;
        all = false;
      }
    }
    return all;
  }

  #again(): number {
    this.#failures += 1;
    const retryInMs = retryDelay(this.#failures);
    consoleLogger.log("erasure.failed", { retryInMs });
    return Date.now() + retryInMs;
  }

  /** An erasure's id, as its receipt and whoever asks about it have it. */
  #id(n: number): string {
    return erasureId(this.ctx.id.name ?? "", n);
  }

  /** What takes the account's place meanwhile. */
  #hold(n: number): Promise<string> {
    return this.#vault.keyedHash("hold", this.#id(n));
  }

  #place(): { table: "erasures"; id: string } {
    return { table: "erasures", id: this.ctx.id.name ?? "" };
  }
}
