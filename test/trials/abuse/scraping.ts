import type { Answer } from "../../support/answer.ts";
import type { As, Service } from "../../support/service.ts";
import { signIn } from "../../support/sign-in.ts";
import type { Outcome } from "./attack.ts";

const MINUTES_A_DAY = 24 * 60;
const BURST_MINUTES_A_DAY = 4 * 15;
/** What an account may carry off in a day; the limiter of a single location counts approximately. */
const MOST_A_DAY = 20_000;

/** Walking through numbers as fast as an account is let, by every door that tells something of a number. */
export async function* scraping(service: Service): AsyncGenerator<Outcome> {
  const calm = await fastest("a new account, a minute of lookups, votes and explanations", service, {
    token: (await signIn(service)).accessToken,
  });
  yield calm.outcome;
  const burst = await fastest("an account with a burst token, a minute of the same", service, {
    token: service.mint.token({ pace: "burst" }),
  });
  yield burst.outcome;
  const aDay = calm.numbers * (MINUTES_A_DAY - BURST_MINUTES_A_DAY) + burst.numbers * BURST_MINUTES_A_DAY;
  yield {
    attack: "the directory, a day long, with four burst tokens",
    spent: "one account older than a week, at one location",
    reached: `${aDay.toLocaleString("en")} numbers at these rates`,
    held: aDay <= MOST_A_DAY,
  };
  yield await dailyCalls(service);
}

async function fastest(attack: string, service: Service, as: As): Promise<{ numbers: number; outcome: Outcome }> {
  const doors: readonly ((number: string) => Promise<Answer>)[] = [
    (number) => service.call("POST", "/v1/lookup", { as, json: { number } }),
    (number) => service.call("PUT", `/v1/numbers/${number}/vote`, { as, json: {} }),
    (number) => service.call("GET", `/v1/numbers/${number}/explanation`, { as }),
  ];
  const most = 400;
  await untilMinuteBegins();
  let told = 0;
  for (let at = 0; at < most; at += doors.length) {
    const answers = await Promise.all(doors.map((door, n) => door(`+1312555${String(1000 + at + n)}`)));
    told += answers.filter(({ status }) => status === 200).length;
  }
  return {
    numbers: told,
    outcome: {
      attack,
      spent: `one phone number, ${most} calls`,
      reached: `${told} numbers told`,
      held: told <= 60,
    },
  };
}

/** Honest use must not notice: 200 calls a day, ten of them within one minute, are all answered. */
async function dailyCalls(service: Service): Promise<Outcome> {
  const as = { token: (await signIn(service)).accessToken };
  await untilMinuteBegins();
  let answered = 0;
  for (let call = 0; call < 10; call += 1) {
    const answer = await service.call("POST", "/v1/lookup", { as, json: { number: `+1312555${2000 + call}` } });
    if (answer.status === 200) answered += 1;
  }
  return {
    attack: "nobody's: a phone that rings ten times in its busiest minute, in its first week",
    spent: "-",
    reached: `${answered} of 10 answered`,
    held: answered === 10,
  };
}

/** The platform counts by minutes of the clock; a window in the midst of one would count twice. */
async function untilMinuteBegins(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 15_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
}
