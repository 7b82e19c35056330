import type { Week } from "./decay.ts";
import type { Vote } from "./vote.ts";

/** Names known from contacts alone need this many voters. */
const CONTACT_VOTERS = 3;
/** Networks that must agree, with a seasoned voter (tier 1 or more) among them and without. */
const NETS = { withSeasoned: 2, alone: 4 } as const;
/** This many seasoned voters need no second network: they may share a company's, or the only carrier of a country. */
const SEASONED_VOTERS = 4;

/**
 * The week from which enough people agree on a name to show it to others; null if too few do. Networks and tiers count
 * because accounts are cheap: a name that one person could have made up is never shown.
 * @param votes all votes for the name, in any order
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
