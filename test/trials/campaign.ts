import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { jsonOf } from "../support/answer.ts";
import { daytimeNumber } from "../support/campaigns.ts";
import { Development } from "../support/development.ts";
import { FakeResend } from "../support/fake-resend.ts";
import { resendAccount } from "../support/resend-account.ts";
import { Random } from "./random.ts";
import { Victim } from "./victim.ts";

const MADE_AT_ONCE = 100;
const DONE_WITHIN_MS = 30 * 60_000;
const WIDE = "999999/999999 999999/999999 0/0";

interface Campaign {
  readonly id: string;
  readonly state: string;
  readonly sent: number;
  readonly waiting: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** A campaign to thousands of accounts, the service killed while it runs. @returns whether each got it once, and nobody else */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      accounts: { type: "string", default: "10000" },
      kills: { type: "string", default: "8" },
      seed: { type: "string", default: "1" },
    },
  });
  const [accounts, kills] = [Number(values.accounts), Number(values.kills)];
  const random = new Random(Number(values.seed));
  const resend = await FakeResend.start();
  const victim = new Victim(
    new Development({ ...resendAccount, RESEND_API: resend.origin, PUBLIC_ORIGIN: "http://k.example" }),
  );
  const { development } = victim;
  const edit = (name: string, change: (text: string) => string): void => {
    const path = join(development.folder, name);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };
  // Of .dev.vars the platform's tool takes only the secrets that every deployment needs.
  const { RESEND_API_KEY, RESEND_WEBHOOK_SECRET } = resendAccount;
  const secrets = `RESEND_API_KEY = "${RESEND_API_KEY}"\nRESEND_WEBHOOK_SECRET = "${RESEND_WEBHOOK_SECRET}"`;
  edit("wrangler.toml", (toml) =>
    toml
      .replace('MAIL_SENDER = ""', `MAIL_SENDER = ""\n${secrets}`)
      .replace('main = "src/index.ts"', 'main = "src/campaign-seed.ts"')
      .replace('MESSAGE_LIMIT_DOMAIN = ""', `MESSAGE_LIMIT_DOMAIN = "${WIDE}"`)
      .replace('CAMPAIGN_BUDGET_USD = ""', 'CAMPAIGN_BUDGET_USD = "999"'),
  );
  const seed = readFileSync(join(import.meta.dirname, "campaign-seed.ts"), "utf8").replaceAll("../../src/", "./");
  writeFileSync(join(development.folder, "src/campaign-seed.ts"), seed);

  const people = Array.from({ length: accounts }, (_, n) => ({
    number: daytimeNumber(),
    email: `person-${n}@id.example`,
    promotional: n % 3 !== 0,
  }));
  let holds = false;
  try {
    await victim.start();
    const started = Date.now();
    for (let at = 0; at < people.length; at += MADE_AT_ONCE) {
      const body = JSON.stringify(people.slice(at, at + MADE_AT_ONCE));
      const made = await development.call("POST", "/trial/accounts", { body });
      if (made.status !== 204) throw new Error(`accounts: ${made.status} ${made.text}`);
    }
    console.log(`${accounts} accounts made in ${((Date.now() - started) / 1000).toFixed(0)} s`);

    const json = { "content-type": "application/json" };
    const texts = { en: "Photos can now be shown when you call." };
    const draft = JSON.stringify({ title: "News", kind: "promotion", channel: "email", texts });
    const begin = () => development.asOperator("POST", "/v1/operators/campaigns", draft, json);
    const began = await begin();
    if (began.status !== 202) throw new Error(began.text);
    const from = Date.now();
    const due = people.filter(({ promotional }) => promotional).length;
    for (let kill = 1; kill <= kills; kill += 1) {
      // Evenly over the campaign, each somewhere in a batch.
      const goal = Math.floor((due * kill) / (kills + 1));
      while (resend.sent.length < goal && Date.now() - from < DONE_WITHIN_MS) await sleep(20);
      await sleep(random.between(0, 300));
      await victim.kill();
      console.log(`kill ${kill}: ${resend.sent.length} of ${due} were sent`);
      await victim.start();
      // An operator who saw no answer asks again.
      if (kill % 2 === 0) await begin();
    }
    const read = async (): Promise<Campaign | undefined> =>
      jsonOf<{ campaigns: Campaign[] }>(await development.asOperator("GET", "/v1/operators/campaigns")).campaigns[0];
    let campaign = await read();
    while (campaign?.state === "running" && Date.now() - from < DONE_WITHIN_MS) {
      await sleep(1000);
      campaign = await read();
    }
    // What the last batch handed to outboxes.
    for (let before = -1; before !== resend.sent.length;) {
      before = resend.sent.length;
      await sleep(20_000);
    }

    const got = new Map<string, number>();
    for (const { to } of resend.sent) got.set(to, (got.get(to) ?? 0) + 1);
    const wrong = people.filter(({ email, promotional }) => (got.get(email) ?? 0) !== (promotional ? 1 : 0));
    const strangers = [...got.keys()].filter((to) => people.every(({ email }) => email !== to));
    const counted = campaign?.sent === due && campaign.skipped["no-consent"] === accounts - due;
    holds = campaign?.state === "done" && wrong.length === 0 && strangers.length === 0 && counted;
    console.log(JSON.stringify(campaign));
    for (const { email, promotional } of wrong.slice(0, 20)) {
      console.log(`  ${email}: ${got.get(email) ?? 0} messages, ${promotional ? "consented" : "never consented"}`);
    }
    const seconds = ((Date.now() - from) / 1000).toFixed(0);
    console.log(
      `campaign: ${kills} kills, ${accounts} accounts, ${due} consent, ${resend.sent.length} messages, ${wrong.length} wrong, ${strangers.length} to strangers, ${seconds} s`,
    );
  } finally {
    await victim.stop();
    await resend.stop();
    if (holds) rmSync(development.folder, { recursive: true, force: true, maxRetries: 5 });
    else console.log(`The stores are kept in ${development.folder}.`);
  }
  return holds;
}
