import type { ErasureStep } from "../lifecycle.ts";
import type { Campaigns } from "./campaigns.ts";

/** An account that waits for a campaign. @param idOf its keyed id */
export function campaignErasure(campaigns: Campaigns, idOf: (account: string) => Promise<string>): ErasureStep {
  return {
    name: "campaigns",
    held: async () => ({}),
    run: async ({ account }) => campaigns.forget(await idOf(account)),
  };
}
