import type { AccountData } from "../lifecycle.ts";
import type { Phonebooks } from "./phonebooks.ts";

/** An account's synced phonebook. */
export function phonebookData(phonebooks: Phonebooks): AccountData {
  return {
    erasure: {
      name: "phonebook",
      held: async ({ account }) => ({ phonebookEntries: await phonebooks.size(account) }),
      run: ({ account }) => phonebooks.erase(account),
    },
    export: { name: "phonebook", pages: ({ account }) => phonebooks.exportOf(account) },
  };
}
