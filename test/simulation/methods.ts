import { tallyBallot } from "../../src/verdict/ballot.ts";
import { candidatesOf } from "../../src/verdict/candidates.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { WEEKS, type SimulatedVote } from "./world.ts";

/** What a method shows of a number: a name or nothing, and how sure it is, 0–1. */
export interface Shown {
  readonly name: string | null;
  readonly confidence: number;
}
/** @param votes in order of arrival */
export type Method = (votes: readonly SimulatedVote[], week?: number) => Shown;

const NOTHING: Shown = { name: null, confidence: 0 };

/** The service's own verdict, and what simpler services do. */
export const METHODS = {
  ours(votes, week = WEEKS - 1) {
    const ballot = tallyBallot(votes, week);
    if (ballot === null) return NOTHING;
    const evidence: LineEvidence = { official: null, complaints: [], category: null, ballot, week: ballot.week };
    const { name, nameConfidence } = judge(new Map([[0, evidence]]), 0, week, "unfitted");
    return { name, confidence: nameConfidence / 100 };
  },
  "last-write"(votes) {
    const name = votes.at(-1)?.name ?? null;
    return name === null ? NOTHING : { name, confidence: 1 };
  },
  "exact-majority"(votes) {
    return most(votes, (vote) => vote.name ?? "");
  },
  "clustered-unweighted"(votes) {
    const equal = votes.map((vote) => ({ ...vote, tier: 1, source: "user", week: 0 }) as const);
    const of = new Map(
      candidatesOf(equal, 0).flatMap(({ forms, shown }) => [...forms].map((form) => [form, shown] as const)),
    );
    return most(votes, (vote) => of.get(vote.name ?? "") ?? vote.name ?? "");
  },
} as const satisfies Record<string, Method>;
export type MethodName = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** The name with the most votes; of equals the one that was there first. */
function most(votes: readonly SimulatedVote[], nameOf: (vote: SimulatedVote) => string): Shown {
  const counts = new Map<string, number>();
  for (const vote of votes) counts.set(nameOf(vote), (counts.get(nameOf(vote)) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first === undefined ? NOTHING : { name: first[0], confidence: first[1] / votes.length };
}
