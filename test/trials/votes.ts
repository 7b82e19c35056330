import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { trialVault } from "./keys.ts";
import { fillLedger, NAMES } from "./ledger-fill.ts";
import { Random } from "./random.ts";
import { Victim } from "./victim.ts";

/** Votes in a ledger, and the number that has them. */
const LEDGERS = [
  { size: 1000, number: "+13125550150" },
  { size: 100_000, number: "+14155550190" },
] as const;
const WARM_UP = 30;
const ALLOWED = 1.3;

/** What a vote costs on a number with 100,000 votes against one with 1,000. @returns whether it is no more than 1.3 times */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { votes: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  });
  const votes = Number(values.votes);
  const random = new Random(Number(values.seed));
  const victim = new Victim();
  const { development } = victim;

  const vote = async (number: string): Promise<number> => {
    const token = development.mint.token({ sub: random.uuid() });
    const body = JSON.stringify({ name: random.pick(NAMES), spam: random.chance(0.5) });
    const headers = { "content-type": "application/json" };
    const answer = await development.call("PUT", `/v1/numbers/${number}/vote`, { token, body, headers });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.took;
  };

  try {
    await victim.start();
    for (const { number } of LEDGERS) await vote(number);
    await victim.stop();
    for (const { number, size } of LEDGERS) await fillLedger(development.state, trialVault(), number, size, random);
    await victim.start();

    const took = LEDGERS.map((): number[] => []);
    const floor: number[] = [];
    for (let round = -WARM_UP; round < votes; round += 1) {
      // One after the other, so that whatever else the machine does meets both alike.
      for (const [at, { number }] of LEDGERS.entries()) {
        const time = await vote(number);
        if (round >= 0) took[at]?.push(time);
      }
      const { took: bare } = await development.call("GET", "/healthz");
      if (round >= 0) floor.push(bare);
    }
    const [small = 0, large = 0] = took.map(median);
    const bare = median(floor);
    for (const [at, { size }] of LEDGERS.entries())
      console.log(`${size} votes: ${median(took[at] ?? []).toFixed(2)} ms a vote (median of ${votes})`);
    console.log(`/healthz, what any request costs here: ${bare.toFixed(2)} ms`);
    const ratio = large / small;
    const own = (large - bare) / (small - bare);
    console.log(
      `votes: ratio ${ratio.toFixed(2)}, ${own.toFixed(2)} without what any request costs (allowed ${ALLOWED})`,
    );
    return own <= ALLOWED;
  } finally {
    await victim.stop();
    rmSync(development.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
