import type { Logger } from "../telemetry/logger.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Vault } from "../vault/vault.ts";
import { judge, type KeyState } from "./canary.ts";
import type { KeyRecords } from "./key-records.ts";

/** How long one waits for D1, ms: a write is not to wait for long on a store that it may not need. */
const PATIENCE_MS = 2000;
/** How long an answer holds that was not `right`, ms. */
const AGAIN_MS = 10_000;

/**
 * Whether this isolate has the keys of the data. Asked before the first write of an isolate and before objects work, and by
 * the cron every minute; lookups do not ask. Once right, the answer holds for as long as the isolate lives.
 */
export class KeyCheck {
  readonly #vault: Vault;
  readonly #records: Pick<KeyRecords, "keys" | "seals" | "drop">;
  readonly #logger: Logger;
  #state: KeyState = { is: "unknown" };
  #asked = -Infinity;

  constructor(vault: Vault, records: Pick<KeyRecords, "keys" | "seals" | "drop">, logger: Logger) {
    this.#vault = vault;
    this.#records = records;
    this.#logger = logger;
  }

  /** The state of the keys, from memory where it is known. Never throws. @param now ms */
  async state(now: number): Promise<KeyState> {
    if (this.#state.is === "right" || now - this.#asked < AGAIN_MS) return this.#state;
    return this.ask(now);
  }

  /** Asks D1. `unknown` where that does not answer in two seconds. Never throws. @param now ms */
  async ask(now: number): Promise<KeyState> {
    this.#asked = now;
    const late = scheduler.wait(PATIENCE_MS).then((): KeyState => ({ is: "unknown" }));
    // A result is kept, not its promise: the promise of a cancelled request never settles for others.
    const state = await Promise.race([this.#ask(now).catch((thrown: unknown) => this.#failed(thrown)), late]);
    // What was known to be right stays right while D1 does not answer.
    if (state.is !== "unknown") this.#state = state;
    if (state.is === "wrong") {
      const { missing } = state;
      this.#logger.log("keys.wrong", { indexKey: missing.length === 0, sealKeys: missing.length });
    }
    return state;
  }

  async #ask(now: number): Promise<KeyState> {
    const { state, seals } = await judge(this.#vault, await this.#records.keys());
    if (seals !== null) await this.#records.seals(seals, now);
    return state;
  }

  #failed(thrown: unknown): KeyState {
    logBug(this.#logger, thrown);
    return { is: "unknown" };
  }
}
