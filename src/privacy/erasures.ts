import type { Subject } from "../lifecycle.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { ErasureObject, ErasureStatus } from "./erasure-object.ts";
import { erasureOf, type ErasureReason } from "./erasure-state.ts";

/** What erasures work with. */
export interface ErasureDeps {
  readonly vault: Vault;
  readonly objects: DurableObjectNamespace<ErasureObject>;
  /** Keeps a number from signing in, as the erasure itself does first; here so that it holds when the call is answered. */
  readonly close: (erased: Subject, hold: string) => Promise<void>;
}

/** Erasures, begun and asked about. */
export class Erasures {
  readonly #deps: ErasureDeps;

  constructor(deps: ErasureDeps) {
    this.#deps = deps;
  }

  /**
   * Begins an account's erasure and says its id, from which nobody learns whose it is; a repeat is the same erasure, and
   * when that is done, another one of the same object. When this returns it will be done, whatever dies, and nobody signs
   * in with the number meanwhile.
   */
  async begin(erased: Subject, reason: ErasureReason, now: number): Promise<string> {
    const { vault, objects, close } = this.#deps;
    const object = objects.getByName(await vault.keyedHash("erasure", erased.account));
    const id = await onStore("objects", () => object.begin(erased, reason, now));
    await close(erased, await vault.keyedHash("hold", id));
    return id;
  }

  /** How an erasure stands; null when there is none of that id. */
  async status(id: string): Promise<ErasureStatus | null> {
    const erasure = erasureOf(id);
    if (erasure === null) return null;
    const object = this.#deps.objects.getByName(erasure.object);
    return onStore("objects", () => object.status(erasure.n) as Promise<ErasureStatus | null>);
  }
}
