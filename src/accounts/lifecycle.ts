import type { AccountData, RetentionStep } from "../lifecycle.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { Accounts } from "./accounts.ts";
import type { NewHolders } from "./new-holder.ts";

/** An account itself: number, sessions, consents, profile, photo. */
export function accountData(accounts: Accounts): AccountData {
  return {
    erasure: {
      name: "account",
      held: ({ account }) => accounts.held(account),
      run: async ({ account }, now) => {
        if (await accounts.erase(account, now)) return;
        throw new StoreFailure("d1", "a store did not answer; the account goes on by itself, and is asked again");
      },
    },
    export: { name: "account", whole: ({ account }) => accounts.exportOf(account) },
  };
}

/** Accounts whose number has a new holder. */
export function handoverRetention(newHolders: NewHolders): RetentionStep {
  return { name: "handovers", run: (now) => newHolders.sweep(now) };
}
