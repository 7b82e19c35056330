import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { Signer } from "../vault/signer.ts";
import { Vault } from "../vault/vault.ts";
import { ErasureRows, type Pass } from "./erasure-rows.ts";
import {
  receiptOf,
  RECEIPT_MS,
  retryDelay,
  type Erased,
  type ErasureParts,
  type ErasureReason,
  type ErasureStep,
} from "./erasure-state.ts";

/** `typ` of receipts. */
export const RECEIPT_TYPE = "erasure-receipt+jwt";

/** An erasure as whoever has its id sees it. */
export type ErasureStatus = { readonly status: "running" } | { readonly status: "done"; readonly receipt: string };

/** An alarm comes back after this if its run dies. */
const SAFETY_MS = 30_000;

/**
 * One erasure, named by its id. What it is made of comes from the wiring, which extends this class: the steps are the
 * rooms' and no room knows another. Each step is repeated until it is done, then once more at the last sweep.
 */
export abstract class ErasureObject extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #signer: Signer;
  readonly #rows: ErasureRows;
  readonly #sweepMs: number;
  #failures = 0;

  protected abstract readonly parts: ErasureParts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets, erasureSweepMs } = readConfig({ ...env });
    this.#sweepMs = erasureSweepMs;
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    this.#signer = new Signer(secrets.signingKeys);
    this.#rows = new ErasureRows(ctx.storage.sql);
  }

  /**
   * Begins the erasure; stored and armed when this returns. A repeat changes nothing. False when it is done already:
   * what is held since then is for another one.
   */
  async begin(erased: Erased, reason: ErasureReason, now: number): Promise<boolean> {
    const sealed = await this.#vault.sealText(this.#place(), JSON.stringify(erased));
    const row = this.#rows.read();
    if (row !== null) return row.receipt === null;
    this.ctx.storage.transactionSync(() => this.#rows.make(sealed, reason, now + this.#sweepMs));
    await this.ctx.storage.setAlarm(now);
    return true;
  }

  /** Null when there is no such erasure, or its receipt was forgotten. */
  status(): ErasureStatus | null {
    const row = this.#rows.read();
    if (row === null) return null;
    return row.receipt === null ? { status: "running" } : { status: "done", receipt: row.receipt };
  }

  override async alarm(): Promise<void> {
    const row = this.#rows.read();
    if (row === null) return;
    const now = Date.now();
    if (row.erased === null) {
      if (now < (row.forgetAt ?? 0)) return this.ctx.storage.setAlarm(row.forgetAt ?? 0);
      this.#rows.gone();
      return this.ctx.storage.deleteAll();
    }
    // Armed before the work: should the object die in between, the alarm brings it back.
    await this.ctx.storage.setAlarm(now + SAFETY_MS);
    const erased = await this.#open(row.erased);
    if (!(await this.#pass(1, erased, now))) return this.#again();
    if (now < row.sweepAt) return this.ctx.storage.setAlarm(row.sweepAt);
    if (!(await this.#pass(2, erased, now))) return this.#again();
    try {
      await this.parts.release(this.#id());
    } catch {
      return this.#again();
    }
    const claims = receiptOf(this.#id(), row.reason, this.#rows.removed(), now);
    const receipt = await this.#signer.sign(claims, RECEIPT_TYPE);
    this.ctx.storage.transactionSync(() => this.#rows.finish(receipt, now + RECEIPT_MS));
    await this.ctx.storage.setAlarm(now + RECEIPT_MS);
  }

  /** Runs the steps that are not done in a pass; whether all are now. */
  async #pass(pass: Pass, erased: Erased, now: number): Promise<boolean> {
    const { close, steps } = this.parts;
    // Nobody may sign in before anything is removed: what came after would be left behind.
    const closing: ErasureStep = { name: "close", held: async () => ({}), run: () => close(erased, this.#id()) };
    let all = true;
    for (const step of [closing, ...steps]) {
      if (this.#rows.isDone(pass, step.name)) continue;
      try {
        const counted = `${step.name} counted`;
        if (!this.#rows.isDone(pass, counted)) this.#rows.done(pass, counted, await step.held(erased, now));
        await step.run(erased, now);
        this.#rows.done(pass, step.name);
      } catch {
        // The text of what was thrown may quote a statement, so it is not logged.
        if (step === closing) return false;
        all = false;
      }
    }
    return all;
  }

  async #again(): Promise<void> {
    this.#failures += 1;
    const retryInMs = retryDelay(this.#failures);
    consoleLogger.log("erasure.failed", { retryInMs });
    await this.ctx.storage.setAlarm(Date.now() + retryInMs);
  }

  async #open(sealed: string): Promise<Erased> {
    const opened = await this.#vault.openText(this.#place(), sealed);
    // Under a key that is retired nobody can tell whom to erase: a deployment's mistake, and the alarm says so again.
    if (!opened.ok) throw new Error(`whom to erase does not open: ${opened.reason}`);
    return JSON.parse(opened.text) as Erased;
  }

  #id(): string {
    return this.ctx.id.name ?? "";
  }

  #place(): { table: "erasures"; id: string } {
    return { table: "erasures", id: this.#id() };
  }
}
