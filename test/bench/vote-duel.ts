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
import { send, voteRequest } from "./load.ts";
import { serve, type Server } from "./server.ts";

const GOAL = 0.6;
/** Numbers that are voted on: each gets some dozens of votes in a run. */
const NUMBERS = 200;
/** New ones each round, each of whom goes through a list of calls. Their first votes warm up: a new account's object is made once. */
const ACCOUNTS = 400;
/** A name each, which is a day's quota of an account; more than a round can send, since a vote that came twice would change nothing. */
const VOTES_AN_ACCOUNT = 20;
const NAMES = ["Harbor Street Bakery", "Harbour St Bakery", "Pinecrest Dental Care", "Pinecrest Dental"] as const;
const MARK = '"vote":{';

/** Ballots send, and publishers publish, a second and more after a vote. A turn ends before: it measures the vote. */
const TURN_MS = 800;
const LOOK_EVERY_MS = 200;
/** Less than this part of a processor is rest. */
const AT_REST = 0.05;
/** Objects that nobody asks for ten seconds go to sleep, and waking one costs more than a vote: turns are of those awake. */
const LONGEST_REST_MS = 5000;

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
    const requests = await votes(grounds.secrets);
    const corner = (server: Server, of: number): Corner =>
      new Corner(server, of, requests, MARK, pace.connections, TURN_MS);
    const product = corner(worker, port);
    const floors = await Promise.all(FLOORS.map(async (_, at) => corner(floor, await floor.port(`floor-${at}`))));
    for (const one of [product, ...floors]) await one.warmUp(ACCOUNTS, atRest);
    // Who votes has seen who called. Else the simulation of KV, some two votes' cost, would be every fourth one's.
    const seen = await requestsOf(
      Array.from({ length: NUMBERS }, (_, at) => caller(at)),
      grounds.secrets,
    );
    const lookUpAll = async (): Promise<void> =>
      void (await send({ port, requests: seen, mark: "number", connections: pace.connections, count: NUMBERS }));
    for (let turn = 0; turn < pace.seconds; turn += 1) {
      // Nothing is left to do behind a floor's answers, and who waits too long for a turn finds the objects asleep.
      await lookUpAll();
      for (const one of [product, ...floors]) await one.turn(true, one === product ? atRest : undefined);
    }
    for (const [at, duel] of duels.entries()) {
      duel.worker.push(product.measured());
      duel.floor.push(floors[at]?.measured() ?? product.measured());
    }
    await Promise.all([worker.stop(), floor.stop()]);
  }
  return duels;
}

/** Votes of new accounts in turn, no two of one account on one number; each number is given all of the names. */
async function votes(secrets: BenchSecrets): Promise<Buffer[]> {
  const minted = Array.from({ length: ACCOUNTS }, () => mintToken(secrets.TOKEN_SIGNING_KEYS, "app"));
  const tokens = await Promise.all(minted);
  return Array.from({ length: ACCOUNTS * VOTES_AN_ACCOUNT }, (_, at) => {
    const lap = Math.floor(at / ACCOUNTS);
    const name = NAMES[at % 3 === 0 ? at % NAMES.length : 0] ?? NAMES[0];
    const vote = { name, spam: at % 5 === 0 };
    return voteRequest(caller((at + 7 * lap) % NUMBERS), vote, tokens[at % ACCOUNTS] ?? "");
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
  for (let waited = 0; waited < LONGEST_REST_MS; waited += LOOK_EVERY_MS) {
    const before = server.cpu();
    await sleep(LOOK_EVERY_MS);
    const after = server.cpu();
    // An alarm may still be to come: rest counts once the outbox has had its time.
    const busy = before === null || after === null ? 0 : (after - before) / 1000 / LOOK_EVERY_MS;
    if (waited >= 1000 && busy < AT_REST) return;
  }
}
