import type { Development } from "../development.ts";
import { objectsOf, tableOf } from "../objects.ts";
import { until } from "../until.ts";

// Their hundreds have nobody else: a vote reads what is published of them, and lookups would remember it.
export const NUMBERS = ["+13095557131", "+13095557142", "+16145557153", "+442079467954"];
export const ACCOUNTS = Array.from({ length: 5 }, (_, n) => `7f3a5c1e-90b2-4d6f-8a1c-3e5d7b9f0a0${n}`);
export const NAMES = ["Zyntharova Quellbrook Infirmary", "Wroxtelby Umbrella Menders"];

/** Five accounts vote on four numbers, each account on several, and some votes are changed. */
export async function castVotes(service: Development): Promise<void> {
  const put = async (number: string, sub: string, vote: object): Promise<void> => {
    const answer = await service.call("PUT", `/v1/numbers/${number}/vote`, {
      token: service.mint.token({ sub }),
      headers: { "content-type": "application/json" },
      body: JSON.stringify(vote),
    });
    if (answer.status !== 200) throw new Error(answer.text);
  };
  for (const [at, sub] of ACCOUNTS.entries()) {
    for (const [n, number] of NUMBERS.entries()) {
      if ((at + n) % 4 === 3) continue;
      const spam = at % 2 === 0;
      await put(number, sub, { name: NAMES[(at + n) % 2], spam, ...(spam ? { category: "fraud" } : {}) });
    }
  }
  // A first vote leaves no count of changes; somebody who changed it does.
  for (const [n, number] of NUMBERS.entries()) {
    await put(number, ACCOUNTS[n === 3 ? 2 : 0] ?? "", { category: "survey" });
  }
  // The outbox, and the publisher after it.
  const sent = (): boolean =>
    tableOf(objectsOf(service.state, "Ballot"), "place").every(({ sent, revision }) => sent === revision);
  await until("every ballot has sent what it holds", sent, 500);
  await service.untilPublished();
}
