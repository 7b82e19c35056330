import { decaySpam, type Week } from "./decay.ts";
import type { Category, SpamMarks } from "./evidence.ts";
import { ONE, voteWeight, weighByWeek, WEEKLY_MARKS, type Cast } from "./scale.ts";
import { compareText, weekOfMark, type CountingVotes, type Vote } from "./vote.ts";

const [YES, NO] = [0, 1];

/** Weighs spam marks as of the newest of all votes' weeks; null without marks. */
export function marksOf({ names, marks }: CountingVotes, week: Week): SpamMarks | null {
  const yes = marks.filter(({ spam }) => spam === true);
  if (marks.length === 0) return null;
  const casts = marks.map((vote): Cast => {
    const { spam, tier, source, net } = vote;
    return { candidate: spam === true ? YES : NO, mass: voteWeight(tier, source), tier, net, week: weekOfMark(vote) };
  });
  const last = weighByWeek(casts, 2, decaySpam, WEEKLY_MARKS).at(-1);
  const at = (candidate: number): number => decaySpam(last?.masses[candidate] ?? 0, week - (last?.week ?? week));
  // A voter who gave a name without a mark could have marked spam, so counts as a no.
  const trusted = [...marks, ...names.filter(({ spam }) => spam === null)]
    .filter(({ tier }) => tier === 2)
    .reduce((sum, { spam }) => sum + (spam === true ? 1 : -1), 0);
  return {
    yes: at(YES),
    no: at(NO),
    reports: yes.reduce((sum, vote) => sum + decaySpam(ONE, week - weekOfMark(vote)), 0),
    voters: yes.length,
    nets: new Set(yes.map(({ net }) => net)).size,
    trusted: Math.max(0, trusted),
    category: heaviestCategory(yes, week),
    fraud: yes.filter(({ category }) => category === "fraud").length,
  };
}

function heaviestCategory(yes: readonly Vote[], week: Week): Category | null {
  const masses = new Map<Category, number>();
  for (const vote of yes) {
    const { category, tier, source } = vote;
    if (category === null) continue;
    const mass = decaySpam(voteWeight(tier, source), week - weekOfMark(vote));
    masses.set(category, (masses.get(category) ?? 0) + mass);
  }
  const [first] = [...masses].sort(([a, massA], [b, massB]) => massB - massA || compareText(a, b));
  return first?.[0] ?? null;
}
