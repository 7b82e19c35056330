import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { DayUse } from "./use-object.ts";
import { retryAfter, type Quota, type Spending } from "./use-state.ts";

export type { Quota, Spending } from "./use-state.ts";

/** Who is counted: a number, or an account that has none. */
export interface Holder {
  readonly account: string;
  readonly number: string | null;
}

/** A quota that is used up, and in how many seconds it resets. */
export interface UsedUp {
  readonly quota: Quota;
  readonly retryAfter: number;
}

/** Daily quotas of whoever holds a number. They stay until midnight (UTC) even if the account is erased. */
export class Quotas {
  readonly #vault: Vault;
  readonly #uses: DurableObjectNamespace<DayUse>;

  constructor(vault: Vault, uses: DurableObjectNamespace<DayUse>) {
    this.#vault = vault;
    this.#uses = uses;
  }

  /** Counts everything, or nothing if one quota is used up, which is returned. Call it before the work. @throws StoreFailure */
  async spend(holder: Holder, spendings: readonly Spending[], now: number): Promise<UsedUp | null> {
    const quota = (await this.#ask(holder, (use) => use.spend(spendings, now))) as Quota | null;
    return quota === null ? null : { quota, retryAfter: retryAfter(quota, now) };
  }

  /** Returns what was counted for work that failed. @throws StoreFailure */
  giveBack(holder: Holder, spendings: readonly Spending[], now: number): Promise<void> {
    return this.#ask(holder, (use) => use.giveBack(spendings, now));
  }

  /** Does the work that was counted; where it throws, what was counted for it is returned. */
  async during<T>(holder: Holder, spendings: readonly Spending[], now: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      await Promise.allSettled([this.giveBack(holder, spendings, now)]);
      throw thrown;
    }
  }

  /** Current counts by the names of the quotas. @throws StoreFailure */
  held(holder: Holder, now: number): Promise<Record<string, number>> {
    return this.#ask(holder, (use) => use.held(now));
  }

  async #ask<T>({ account, number }: Holder, ask: (use: DurableObjectStub<DayUse>) => Promise<T>): Promise<T> {
    const name = await this.#vault.keyedHash("day-use", number ?? account);
    return onStore("objects", () => ask(this.#uses.getByName(name)));
  }
}

/** A quota as the `RateLimit-Policy` field has it. */
export function policyOf({ name, allows, window }: Quota): string {
  return `"${name}";q=${allows};w=${window}`;
}
