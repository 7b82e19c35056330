import { candidatesOf, type Candidate } from "./candidates.ts";
import { decayName, type Week } from "./decay.ts";
import { ONE, voteWeight, weighByWeek, WEEKLY_NAMES, type Cast } from "./scale.ts";
import type { Vote } from "./vote.ts";
import { wilsonLowerBound } from "./wilson.ts";

/**
 * A name needs this weight, and half of all names' weight, to be shown. It is low because agreement.ts checks separately
 * who agrees, and a name from two people must not disappear within a month.
 */
export const TENTATIVE_WEIGHT = 0.8 * ONE;
export const CONFIRMED_WILSON = 0.4;
/**
 * How far a name must lead the next one: by `factor`, and by `margin` or `part` of the next one's weight, whichever is
 * less. The margin separates many honest votes from fewer others; the part keeps a single vote from hiding a name.
 */
interface Lead {
  readonly factor: number;
  readonly margin: number;
  readonly part: number;
}
/** For a name that was not shown before. */
const CHALLENGE: Lead = { factor: 1.2, margin: 1.5 * ONE, part: 1 };
/** For the name shown before. It is hidden between this lead and the challenger's. */
const STAY: Lead = { factor: 1.1, margin: 0.9 * ONE, part: 1 / 2 };
/** A challenger with this many times the incumbent's weight of the last year suggests that the number changed hands. */
const HAND_OVER_FACTOR = 2;
const YEAR_WEEKS = 52;

/** Why the crowd's name is shown or not; a closed list. */
export type ContestRule = "no-votes" | "too-little-weight" | "too-few-agree" | "no-majority" | "hand-over" | "standing";

/** The result of a ballot's names in its newest week. */
export interface Contest {
  readonly week: Week;
  readonly candidates: readonly {
    readonly shown: string;
    readonly mass: number;
    readonly voters: number;
    readonly tellable: boolean;
  }[];
  /** Index of the winning name, or null. */
  readonly winner: number | null;
  readonly rule: ContestRule;
}

/** Replays the votes on names week by week, because a new name must beat the one shown before. */
export function contestOf(votes: readonly Vote[]): Contest | null {
  const named = votes.filter(({ name }) => name !== null);
  if (named.length === 0) return null;
  const newest = Math.max(...named.map(({ week }) => week));
  const candidates = candidatesOf(named, newest);
  const indexOf = new Map(candidates.flatMap(({ forms }, index) => [...forms].map((form) => [form, index] as const)));
  const backers = candidates.map((): Vote[] => []);
  const casts: Cast[] = [];
  for (const vote of named) {
    const candidate = indexOf.get(vote.name ?? "");
    if (candidate === undefined) continue;
    const { tier, source, net, week } = vote;
    backers[candidate]?.push(vote);
    casts.push({ candidate, mass: voteWeight(tier, source), tier, net, week });
  }
  return casts.length === 0 ? null : replay(candidates, backers, casts);
}

/** @param backers the votes for each candidate @param casts the same votes, in any order */
function replay(
  candidates: readonly Candidate[],
  backers: readonly (readonly Vote[])[],
  casts: readonly Cast[],
): Contest {
  const weeks = weighByWeek(casts, candidates.length, decayName, WEEKLY_NAMES);
  let standing: Standing = { incumbent: null, established: false, shown: false, handOver: false };
  for (const { week, masses } of weeks) {
    const mayBeTold = (index: number): boolean => isTold(candidates[index], week);
    standing = nextStanding(standing, masses, mayBeTold, (index) => weightOfYear(casts, index, week));
  }
  const { week, masses } = weeks.at(-1) ?? { week: 0, masses: [] };
  const listed = candidates.map((candidate, index) => ({
    shown: candidate.shown,
    mass: masses[index] ?? 0,
    voters: backers[index]?.length ?? 0,
    tellable: isTold(candidate, week),
  }));
  return {
    week,
    candidates: listed,
    winner: standing.shown ? standing.incumbent : null,
    rule: ruleOf(standing, listed),
  };
}

/** The state of a contest after a week. */
interface Standing {
  /** The name shown last. */
  readonly incumbent: number | null;
  /** Whether the incumbent has been confirmed. */
  readonly established: boolean;
  readonly shown: boolean;
  readonly handOver: boolean;
}

function nextStanding(
  before: Standing,
  masses: readonly number[],
  mayBeTold: (index: number) => boolean,
  ofYear: (index: number) => number,
): Standing {
  const { incumbent } = before;
  const silent = { ...before, shown: false, handOver: false };
  const top = heaviest(masses, mayBeTold);
  if (top === null) return silent;
  const own = masses[top] ?? 0;
  const total = sum(masses);
  const second = Math.max(0, ...masses.filter((_, index) => index !== top));
  if (!stands(own, total)) return silent;
  const confirmed = wilsonLowerBound(own / ONE, total / ONE) >= CONFIRMED_WILSON;
  if (top === incumbent) {
    return leads(own, second, STAY) ? { ...silent, shown: true, established: before.established || confirmed } : silent;
  }
  // A change of hands and a takeover look alike: nothing is shown until the owner proves the number.
  if (incumbent !== null && before.established && ofYear(top) >= HAND_OVER_FACTOR * ofYear(incumbent))
    return { ...silent, handOver: true };
  if (!leads(own, second, CHALLENGE)) return silent;
  return { incumbent: top, established: confirmed, shown: true, handOver: false };
}

function leads(own: number, second: number, { factor, margin, part }: Lead): boolean {
  return own >= factor * second && own >= second + Math.min(margin, part * second);
}

function ruleOf({ shown, handOver }: Standing, candidates: Contest["candidates"]): ContestRule {
  if (shown) return "standing";
  if (handOver) return "hand-over";
  const heavy = candidates.filter(({ mass }) => mass >= TENTATIVE_WEIGHT);
  if (heavy.length === 0) return "too-little-weight";
  return heavy.some(({ tellable }) => tellable) ? "no-majority" : "too-few-agree";
}

function heaviest(masses: readonly number[], mayBeTold: (index: number) => boolean): number | null {
  let top: number | null = null;
  for (const [index, mass] of masses.entries()) {
    if (mayBeTold(index) && (top === null || mass > (masses[top] ?? 0))) top = index;
  }
  return top;
}

/** Whether a name has enough weight and share to be shown. */
export function stands(mass: number, total: number): boolean {
  return mass >= TENTATIVE_WEIGHT && 2 * mass >= total;
}

function isTold(candidate: Candidate | undefined, week: Week): boolean {
  return candidate?.agreed != null && candidate.agreed <= week;
}

/** A candidate's weight from the last year, undamped. */
function weightOfYear(casts: readonly Cast[], candidate: number, week: Week): number {
  return sum(
    casts.map((cast) =>
      cast.candidate === candidate && cast.week <= week && cast.week > week - YEAR_WEEKS ? cast.mass : 0,
    ),
  );
}

function sum(masses: readonly number[]): number {
  return masses.reduce((total, mass) => total + mass, 0);
}
