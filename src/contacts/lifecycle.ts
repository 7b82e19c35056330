import type { AccountData } from "../lifecycle.ts";
import type { Contacts } from "./contacts.ts";

/** What an account shared of its contacts. */
export function contactData(contacts: Contacts): AccountData {
  return {
    erasure: {
      name: "contacts",
      held: async ({ account }) => ({ shares: (await contacts.exportOf(account)).sharing ? 1 : 0 }),
      lingers: ({ account }, now) => contacts.lingers(account, now),
      run: ({ account }) => contacts.erase(account),
    },
    export: { name: "contacts", whole: ({ account }) => contacts.exportOf(account) },
  };
}
