import { LANGUAGES } from "../language/language.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { Draft } from "./campaign-state.ts";
import type { CampaignsObject, Progress } from "./campaigns-object.ts";

/** The object is one, since campaigns go one after the other. */
export const CAMPAIGNS_NAME = "all";

/** Campaigns: begun, looked at and ended by operators. */
export class Campaigns {
  readonly #vault: Vault;
  readonly #objects: DurableObjectNamespace<CampaignsObject>;

  constructor(vault: Vault, objects: DurableObjectNamespace<CampaignsObject>) {
    this.#vault = vault;
    this.#objects = objects;
  }

  /**
   * Begins a campaign. The same draft is the same campaign for as long as it is kept: a repeated call begins nothing, and
   * nobody gets it twice. @throws StoreFailure
   */
  async begin(draft: Draft, now: number): Promise<Progress> {
    const { title, kind, channel, texts, countries } = draft;
    const same = JSON.stringify([
      title,
      kind,
      channel,
      LANGUAGES.map((language) => texts[language]),
      countries?.toSorted() ?? null,
    ]);
    const id = await this.#vault.keyedHash("campaign", same);
    const sealed = await this.#vault.sealText({ table: "campaigns", id }, JSON.stringify(draft));
    return this.#ask(async (its) => {
      await its.begin({ id, kind, channel, begun: now, sealed });
      const begun = await its.read(id);
      if (begun === null) throw new Error("a campaign that was just begun is missing");
      return begun;
    });
  }

  /** All of them, the newest first. @throws StoreFailure */
  list(): Promise<Progress[]> {
    return this.#ask(async (its) => (await its.list()) as Progress[]);
  }

  /** Ends one; null if there is none. @throws StoreFailure */
  end(id: string): Promise<Progress | null> {
    return this.#ask(async (its) => ((await its.end(id)) ? ((await its.read(id)) as Progress | null) : null));
  }

  /** An account waits for nothing any more. @param account its keyed id @throws StoreFailure */
  forget(account: string): Promise<void> {
    return this.#ask((its) => its.forget(account));
  }

  #ask<T>(ask: (its: DurableObjectStub<CampaignsObject>) => Promise<T>): Promise<T> {
    return onStore("objects", () => ask(this.#objects.getByName(CAMPAIGNS_NAME)));
  }
}
