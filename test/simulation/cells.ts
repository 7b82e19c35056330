import { attacked, ATTACKS, type AttackName } from "./attacks.ts";
import { METHOD_NAMES, METHODS, type MethodName, type Shown } from "./methods.ts";
import type { Entity } from "./names-file.ts";
import { Random } from "./random.ts";
import { honestNumber, WEEKS, type SimulatedNumber, type SimulatedVote } from "./world.ts";

export const SHARES = [0, 0.1, 0.2, 0.3, 0.4] as const;
export const LEAST_HONEST = [0, 5] as const;
/** Numbers of a run whose history is followed, a look every so many weeks. */
const FOLLOWED = 80;
const LOOK_EVERY_WEEKS = 4;

export type Outcome = "right" | "wrong" | "silent";

/** What a result is of: numbers with at least so many honest votes, under one attack, as one method shows them. */
export interface CellKey {
  readonly method: MethodName;
  readonly attack: AttackName | "spam-brigade";
  readonly sybils: number;
  readonly minHonest: number;
}

/** One number under one attack, as one method shows it. */
export interface Trial {
  readonly method: MethodName;
  readonly attack: AttackName;
  readonly sybils: number;
  readonly honestVotes: number;
  readonly caller: string;
  readonly outcome: Outcome;
  readonly confidence: number;
  readonly history: History | null;
}

/** Without sybils all attacks are the same: one is tried. */
const WITHOUT_SYBILS = "late-burst" satisfies AttackName;

/** A result, and where it is without sybils the same of every other attack on names. */
export function ofEachAttack<Result extends CellKey>(result: Result): Result[] {
  if (result.sybils !== 0 || result.attack !== WITHOUT_SYBILS) return [result];
  return (Object.keys(ATTACKS) as AttackName[]).map((attack) => ({ ...result, attack }));
}

/** What became of a number over time. */
export interface History {
  /** Times that the name shown changed, its first showing not counted. */
  readonly flips: number;
  /** Weeks from the first showing of each wrong name until it was gone; the run's end when it stayed. */
  readonly wrongWeeks: readonly number[];
}

/** All trials of one seed. `callers` are at most `most`, half of them with several spellings where there are so many. */
export function* trialsOf(seed: number, entities: readonly Entity[], most: number): Generator<Trial> {
  const random = new Random(`names ${seed}`);
  const numbers = drawn(entities, most, random).map((entity) => honestNumber(entity, entities, random));
  for (const [index, number] of numbers.entries()) {
    for (const attack of Object.keys(ATTACKS) as AttackName[]) {
      for (const sybils of SHARES) {
        if (sybils === 0 && attack !== WITHOUT_SYBILS) continue;
        const own = new Random(`${seed} ${number.entity.id} ${attack} ${sybils}`);
        const votes = attacked(number, attack, sybils, entities, own);
        for (const method of METHOD_NAMES) {
          const shown = METHODS[method](votes);
          yield {
            method,
            attack,
            sybils,
            honestVotes: number.votes.length,
            caller: number.entity.id,
            outcome: outcomeOf(shown, number, votes),
            confidence: shown.confidence,
            history: index < FOLLOWED && (sybils === 0 || sybils === 0.4) ? historyOf(method, number, votes) : null,
          };
        }
      }
    }
  }
}

function drawn(entities: readonly Entity[], most: number, random: Random): Entity[] {
  const several = entities.filter(({ names }) => new Set(names).size > 1);
  const one = entities.filter(({ names }) => new Set(names).size === 1);
  const half = Math.min(several.length, Math.max(Math.ceil(most / 2), most - one.length));
  return random.sample([...random.sample(several, half), ...random.sample(one, most - half)], most);
}

/** Right is a name that somebody who meant this caller gave, and nobody else. */
function outcomeOf({ name }: Shown, { entity }: SimulatedNumber, votes: readonly SimulatedVote[]): Outcome {
  if (name === null) return "silent";
  if (entity.names.includes(name)) return "right";
  const givers = votes.filter((vote) => vote.name === name);
  return givers.length > 0 && givers.every(({ honest }) => honest) ? "right" : "wrong";
}

function historyOf(method: MethodName, number: SimulatedNumber, votes: readonly SimulatedVote[]): History {
  let [flips, wrongSince]: [number, number | null] = [0, null];
  let last: string | null = null;
  const wrongWeeks: number[] = [];
  for (let week = LOOK_EVERY_WEEKS - 1; week < WEEKS; week += LOOK_EVERY_WEEKS) {
    const until = votes.filter((vote) => vote.week <= week);
    const shown = METHODS[method](until, week);
    if (shown.name !== null && last !== null && shown.name !== last) flips += 1;
    last = shown.name ?? last;
    const isWrong = outcomeOf(shown, number, votes) === "wrong";
    if (isWrong) wrongSince ??= week;
    if (!isWrong && wrongSince !== null) {
      wrongWeeks.push(week - wrongSince);
      wrongSince = null;
    }
  }
  if (wrongSince !== null) wrongWeeks.push(WEEKS - wrongSince);
  return { flips, wrongWeeks };
}
