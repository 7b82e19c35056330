import type { Vote } from "../../src/verdict/ballot.ts";
import type { Entity } from "./names-file.ts";
import type { Random } from "./random.ts";

/** Weeks that a run lasts; the verdict is asked at the end of the last. */
export const WEEKS = 104;
/** Share of honest votes by tier: new, seasoned, proven. */
export const HONEST_TIERS = [0.15, 0.35, 0.5] as const;
/** Honest votes that came with shared contacts. */
const CONTACTS = 0.15;
/** Honest mistakes: a private label (more often in contacts), a slip of the finger, another caller's name. */
const LABELLED = { user: 0.01, contact: 0.1 } as const;
const MISTYPED = 0.04;
const MISTAKEN = 0.01;
/** Voters a number: log-normal, median 5; four in ten numbers have 4 or fewer. */
const VOTERS = { median: 5, sigma: 0.9, most: 60 } as const;
/** Networks that those who know a number come from, the k-th as often as 1/k: the largest of a country has a quarter or more. */
const NETWORKS: Networks = Array.from({ length: 20 }, (_, k) => 1 / (k + 1));
/** One number in fifty is known on one network alone: a company's, or one of a country with one carrier. */
const ONE_NETWORK = 0.02;
const LABELS = [
  "Mom",
  "Boss",
  "Work",
  "Do not answer",
  "School",
  "Babysitter",
  "Mama",
  "Office",
  "Tante",
  "Kids school",
];

/** A vote, and whether the number's name is what it says. */
export interface SimulatedVote extends Vote {
  readonly honest: boolean;
}

/** A number with its honest votes, in order of arrival. */
export interface SimulatedNumber {
  readonly entity: Entity;
  readonly networks: Networks;
  readonly votes: readonly SimulatedVote[];
}

/** The networks that voters on a number come from, each with how often. */
export type Networks = readonly number[];

export function networksOf(random: Random): Networks {
  return random.chance(ONE_NETWORK) ? [1] : NETWORKS;
}

/** A number as honest people vote on it. */
export function honestNumber(entity: Entity, others: readonly Entity[], random: Random): SimulatedNumber {
  const networks = networksOf(random);
  const votes = Array.from({ length: honestVoters(random) }, () => {
    const source = random.chance(CONTACTS) ? "contact" : "user";
    const { name, honest } = honestName(entity, others, source, random);
    return {
      ...someone(networks, random),
      name,
      honest,
      source,
      tier: random.weighted(HONEST_TIERS) as 0 | 1 | 2,
      week: random.below(WEEKS),
    } as const;
  });
  return { entity, networks, votes: votes.sort((a, b) => a.week - b.week) };
}

/** How many honest people vote on a number. */
export function honestVoters(random: Random): number {
  return Math.min(VOTERS.most, Math.max(1, Math.round(VOTERS.median * Math.exp(VOTERS.sigma * random.normal()))));
}

/** Who votes: a voter and a network, no more. */
export function someone(networks: Networks, random: Random): Pick<Vote, "pid" | "net" | "spam" | "category"> {
  return {
    pid: random.below(2 ** 32).toString(36) + random.below(2 ** 32).toString(36),
    net: random.weighted(networks),
    spam: null,
    category: null,
  };
}

function honestName(
  entity: Entity,
  others: readonly Entity[],
  source: "user" | "contact",
  random: Random,
): { name: string; honest: boolean } {
  if (random.chance(LABELLED[source])) return { name: random.pick(LABELS), honest: false };
  if (random.chance(MISTAKEN)) return { name: random.pick(random.pick(others).names), honest: false };
  const name = random.pick(entity.names);
  return { name: random.chance(MISTYPED) ? mistype(name, random) : name, honest: true };
}

/** One letter left out, doubled, or changed places with the next. */
function mistype(name: string, random: Random): string {
  const letters = Array.from(name);
  const at = random.below(letters.length);
  const [letter = "", next = ""] = letters.slice(at, at + 2);
  letters.splice(at, 2, ...random.pick([[next], [letter, letter, next], [next, letter]]));
  return letters.join("").trim() || name;
}
