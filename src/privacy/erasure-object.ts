import { config, signer, vault } from "../isolate.ts";
import type { ErasureStep, Removed, Subject } from "../lifecycle.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { retryDelay } from "../time/retry.ts";
import { ErasureStore, type ErasureRow, type Pass } from "./erasure-store.ts";
import { erasureId, receiptOf, RECEIPT_MS, type ErasureObjectDeps, type ErasureReason } from "./erasure-state.ts";

/** `typ` of receipts. */
export const RECEIPT_TYPE = "erasure-receipt+jwt";

/** An erasure as shown to whoever has its id. */
export type ErasureStatus = { readonly status: "running" } | { readonly status: "done"; readonly receipt: string };

/** When an alarm fires again if its run dies, ms. */
const SAFETY_MS = 30_000;

/**
 * The erasures of one account, named by a keyed hash of it; an account of another issuer can have several. The wiring
 * extends this class with the folders' steps. Each step is retried until it is done, and runs once more at the last sweep.
 */
export abstract class ErasureObject extends StoredObject {
  readonly #vault = vault;
  readonly #signer = signer;
  readonly #rows: ErasureStore;
  #failures = 0;

  protected abstract readonly deps: ErasureObjectDeps;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#rows = new ErasureStore(ctx.storage, this.#place().id);
  }

  /**
   * Begins an erasure; stored, and its alarm armed, when this returns. While one runs, a repeat changes nothing, except that
   * one whose subject can no longer be opened gets it again. After it is done, another one can begin.
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

  /** Null if there is no such erasure, or its receipt has expired. */
  status(n: number): ErasureStatus | null {
    const row = this.#rows.one(n);
    if (row === null) return null;
    return row.receipt === null ? { status: "running" } : { status: "done", receipt: row.receipt };
  }

  override async alarm(): Promise<void> {
    // Armed before the work: if the object dies in between, the alarm resumes it.
    if (this.#rows.all().length > 0) await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    const running = this.#running();
    const next = running === null ? null : await this.#run(running, Date.now());
    for (const row of this.#rows.all()) await this.#end(row, Date.now());
    await this.#arm(next);
  }

  /** Runs the erasure; returns when to continue (ms since 1970), or null when it is complete. */
  async #run(row: ErasureRow, now: number): Promise<number | null> {
    const erased = await this.#erased(row);
    // Sealed under a missing key, a misconfiguration: counted, and retried until it is fixed.
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

  /** Signs the receipt once everything has settled, and deletes it when it expires. */
  async #end({ n, reason, counts, settleAt, receipt, forgetAt }: ErasureRow, now: number): Promise<void> {
    if (receipt !== null && now >= (forgetAt ?? 0)) this.#rows.forget(n);
    if (receipt !== null || counts === null || now < settleAt) return;
    // If the counts cannot be opened the receipt has none; everything is removed all the same.
    const removed = this.#vault.stored.parse<Removed>("erasures", counts) ?? {};
    const claims = receiptOf(this.#id(n), reason, removed, now);
    this.#rows.finish(n, await this.#signer.sign(claims, RECEIPT_TYPE), now + RECEIPT_MS);
  }

  /** Arms the alarm for what is due next, at `next` for the running erasure; without any erasure, deletes everything. */
  async #arm(next: number | null): Promise<void> {
    const rows = this.#rows.all();
    if (rows.length === 0) {
      return this.ctx.storage.deleteAll();
    }
    const times = rows.map(({ erased, settleAt, forgetAt }) =>
      // One that began meanwhile runs at once.
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

  /** Runs the pending steps of a pass; returns whether all are done. */
  async #pass(pass: Pass, n: number, erased: Subject, now: number): Promise<boolean> {
    const { close, steps } = this.deps;
    // Sign-in is blocked before anything is removed: what came later would be left behind.
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
        // An error's message may quote a statement, so it is not logged.
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

  /** The public id of an erasure. */
  #id(n: number): string {
    return erasureId(this.ctx.id.name ?? "", n);
  }

  /** What holds the account's number meanwhile. */
  #hold(n: number): Promise<string> {
    return this.#vault.keyedHash("hold", this.#id(n));
  }

  #place(): { table: "erasures"; id: string } {
    return { table: "erasures", id: this.ctx.id.name ?? "" };
  }
}
