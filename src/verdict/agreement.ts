import type { Week } from "./decay.ts";
import type { Vote } from "./vote.ts";

/** Names known from contacts alone need this many voters. */
const CONTACT_VOTERS = 3;
/** Networks that vouch for each other when one of the voters is seasoned, and when none is. */
const NETS = { withSeasoned: 2, alone: 4 } as const;
/** So many seasoned voters need no second network: a company's, a country with one carrier. */
const SEASONED_VOTERS = 4;

/**
 * The week since which enough people have said a name for others to be told it; null while they have not. Networks and
 * tiers, since accounts are cheap: a name that one person could have made up is told to nobody.
 * @param votes all that say the name, in any order
 */
export function agreementWeek(votes: readonly Vote[]): Week | null {
  const nets = new Set<number>();
  let [seasoned, contacts, given] = [0, 0, false];
  for (const { net, tier, source, week } of votes.toSorted((a, b) => a.week - b.week)) {
    nets.add(net);
    if (tier > 0) seasoned += 1;
    if (source === "contact") contacts += 1;
    else given = true;
    const known = given || contacts >= CONTACT_VOTERS;
    const vouched = nets.size >= (seasoned > 0 ? NETS.withSeasoned : NETS.alone) || seasoned >= SEASONED_VOTERS;
    if (known && vouched) return week;
  }
  return null;
}
