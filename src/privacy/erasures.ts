import type { Subject } from "../lifecycle.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { ErasureObject, ErasureStatus } from "./erasure-object.ts";
import { erasureOf, type ErasureReason } from "./erasure-state.ts";

/** What erasures work with. */
export interface ErasureDeps {
  readonly vault: Vault;
  readonly objects: DurableObjectNamespace<ErasureObject>;
  /** Blocks sign-in with the number. The erasure does it too; here it takes effect before the call is answered. */
  readonly close: (erased: Subject, hold: string) => Promise<void>;
}

/** Begins erasures, and reports their status. */
export class Erasures {
  readonly #deps: ErasureDeps;

  constructor(deps: ErasureDeps) {
    this.#deps = deps;
  }

  /**
   * Begins an account's erasure and returns its id, which does not reveal whose it is. While it runs, a repeat is the same
   * erasure. When this returns it will complete even after a crash, and sign-in with the number is blocked.
   */
  async begin(erased: Subject, reason: ErasureReason, now: number): Promise<string> {
    const { vault, objects, close } = this.#deps;
    const object = objects.getByName(await vault.keyedHash("erasure", erased.account));
    const id = await onStore("objects", () => object.begin(erased, reason, now));
    await close(erased, await vault.keyedHash("hold", id));
    return id;
  }

  /** The status of an erasure; null if there is none of that id. */
  async status(id: string): Promise<ErasureStatus | null> {
    const erasure = erasureOf(id);
    if (erasure === null) return null;
    const object = this.#deps.objects.getByName(erasure.object);
    return onStore("objects", () => object.status(erasure.n) as Promise<ErasureStatus | null>);
  }
}
