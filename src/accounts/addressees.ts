import { onStore } from "../telemetry/store-failure.ts";
import type { Account, Addressed } from "./account-object.ts";
import type { AccountRecords } from "./records.ts";

/**
 * Accounts as whoever announces something to all of them needs them: walked and asked by their keyed ids alone. No number
 * and no account id is read for it.
 */
export class Addressees {
  readonly #records: AccountRecords;
  readonly #objects: DurableObjectNamespace<Account>;

  constructor(records: AccountRecords, objects: DurableObjectNamespace<Account>) {
    this.#records = records;
    this.#objects = objects;
  }

  /** Keyed ids of active accounts after one ("" for the first), in order. @throws StoreFailure */
  after(account: string, limit: number): Promise<string[]> {
    return this.#records.listAfter(account, limit);
  }

  /** Where an account is written to, and whether it consents to promotion; null if it is no more. @throws StoreFailure */
  addressed(account: string): Promise<Addressed | null> {
    return this.#ask(account, (its) => its.addressed());
  }

  /** Counts a promotion, as `PromotionStore.take` says; `enough` also without the consent. @throws StoreFailure */
  takePromotion(account: string, campaign: string, day: number): Promise<"taken" | "before" | "enough"> {
    return this.#ask(account, (its) => its.takePromotion(campaign, day));
  }

  /** A promotion that was counted did not leave. @throws StoreFailure */
  giveBackPromotion(account: string, campaign: string): Promise<void> {
    return this.#ask(account, (its) => its.giveBackPromotion(campaign));
  }

  #ask<T>(account: string, ask: (its: DurableObjectStub<Account>) => Promise<T>): Promise<T> {
    return onStore("objects", () => ask(this.#objects.getByName(account)));
  }
}
