import { candidatesOf, type Candidate } from "./candidates.ts";
import { decayName, type Week } from "./decay.ts";
import { ONE, voteWeight, weighByWeek, type Cast } from "./scale.ts";
import type { Vote } from "./vote.ts";
import { wilsonLowerBound } from "./wilson.ts";

/** A name needs this weight, and half of all names' weight, to be shown. */
export const TENTATIVE_WEIGHT = 1.2 * ONE;
export const CONFIRMED_WILSON = 0.4;
/** Names known from contacts alone need this many voters. */
const CONTACT_VOTERS = 3;
/** A challenger needs 1.2 × the incumbent + ½. */
const CHALLENGE_FACTOR = 1.2;
const CHALLENGE_MARGIN = ONE / 2;
/** Twice the incumbent's weight of the last year looks like a number that changed hands. */
const HAND_OVER_FACTOR = 2;
const YEAR_WEEKS = 52;

/** Why a name is shown or not; a closed list, the crowd's part of it. */
export type ContestRule =
  | "no-votes"
  | "too-little-weight"
  | "contacts-need-three"
  | "no-majority"
  | "hand-over"
  | "standing";

/** How the names of a ballot stand in its newest week. */
export interface Contest {
  readonly week: Week;
  readonly candidates: readonly {
    readonly shown: string;
    readonly mass: number;
    readonly voters: number;
    readonly tellable: boolean;
  }[];
  /** Index of the name that stands, or null. */
  readonly winner: number | null;
  readonly rule: ContestRule;
}

/** The contest of names among votes that count, replayed week by week: who stood before has to be beaten. */
export function contestOf(votes: readonly Vote[]): Contest | null {
  const named = votes.filter(({ name }) => name !== null);
  if (named.length === 0) return null;
  const newest = Math.max(...named.map(({ week }) => week));
  const candidates = candidatesOf(named, newest);
  const indexOf = new Map(candidates.flatMap(({ forms }, index) => [...forms].map((form) => [form, index] as const)));
  const ballots = named.flatMap((vote) => {
    const candidate = indexOf.get(vote.name ?? "");
    return candidate === undefined ? [] : [{ ...vote, candidate }];
  });
  if (ballots.length === 0) return null;
  return replay(candidates, ballots);
}

interface Ballot extends Vote {
  readonly candidate: number;
}

function replay(candidates: readonly Candidate[], ballots: readonly Ballot[]): Contest {
  const casts = ballots.map(({ candidate, tier, source, net, week }): Cast => {
    return { candidate, mass: voteWeight(tier, source), damped: tier < 2, net, week };
  });
  const weeks = weighByWeek(casts, candidates.length, decayName);
  let incumbent: number | null = null;
  let established = false;
  let handOver = false;
  for (const { week, masses } of weeks) {
    const total = sum(masses);
    const tellable = candidates.map((_, index) => isTellable(ballots, index, week));
    const rivals = masses
      .map((mass, index) => ({ mass, index }))
      .filter(({ index }) => tellable[index] && index !== incumbent);
    const challenger = rivals.reduce<{ mass: number; index: number } | null>(
      (best, rival) => (best !== null && best.mass >= rival.mass ? best : rival),
      null,
    );
    handOver = false;
    if (incumbent === null) {
      if (challenger !== null && stands(challenger.mass, total)) incumbent = challenger.index;
    } else if (challenger !== null) {
      const own = masses[incumbent] ?? 0;
      const recent = weightSince(casts, incumbent, week);
      if (
        established &&
        weightSince(casts, challenger.index, week) >= Math.max(TENTATIVE_WEIGHT, HAND_OVER_FACTOR * recent)
      ) {
        handOver = true;
      } else if (challenger.mass >= CHALLENGE_FACTOR * own + CHALLENGE_MARGIN) {
        incumbent = challenger.index;
        established = false;
      }
    }
    if (incumbent !== null) {
      const own = masses[incumbent] ?? 0;
      established ||= stands(own, total) && wilsonLowerBound(own / ONE, total / ONE) >= CONFIRMED_WILSON;
    }
  }
  const last = weeks.at(-1);
  const masses = last?.masses ?? [];
  const total = sum(masses);
  const week = last?.week ?? 0;
  const stood = incumbent !== null && stands(masses[incumbent] ?? 0, total) && !handOver;
  const listed = candidates.map(({ shown }, index) => ({
    shown,
    mass: masses[index] ?? 0,
    voters: ballots.filter(({ candidate }) => candidate === index).length,
    tellable: isTellable(ballots, index, week),
  }));
  return { week, candidates: listed, winner: stood ? incumbent : null, rule: ruleOf(stood, handOver, listed, total) };
}

function ruleOf(stood: boolean, handOver: boolean, candidates: Contest["candidates"], total: number): ContestRule {
  if (stood) return "standing";
  if (handOver) return "hand-over";
  if (total < TENTATIVE_WEIGHT) return "too-little-weight";
  if (candidates.some(({ mass, tellable }) => !tellable && stands(mass, total))) return "contacts-need-three";
  return candidates.length > 1 ? "no-majority" : "too-little-weight";
}

/** Whether a name has the weight and the share to be shown. */
export function stands(mass: number, total: number): boolean {
  return mass >= TENTATIVE_WEIGHT && 2 * mass >= total;
}

/** Whether a candidate may be told at all: somebody gave it on purpose, or enough have it in their contacts. */
function isTellable(ballots: readonly Ballot[], candidate: number, week: Week): boolean {
  const own = ballots.filter((ballot) => ballot.candidate === candidate && ballot.week <= week);
  return own.some(({ source }) => source === "user") || own.length >= CONTACT_VOTERS;
}

/** A candidate's weight of the last year, undamped. */
function weightSince(casts: readonly Cast[], candidate: number, week: Week): number {
  return sum(
    casts.map((cast) =>
      cast.candidate === candidate && cast.week <= week && cast.week > week - YEAR_WEEKS ? cast.mass : 0,
    ),
  );
}

function sum(masses: readonly number[]): number {
  return masses.reduce((total, mass) => total + mass, 0);
}
