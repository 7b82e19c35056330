import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { jsonOf } from "../support/answer.ts";
import type { Status } from "../support/import.ts";
import { allSent, openBallots } from "./ballots.ts";
import { trialVault } from "./keys.ts";
import { directoryDifferences, ledgerDifferences, publishedApart, type Told } from "./level.ts";
import { Outage, type Store } from "./outage.ts";
import { Random } from "./random.ts";
import { Victim } from "./victim.ts";
import { Voters, type Stream } from "./voters.ts";

/** A ballot waits five minutes at most before it tries again, the cron looks every minute. */
const LEVEL_WITHIN_MS = 8 * 60_000;
const READS_AT_ONCE = 8;
const SHOWN = 20;
/** What fails in a round, in turn. */
const FAILING: readonly (readonly Store[])[] = [[], ["d1"], ["kv"], ["d1", "kv"]];

/** The service killed in the middle of a stream of votes, again and again. @returns whether all promises held */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
  });
  const kills = Number(values.kills);
  const random = new Random(Number(values.seed));
  const victim = new Victim();
  const { state } = victim.development;
  const vault = trialVault();
  const voters = new Voters(victim.development, random);
  const outage = new Outage(state);
  const sum: Stream = { acknowledged: 0, inDoubt: 0 };
  let holds = false;
  try {
    await victim.start();
    const apart = await publishedApart(state, vault);
    for (let round = 1; round <= kills; round += 1) {
      if (round > 1) await victim.start();
      const { acknowledged, inDoubt } = await oneRound(victim, voters, outage, random, round);
      sum.acknowledged += acknowledged;
      sum.inDoubt += inDoubt;
    }
    for (const store of outage.out) outage.end(store);

    const started = Date.now();
    await victim.start();
    const waited = await untilLevel(victim, started);
    const told = await readAll(voters);
    await victim.stop();

    const ballots = await openBallots(state, vault);
    const lost = told.filter(({ vote, seen }) => !vote.allows(seen));
    const differences = [
      ...voters.faults,
      ...lost.map(
        ({ vote, seen }) =>
          `${vote.number}: the vote is ${JSON.stringify(seen)}, it may be ${JSON.stringify(vote.possible)}`,
      ),
      ...(await ledgerDifferences(told, ballots, vault)),
      ...(await directoryDifferences(state, ballots, apart, vault)),
    ];
    if (waited === null) differences.push(`not level within ${LEVEL_WITHIN_MS / 60_000} minutes`);
    const rows = ballots.reduce((rows, { votes }) => rows + votes.length, 0);
    table({
      "numbers voted on": ballots.length,
      "votes observed (account and number)": told.length,
      "of these standing, as told": told.filter(({ seen }) => seen !== null).length,
      "rows in ledgers": rows,
      "numbers with a name that stands": ballots.filter(({ part }) => part !== null && part.name !== null).length,
      "answers that should not be": voters.faults.length,
      "level after the last start": waited === null ? "never" : `${(waited / 1000).toFixed(1)} s`,
      differences: differences.length,
    });
    for (const difference of differences.slice(0, SHOWN)) console.log(`  ${difference}`);
    holds = differences.length === 0;
    console.log(
      `kill: ${kills} kills, ${sum.acknowledged} acknowledged, ${lost.length} lost, ${sum.inDoubt} in doubt, pages ${holds ? "level" : "NOT level"}`,
    );
  } finally {
    await victim.stop();
    if (holds) rmSync(victim.development.folder, { recursive: true, force: true, maxRetries: 5 });
    else console.log(`The stores are kept in ${victim.development.folder}.`);
  }
  return holds;
}

/** One stream of votes and its end. Half of the outages outlast the kill; one of D1 also the next start. */
async function oneRound(
  victim: Victim,
  voters: Voters,
  outage: Outage,
  random: Random,
  round: number,
): Promise<Stream> {
  const left = outage.out;
  const length = random.between(1000, 4000);
  const failing = FAILING[(round - 1) % FAILING.length] ?? [];
  const outlasts = random.chance(0.5);
  const stop = new AbortController();
  const stream = voters.stream(stop.signal);
  await sleep(length * 0.2);
  for (const store of left) outage.end(store);
  for (const store of failing) outage.begin(store);
  // Half a stream's outage is left for ballots to send and publishers to fail with it.
  const once = failing.length === 0 ? null : voters.voteOnce(stop.signal);
  await sleep(length * 0.5);
  if (!outlasts) for (const store of failing) outage.end(store);
  await sleep(length * 0.3);
  stop.abort();
  await victim.kill();
  // KV's simulator would make its table anew at the next start.
  outage.end("kv");
  const seen = await stream;
  const alone = await once;
  seen.acknowledged += alone?.acknowledged ?? 0;
  seen.inDoubt += alone?.inDoubt ?? 0;
  const how =
    failing.length === 0 ? "" : `, ${failing.join(" and ")} failing ${outlasts ? "until the kill" : "for a while"}`;
  const before = left.length === 0 ? "" : `, ${left.join(" and ")} still failing at the start`;
  console.log(
    `round ${String(round).padStart(2)}: ${String(seen.acknowledged).padStart(4)} acknowledged, ${seen.inDoubt} in doubt, killed after ${(length / 1000).toFixed(2)} s${before}${how}`,
  );
  return seen;
}

/** Waits until ballots and publishers have nothing left to do. @returns ms since `started`, null when it takes too long */
async function untilLevel(victim: Victim, started: number): Promise<number | null> {
  const { development } = victim;
  while (Date.now() - started < LEVEL_WITHIN_MS) {
    const { backlog } = jsonOf<Status>(await development.asOperator("GET", "/v1/operators/status"));
    if (allSent(development.state) && backlog.blocks === 0) return Date.now() - started;
    await sleep(500);
  }
  return null;
}

async function readAll(voters: Voters): Promise<Told[]> {
  const told: Told[] = [];
  const waiting = voters.votes.values();
  const lane = async (): Promise<void> => {
    for (const vote of waiting) told.push({ vote, seen: await voters.read(vote) });
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, lane));
  return told;
}

function table(rows: Readonly<Record<string, string | number>>): void {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  for (const [name, value] of Object.entries(rows)) console.log(`${name.padEnd(width)}  ${value}`);
}
