import { vault } from "../isolate.ts";
import { renewRows, type Position, type RenewedStep } from "../storage/sealed-rows.ts";
import { logBug } from "../telemetry/bugs.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import { KeyRecords, type SealedClass } from "./key-records.ts";
import { keys } from "./keys.ts";

/** When an object looks again whether the keys are right, ms. */
const WRONG_KEYS_MS = 60_000;

const guarded = new WeakSet<object>();

interface AlarmingPrototype {
  alarm?: (this: StoredObject) => Promise<void>;
}

/**
 * A Durable Object of this service. Its alarm does nothing while the keys are not those of the data: it would take what it
 * cannot open for nothing, and send that on. The first alarm of an object that awakes looks
 * for values under an old key: so objects that no list names renew theirs.
 */
export abstract class StoredObject extends ReportingObject {
  #renewed = false;
  #enlisted = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    StoredObject.#guard(new.target.prototype as AlarmingPrototype);
  }

  /** Seals anew what is under an old key, a bounded number of values at a time. @param from where the call before came to */
  renewSeals(from: Position | null = null): Promise<RenewedStep> {
    return renewRows(this.ctx.storage, vault, from);
  }

  /**
   * Puts the object on the list of its class by which its seals are renewed, before whatever else its alarm does: the first
   * write arms the alarm, so none that holds something is missing.
   */
  protected async enlist(of: SealedClass): Promise<void> {
    if (this.#enlisted) return;
    await new KeyRecords(this.env.DB).enlist(of, this.ctx.id.name ?? "");
    this.#enlisted = true;
  }

  /** Takes an object off the list that is about to delete everything; no other call may write meanwhile. */
  protected async delist(of: SealedClass): Promise<void> {
    this.#enlisted = false;
    await new KeyRecords(this.env.DB).delist(of, this.ctx.id.name ?? "");
  }

  static #guard(prototype: AlarmingPrototype): void {
    const { alarm } = prototype;
    if (alarm === undefined || guarded.has(prototype)) return;
    guarded.add(prototype);
    Object.defineProperty(prototype, "alarm", {
      configurable: true,
      value: async function guardedAlarm(this: StoredObject): Promise<void> {
        if (await this.#mayWork()) await alarm.call(this);
      },
    });
  }

  async #mayWork(): Promise<boolean> {
    const { is } = await keys.state(Date.now());
    if (is === "wrong") {
      await this.ctx.storage.setAlarm(Date.now() + WRONG_KEYS_MS);
      return false;
    }
    if (!this.#renewed) {
      this.#renewed = true;
      await this.renewSeals().catch((thrown: unknown) => logBug(consoleLogger, thrown));
    }
    return true;
  }
}
