import type { AccountData } from "../lifecycle.ts";
import type { Voting } from "./voting.ts";

/** How an account stands as a voter, and how much it voted today. Votes themselves say nothing of whose they are. */
export function voterData(voting: Voting): AccountData {
  return {
    erasure: {
      name: "standing",
      held: async ({ account, number }) => ({ voterStandings: (await voting.hasVoted(account, number)) ? 1 : 0 }),
      run: ({ account, number }, now) => voting.erase(account, number, now),
    },
    export: { name: "voter", whole: ({ account, number }) => voting.exportOf(account, number) },
  };
}
