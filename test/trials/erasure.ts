import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { jsonOf } from "../support/answer.ts";
import { claimsOf, EMPTIED, foundIn, idsOf, objectsIn, rowsIn, TRUTH } from "../support/erased.ts";
import { proveNumber } from "../support/owner.ts";
import { logicalDump } from "../support/state.ts";
import { wholeAccount, type Whole } from "../support/whole-account.ts";
import { Outage, type Store } from "./outage.ts";
import { Random } from "./random.ts";
import { Victim } from "./victim.ts";

const SWEEP_S = 2;
const ACCOUNTS_A_ROUND = 4;
const LEVEL_WITHIN_MS = 2 * 60_000;
/** Within this of the request, and of each start, the process is killed. */
const KILLED_WITHIN_MS = [300, 1500, 4000];
/** What fails from the request on until after the first start, in turn. */
const FAILING: readonly (readonly Store[])[] = [[], ["d1"]];

/** What a receipt must count: a second code proves that the number is hers. */
const COUNTED = { ...TRUTH, messages: 2 };

/** Somebody who is being erased. */
interface Leaving extends Whole {
  readonly erasure: string;
}

/**
 * The process killed while accounts are erased: as the first pass begins, in the midst of it, and at the sweep.
 * @returns whether every erasure ended with nothing left of its account, and one receipt that counts it
 */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: "string", default: "4" }, seed: { type: "string", default: "1" } },
  });
  const rounds = Number(values.rounds);
  const random = new Random(Number(values.seed));
  const victim = new Victim();
  const { development } = victim;
  const toml = join(development.folder, "wrangler.toml");
  const sweep = `ERASURE_SWEEP_S = "${SWEEP_S}"`;
  const look = 'CONTACT_LOOK_S = "1"';
  const quick = readFileSync(toml, "utf8").replace('ERASURE_SWEEP_S = ""', sweep).replace('CONTACT_LOOK_S = ""', look);
  writeFileSync(toml, quick);
  const faults: string[] = [];
  let [kills, receipts] = [0, 0];
  let holds = false;
  try {
    const outage = new Outage(development.state);
    for (let round = 1; round <= rounds; round += 1) {
      await victim.start();
      const leaving: Leaving[] = [];
      for (let at = 0; at < ACCOUNTS_A_ROUND; at += 1) leaving.push({ ...(await someone(victim)), erasure: "" });
      const failing = FAILING[(round - 1) % FAILING.length] ?? [];
      const asked = await Promise.all(
        leaving.map(({ ann }) => development.call("DELETE", "/v1/me", { token: ann.accessToken })),
      );
      for (const store of failing) outage.begin(store);
      const going = leaving.map((one, at) => {
        const answer = asked[at];
        if (answer?.status !== 202) faults.push(`erasing was answered ${answer?.status} ${answer?.text}`);
        return { ...one, erasure: answer?.status === 202 ? jsonOf<{ erasureId: string }>(answer).erasureId : "" };
      });
      const moments: string[] = [];
      for (const within of KILLED_WITHIN_MS) {
        const wait = random.between(0, within);
        await sleep(wait);
        await victim.kill();
        kills += 1;
        moments.push(`${(wait / 1000).toFixed(2)} s`);
        await victim.start();
        for (const store of outage.out) outage.end(store);
      }
      const left = await untilGone(victim, going);
      faults.push(...left);
      for (const { erasure } of going) {
        const first = await receiptOf(victim, erasure);
        if (first === null) {
          faults.push("an erasure has no receipt");
          continue;
        }
        const { jti, removed } = claimsOf(first);
        if (jti !== erasure) faults.push("a receipt is another erasure's");
        if (!isDeepStrictEqual({ ...removed }, COUNTED)) faults.push(`a receipt counts ${JSON.stringify(removed)}`);
        receipts += 1;
        if ((await receiptOf(victim, erasure)) !== first) faults.push("an erasure has two receipts");
      }
      await victim.stop();
      const how = failing.length === 0 ? "" : `, ${failing.join(" and ")} failing before the first start`;
      console.log(`round ${round}: ${going.length} erasures, killed after ${moments.join(", ")}${how}`);
      if (left.length > 0) break;
    }
    console.log(`erasure: ${kills} kills, ${receipts} receipts, ${faults.length} faults`);
    for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
    holds = faults.length === 0;
  } finally {
    await victim.stop();
    if (holds) rmSync(development.folder, { recursive: true, force: true, maxRetries: 5 });
    else console.log(`The stores are kept in ${development.folder}.`);
  }
  return holds;
}

/** Somebody of whom everything is held, what she said as her number's owner too. */
async function someone({ development }: Victim): Promise<Whole> {
  const whole = await wholeAccount(development.calls);
  const as = await proveNumber(development.calls, whole.number);
  const json = { name: "Thistlewyck Quellbrook" };
  const named = await development.callAs("PUT", "/v1/ownership/number", { as, json });
  if (named.status !== 200) throw new Error(named.text);
  return whole;
}

async function receiptOf({ development }: Victim, erasure: string): Promise<string | null> {
  const answer = await development.call("GET", `/v1/erasures/${erasure}`);
  return jsonOf<{ receipt?: string }>(answer).receipt ?? null;
}

/** Waits until all erasures are done and the stores hold nothing of whom they are about. @returns what is left */
async function untilGone(victim: Victim, leaving: readonly Leaving[]): Promise<string[]> {
  const { state } = victim.development;
  const ids = leaving.flatMap(idsOf);
  let left: string[] = [];
  for (const started = Date.now(); Date.now() - started < LEVEL_WITHIN_MS; await sleep(1000)) {
    const receipts = await Promise.all(leaving.map(({ erasure }) => receiptOf(victim, erasure)));
    const dump = logicalDump(state);
    left = [
      ...receipts.filter((receipt) => receipt === null).map(() => "an erasure is not done"),
      // The days on which the number's owner changed what is said of it guard the limits, and stay.
      ...foundIn(dump, ids).filter((found) => !/-Ownership\/[0-9a-f]+\.sqlite$/.test(found)),
      ...EMPTIED.flatMap((name) => rowsIn(dump, name).map((row) => `${row} in ${name}`)),
      ...objectsIn(dump).map(() => "an object in a bucket"),
    ];
    if (left.length === 0) return [];
  }
  return left;
}
