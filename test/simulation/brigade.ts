import type { Vote } from "../../src/verdict/ballot.ts";
import { tallyBallot } from "../../src/verdict/ballot.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { LEAST_HONEST, SHARES, type CellKey, type Outcome } from "./cells.ts";
import { METHOD_NAMES, type MethodName } from "./methods.ts";
import { Random } from "./random.ts";
import { HONEST_TIERS, honestVoters, networksOf, someone, WEEKS, type Networks } from "./world.ts";

/** Honest callers' marks on a hospital: most say nothing, some deny that it is spam, a few were called at a bad time. */
const DENIES = 0.3;
const ANNOYED = 0.02;
const BURST_WEEK = WEEKS - 4;

/** Hospitals under a brigade of farmed accounts that mark them as spam in one week. Wrong: the app would warn or block. */
export function* brigadeOf(seed: number, numbers: number): Generator<CellKey & { readonly outcome: Outcome }> {
  for (let index = 0; index < numbers; index += 1) {
    const random = new Random(`brigade ${seed} ${index}`);
    const networks = networksOf(random);
    const voters = honestVoters(random);
    const honest = Array.from({ length: voters }, () =>
      mark(networks, random, random.chance(DENIES) ? false : random.chance(ANNOYED) ? true : null, random.below(WEEKS)),
    );
    for (const sybils of SHARES) {
      const count = random.round((voters * sybils) / (1 - sybils));
      const votes = [...honest, ...Array.from({ length: count }, () => mark(networks, random, true, BURST_WEEK))].sort(
        (a, b) => a.week - b.week,
      );
      for (const method of METHOD_NAMES) {
        const outcome: Outcome = isFlagged(method, votes) ? "wrong" : "right";
        for (const minHonest of LEAST_HONEST)
          if (voters >= minHonest) yield { method, attack: "spam-brigade", sybils, minHonest, outcome };
      }
    }
  }
}

function mark(networks: Networks, random: Random, spam: boolean | null, week: number): Vote {
  const tier = random.weighted(HONEST_TIERS) as 0 | 1 | 2;
  return {
    ...someone(networks, random),
    name: spam === null ? "County Hospital" : null,
    spam,
    source: "user",
    tier,
    week,
  };
}

function isFlagged(method: MethodName, votes: readonly Vote[]): boolean {
  const marks = votes.filter(({ spam }) => spam !== null);
  if (method === "last-write") return marks.at(-1)?.spam === true;
  if (method !== "ours") return marks.filter(({ spam }) => spam).length * 2 > marks.length;
  const week = WEEKS - 1;
  const official = { name: "County Hospital", kind: "business" } as const;
  const evidence: LineEvidence = { official, complaints: [], category: null, ballot: tallyBallot(votes, week), week };
  return judge(new Map([[0, evidence]]), 0, week, "unfitted").advice !== "allow";
}
