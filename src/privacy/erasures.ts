import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { ErasureObject, ErasureStatus } from "./erasure-object.ts";
import type { Erased, ErasureReason } from "./erasure-state.ts";

/** What erasures work with. */
export interface ErasuresParts {
  readonly vault: Vault;
  readonly objects: DurableObjectNamespace<ErasureObject>;
  /** Keeps a number from signing in, as the erasure itself does first; here so that it holds when the call is answered. */
  readonly close: (erased: Erased, hold: string) => Promise<void>;
}

/** Erasures, begun and asked about. */
export class Erasures {
  readonly #parts: ErasuresParts;

  constructor(parts: ErasuresParts) {
    this.#parts = parts;
  }

  /**
   * Begins an account's erasure and says its id: a keyed hash of the account, so that a repeat is the same erasure; of
   * another issuer's account, which can come again when it is done, with how often it was erased before.
   * When this returns it will be done, whatever dies, and nobody signs in with the number meanwhile.
   */
  async begin(erased: Erased, reason: ErasureReason, now: number): Promise<string> {
    const { vault, objects, close } = this.#parts;
    for (let before = 0; ; before += 1) {
      const id = await vault.keyedHash("erasure", erased.account + (before === 0 ? "" : `\u0000${before}`));
      if (!(await onStore("objects", () => objects.getByName(id).begin(erased, reason, now)))) continue;
      await close(erased, id);
      return id;
    }
  }

  /** How an erasure stands; null when there is none of that id. */
  status(id: string): Promise<ErasureStatus | null> {
    return onStore("objects", () => this.#parts.objects.getByName(id).status() as Promise<ErasureStatus | null>);
  }
}
