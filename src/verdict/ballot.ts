import { contestOf, type Contest } from "./contest.ts";
import { decayName, type Week } from "./decay.ts";
import type { BallotPart } from "./evidence.ts";
import { marksOf } from "./marks.ts";
import { judgeName, NAME_RULES, type NameRule } from "./name-level.ts";
import { judgeMarks, SPAM_RULES, type SpamRule } from "./spam.ts";
import { votesThatCount, weekOfMark, type Vote } from "./vote.ts";

export { NAME_RULES, SPAM_RULES, type BallotPart, type NameRule, type SpamRule, type Vote };

/** Explains a ballot's result without identifying voters. Counts are exact: bucket them before returning them. */
export interface BallotExplanation {
  /** Heaviest first, at most `NAMES_TOLD`. */
  readonly names: readonly { readonly name: string; readonly share: number; readonly voters: number }[];
  readonly nameRule: NameRule;
  readonly spam: { readonly share: number; readonly voters: number };
  readonly spamRule: SpamRule;
}

/** Most names in an explanation. */
export const NAMES_TOLD = 5;

/**
 * Summarises the votes on a number. Depends on the set of votes only, not on order, repeats or withdrawn votes.
 * @param week the current one: votes of later weeks do not count @returns null if nothing counts
 */
export function tallyBallot(votes: readonly Vote[], week: Week): BallotPart | null {
  return tally(votes, week)?.part ?? null;
}

/** Explains the result of `tallyBallot`. */
export function explainBallot(votes: readonly Vote[], week: Week): BallotExplanation {
  const { part, contest } = tally(votes, week) ?? { part: null, contest: null };
  const { level } = judgeName(part, week);
  const total = (contest?.candidates ?? []).reduce((sum, { mass }) => sum + mass, 0);
  // A name from a few people may be slander: neither a lookup nor an explanation shows it.
  const told = (contest?.candidates ?? []).filter(({ tellable }) => tellable).sort((a, b) => b.mass - a.mass);
  const marks = judgeMarks(part?.spam ?? null, part?.week ?? week, week);
  return {
    names: told.slice(0, NAMES_TOLD).map(({ shown, mass, voters }) => {
      return { name: shown, share: total === 0 ? 0 : Math.round((100 * mass) / total), voters };
    }),
    nameRule: level === "tentative" || level === "confirmed" ? level : whyNone(contest),
    spam: { share: marks.share, voters: part?.spam?.voters ?? 0 },
    spamRule: marks.rule,
  };
}

function whyNone(contest: Contest | null): NameRule {
  if (contest === null) return "no-votes";
  // The name won when the newest vote was cast, and has decayed since.
  return contest.rule === "standing" ? "too-little-weight" : contest.rule;
}

function tally(votes: readonly Vote[], week: Week): { part: BallotPart; contest: Contest | null } | null {
  const counting = votesThatCount(votes, week);
  const contest = contestOf(counting.names);
  const marked = counting.marks.map(weekOfMark);
  if (contest === null && marked.length === 0) return null;
  const newest = Math.max(contest?.week ?? Number.NEGATIVE_INFINITY, ...marked);
  return { part: { week: newest, ...nameOf(contest, newest), spam: marksOf(counting, newest) }, contest };
}

/** Only the winner leaves the ballot: all masses decay alike, so no other name can win without a new vote. */
function nameOf(contest: Contest | null, week: Week): Pick<BallotPart, "name" | "disputed"> {
  if (contest === null) return { name: null, disputed: false };
  const disputed = contest.rule === "no-majority" || contest.rule === "hand-over";
  const winner = contest.winner === null ? undefined : contest.candidates[contest.winner];
  if (winner === undefined) return { name: null, disputed };
  const faded = (mass: number): number => decayName(mass, week - contest.week);
  const total = contest.candidates.reduce((sum, { mass }) => sum + mass, 0);
  return { name: { form: winner.shown, support: faded(winner.mass), total: faded(total) }, disputed };
}
