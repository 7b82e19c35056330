import { setTimeout as sleep } from "node:timers/promises";
import { mintToken } from "../../src/commands/access-token.ts";
import { caller } from "./callers.ts";
import { floorKeys, type BenchSecrets } from "./directory.ts";
import {
  Corner,
  NOT_PREPARED,
  requestsOf,
  startProduct,
  type Duel,
  type Grounds,
  type Measured,
  type Pace,
} from "./duel.ts";
import { ownVoteRequest, send, voteRequest } from "./load.ts";
import { serve, type Server } from "./server.ts";

const GOAL = 0.45;
/** Numbers that are voted on: each gets some dozens of votes in a run. */
const NUMBERS = 200;
/** Who votes in a turn: new ones each time, each of whom goes through a list of calls. */
const ACCOUNTS = 100;
/** A name each, which is a day's quota of an account: a turn ends with them, since a vote that came twice would change nothing. */
const VOTES_AN_ACCOUNT = 20;
/** The first votes of each account go before a turn: at the first its object is made. */
const FIRST_VOTES = 2;
const VOTES_A_TURN = ACCOUNTS * VOTES_AN_ACCOUNT;
const BEFORE_A_TURN = ACCOUNTS * FIRST_VOTES;
const NAMES = ["Harbor Street Bakery", "Harbour St Bakery", "Pinecrest Dental Care", "Pinecrest Dental"] as const;
const MARK = '"vote":{';
const OWN_MARK = '"vote":';

/** Ballots send, and publishers publish, a second and more after a vote. A turn ends before: it measures the vote. */
const TURN_MS = 800;
const LOOK_EVERY_MS = 200;
/** Less than this part of a processor is rest. */
const AT_REST = 0.05;
/** A ballot sends after a second, and publishers wait up to three for more: between the two there is a lull. */
const REST_MS = 3400;
/** Objects that nobody asks for ten seconds go to sleep. */
const LONGEST_REST_MS = 9000;

/** The two floors: the goal is about a bare row; what a vote cannot do without is two. */
const FLOORS = [
  { name: "vote", goal: GOAL },
  { name: "vote, two objects", goal: null },
] as const;

/**
 * Votes beside bare rows, in turns. After each turn of the Worker it is waited until its process rests, so that what it
 * does behind its answers is in its processor time and not in the floor's way.
 */
export async function runVoteDuels(grounds: Grounds, pace: Pace, say: (sentence: string) => void): Promise<Duel[]> {
  const duels = FLOORS.map((floor) => ({ ...floor, worker: [] as Measured[], floor: [] as Measured[] }));
  for (let round = 1; round <= pace.rounds; round += 1) {
    say(`votes, round ${round} of ${pace.rounds}`);
    const worker = await startProduct(grounds);
    const port = await worker.port("product");
    const given = { ...floorKeys(grounds.secrets), ...(await answerToVote(port, grounds.secrets)) };
    const floor = await serve(
      FLOORS.map(({ name }, at) => ({ name: `floor-${at}`, built: grounds.floor, bindings: { CASE: name, ...given } })),
      grounds.stores.floor,
    );
    // The first turn's are for warming up: the engine compiles what runs often.
    const requests = await votes(grounds.secrets, 1 + pace.seconds);
    const limits = { milliseconds: TURN_MS, most: VOTES_A_TURN - BEFORE_A_TURN };
    const corner = (server: Server, of: number): Corner =>
      new Corner(server, of, requests, MARK, pace.connections, limits);
    const product = corner(worker, port);
    const floors = await Promise.all(FLOORS.map(async (_, at) => corner(floor, await floor.port(`floor-${at}`))));
    for (const one of [product, ...floors]) await one.warmUp(VOTES_A_TURN, atRest);
    const numbers = Array.from({ length: NUMBERS }, (_, at) => caller(at));
    const [lookups, ownVotes] = await Promise.all([
      requestsOf(numbers, grounds.secrets),
      requestsOf(numbers, grounds.secrets, ownVoteRequest),
    ]);
    const ask = async (asked: readonly Buffer[], mark: string): Promise<void> =>
      void (await send({ port, requests: asked, mark, connections: pace.connections, count: asked.length }));
    for (let turn = 1; turn <= pace.seconds; turn += 1) {
      for (const one of [product, ...floors]) {
        one.goTo(turn * VOTES_A_TURN);
        await one.warmUp(BEFORE_A_TURN, one === product ? atRest : undefined);
        if (one === product) {
          // Waking an object costs more than a vote, and who has slept depends on the disk: all are awake when a turn begins.
          await ask(ownVotes, OWN_MARK);
          // Who votes has seen who called. Else the simulation of KV, some two votes' cost, would be every fourth one's.
          await ask(lookups, "number");
        }
        // Nothing is left to do behind a floor's answers.
        await one.turn(true, one === product ? atRest : undefined);
      }
    }
    for (const [at, duel] of duels.entries()) {
      duel.worker.push(product.measured());
      duel.floor.push(floors[at]?.measured() ?? product.measured());
    }
    await Promise.all([worker.stop(), floor.stop()]);
  }
  return duels;
}

/** Turns of votes, each of new accounts, no two of one account on one number; each number is given all of the names. */
async function votes(secrets: BenchSecrets, turns: number): Promise<Buffer[]> {
  const minted = Array.from({ length: turns * ACCOUNTS }, () => mintToken(secrets.TOKEN_SIGNING_KEYS, "app"));
  const tokens = await Promise.all(minted);
  return Array.from({ length: turns * VOTES_A_TURN }, (_, at) => {
    const lap = Math.floor(at / ACCOUNTS);
    const turn = Math.floor(at / VOTES_A_TURN);
    const name = NAMES[at % 3 === 0 ? at % NAMES.length : 0] ?? NAMES[0];
    const vote = { name, spam: at % 5 === 0 };
    return voteRequest(caller((at + 7 * lap) % NUMBERS), vote, tokens[turn * ACCOUNTS + (at % ACCOUNTS)] ?? "");
  });
}

async function answerToVote(port: number, secrets: BenchSecrets): Promise<{ ANSWER: string; HEADERS: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/numbers/%2B${caller(0).slice(1)}/vote`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${await mintToken(secrets.TOKEN_SIGNING_KEYS, "app")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ name: NAMES[0], spam: false }),
  });
  const ANSWER = await answer.text();
  if (answer.status !== 200 || !ANSWER.includes(MARK)) throw new Error(`no vote:\n${ANSWER}`);
  const headers = [...answer.headers].filter(([name]) => !NOT_PREPARED.has(name));
  return { ANSWER, HEADERS: JSON.stringify(Object.fromEntries(headers)) };
}

async function atRest(server: Server): Promise<void> {
  let quiet = 0;
  for (let waited = 0; waited < LONGEST_REST_MS && quiet < REST_MS; waited += LOOK_EVERY_MS) {
    const before = server.cpu();
    await sleep(LOOK_EVERY_MS);
    const after = server.cpu();
    const busy = before === null || after === null ? 0 : (after - before) / 1000 / LOOK_EVERY_MS;
    quiet = busy < AT_REST ? quiet + LOOK_EVERY_MS : 0;
  }
}
