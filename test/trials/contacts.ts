import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { jsonOf, type Answer } from "../support/answer.ts";
import { consenting } from "../support/consenting.ts";
import type { Sent } from "../support/service.ts";
import { Random } from "./random.ts";
import { d1File, objectFiles, rowsOf } from "./stores.ts";
import { Victim } from "./victim.ts";

const SPREAD_S = 4;
const CONTACTS = 60;
/** What one account may mark. */
const MARKS_A_DAY = 50;
const LEVEL_WITHIN_MS = 3 * 60_000;

/**
 * The service killed while shared names are taken in, wait and are handed over, and while everything is taken back.
 * @returns whether no accepted name was lost or counted twice, and nothing taken back has stayed
 */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { kills: { type: "string", default: "8" }, seed: { type: "string", default: "1" } },
  });
  const random = new Random(Number(values.seed));
  const victim = new Victim();
  const { development } = victim;
  const toml = join(development.folder, "wrangler.toml");
  const spread = `CONTACT_SPREAD_S = "${SPREAD_S}"`;
  writeFileSync(toml, readFileSync(toml, "utf8").replace('CONTACT_SPREAD_S = ""', spread));
  const faults: string[] = [];
  let holds = false;
  try {
    await victim.start();
    const calls = callsOf(victim);
    const stays = await consenting(calls, ["contact-sharing"]);
    const leaves = await consenting(calls, ["contact-sharing"]);
    const shareAs = (token: string, numbers: readonly string[]): Promise<Answer> =>
      calls.call("POST", "/v1/contacts/shared", {
        as: { token },
        json: { contacts: numbers.map((number) => ({ name: "Lakeside Bicycle Repair", numbers: [number] })) },
      });

    const accepted: string[] = [];
    for (let round = 0; round < Number(values.kills); round += 1) {
      const numbers = Array.from({ length: CONTACTS }, (_, at) => `+1309555${2000 + round * CONTACTS + at}`);
      for (const { accessToken } of [stays, leaves]) {
        const answer = await shareAs(accessToken, numbers);
        if (answer.status !== 202) faults.push(`sharing was answered ${answer.status} ${answer.text}`);
      }
      accepted.push(...numbers);
      const length = random.between(0, SPREAD_S * 1000);
      await sleep(length);
      await victim.kill();
      console.log(`round ${round + 1}: ${2 * CONTACTS} names accepted, killed ${(length / 1000).toFixed(2)} s later`);
      await victim.start();
    }
    const before = Date.now();
    while (count(victim, "Mixer", "pending") > 0) {
      if (Date.now() - before > LEVEL_WITHIN_MS) throw new Error("The mixers did not become empty.");
      await sleep(500);
    }
    const named = count(victim, "Ballot", "contact");
    const votes = count(victim, "Ballot", "vote");
    if (named !== 2 * accepted.length) faults.push(`${named} names in ballots instead of ${2 * accepted.length}`);
    if (votes !== named) faults.push(`${votes} votes for ${named} names`);

    // One more call, everything is taken back, and the end comes at once.
    await shareAs(
      leaves.accessToken,
      accepted.map((number) => number.replace("309", "312")),
    );
    const back = await calls.call("DELETE", "/v1/contacts/shared", { as: { token: leaves.accessToken } });
    if (back.status !== 202) faults.push(`taking back was answered ${back.status}`);
    await victim.kill();
    await victim.start();
    const after = Date.now();
    while (count(victim, "Mixer", "pending") > 0 || count(victim, "Sharing", "revoking") > 0) {
      if (Date.now() - after > LEVEL_WITHIN_MS) throw new Error("What was taken back is still on its way.");
      await sleep(500);
    }
    await victim.stop();
    // A ballot looks once a day: its day has come, and its alarm is late.
    for (const path of objectFiles(development.state, "Ballot")) {
      const database = new DatabaseSync(path);
      if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'look'").get() !== undefined) {
        database.exec("UPDATE look SET at = 0");
      }
      database.close();
    }
    await victim.start();
    // Somebody's vote wakes it.
    let token = "";
    for (const [at, number] of accepted.entries()) {
      if (at % MARKS_A_DAY === 0) token = development.mint.token();
      await calls.call("PUT", `/v1/numbers/${number}/vote`, { as: { token }, json: { spam: false } });
    }
    await sleep(2000);
    await development.untilPublished();
    await victim.stop();
    const left = count(victim, "Ballot", "contact");
    if (left !== accepted.length)
      faults.push(`${left} names are left instead of the other account's ${accepted.length}`);
    const revoked = rowsOf(d1File(development.state), "SELECT id FROM revoked").length;
    if (revoked !== 1) faults.push(`${revoked} revocations are known instead of 1`);
    console.log(
      `contacts: ${values.kills} kills, ${2 * accepted.length} names accepted, ${named} arrived, ${left} left`,
    );
    for (const fault of faults) console.log(`  ${fault}`);
    holds = faults.length === 0;
  } finally {
    await victim.stop();
    if (holds) rmSync(development.folder, { recursive: true, force: true, maxRetries: 5 });
    else console.log(`The stores are kept in ${development.folder}.`);
  }
  return holds;
}

/** Calls as the helpers of black-box tests make them. */
function callsOf({ development }: Victim): {
  call(method: string, path: string, sent?: Sent): Promise<Answer>;
} {
  return {
    call: async (method, path, { as, json, headers } = {}) => {
      const answer = await development.call(method, path, {
        headers: { "content-type": "application/json", ...headers },
        ...(as !== null && typeof as === "object" ? { token: as.token } : {}),
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
      if (answer.status >= 500) throw new Error(`${method} ${path}: ${jsonOf<{ code: string }>(answer).code}`);
      return answer;
    },
  };
}

/** Rows of a table over all objects of a class. */
function count({ development }: Victim, name: string, table: string): number {
  for (let tries = 1; ; tries += 1) {
    try {
      return objectFiles(development.state, name)
        .filter((file) => rowsOf(file, `SELECT 1 FROM sqlite_master WHERE name = '${table}'`).length > 0)
        .reduce((rows, file) => rows + rowsOf(file, `SELECT 1 FROM ${table}`).length, 0);
    } catch (thrown) {
      // A journal that was there when the folder was listed may be gone a moment later.
      if (tries === 5 || !String(thrown).includes("ENOENT")) throw thrown;
    }
  }
}
