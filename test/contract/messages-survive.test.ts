import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonOf } from "../support/answer.ts";
import { FakeTwilio, twilioError } from "../support/fake-twilio.ts";
import { twilioAccount } from "../support/twilio-account.ts";
import { Victim } from "../trials/victim.ts";
import { until } from "../support/until.ts";

// `npm run dev` with a stand-in for Twilio, killed with messages on their way.

const victim = new Victim();
let twilio: FakeTwilio;
beforeAll(async () => {
  twilio = await FakeTwilio.start();
  const toml = join(victim.development.folder, "wrangler.toml");
  const settings = { ...twilioAccount, TWILIO_API: twilio.origin };
  const without = readFileSync(toml, "utf8").replaceAll(
    new RegExp(`^(?:${Object.keys(settings).join("|")}) = .*$`, "gm"),
    "",
  );
  const vars = Object.entries(settings).map(([name, value]) => `${name} = "${value}"\n`);
  writeFileSync(toml, without.replace("[vars]\n", `[vars]\n${vars.join("")}`));
  await victim.start();
});
afterAll(async () => {
  await victim.development.remove();
  await twilio.stop();
});

async function askForCode(number: string): Promise<void> {
  const answer = await victim.development.call("POST", "/v1/sessions/codes", {
    body: JSON.stringify({ number }),
    headers: { "content-type": "application/json" },
  });
  expect(answer.status, answer.text).toBe(202);
}

interface Messages {
  readonly pending: number;
  readonly deadLetters: readonly { readonly outcome: string }[];
  readonly counts: readonly { readonly outcome: string; readonly count: number }[];
}
async function status(): Promise<Messages> {
  const answer = await victim.development.asOperator("GET", "/v1/operators/status");
  return jsonOf<{ messages: Messages }>(answer).messages;
}

it("what was accepted goes out after a kill, once; what may have gone out does not go again", async () => {
  const [refused, asked, doubtful] = ["+13125550123", "+14045550142", "+12125550155"] as const;
  twilio.otherwise = "hang";
  await askForCode(doubtful);
  await until("a message", () => twilio.bodiesTo(doubtful).length === 1);
  twilio.otherwise = twilioError(429, 20429);
  await askForCode(refused);
  await until("a message", () => twilio.bodiesTo(refused).length > 0);
  twilio.away = true;
  await askForCode(asked);
  await victim.kill();
  const before = twilio.sent.length;
  twilio.away = false;
  twilio.otherwise = "accept";

  await victim.start();
  await until("three ends", async () => (await status()).counts.reduce((sum, { count }) => sum + count, 0) === 3);
  expect(await status()).toMatchObject({ pending: 0, deadLetters: [{ outcome: "unknown" }] });
  expect(twilio.bodiesTo(doubtful)).toHaveLength(1);
  const after = twilio.sent.slice(before).map(({ form }) => form["To"]);
  expect(after).toHaveLength(2);
  expect(new Set(after)).toEqual(new Set([refused, asked]));
  expect(new Set(twilio.bodiesTo(refused)).size, "the same code, not another one").toBe(1);
});
