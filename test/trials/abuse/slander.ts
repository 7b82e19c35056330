import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf } from "../../support/answer.ts";
import type { Service } from "../../support/service.ts";
import { freshNumber, signIn } from "../../support/sign-in.ts";
import type { Outcome } from "./attack.ts";
import { settled } from "./settled.ts";
import { voter } from "./voter.ts";

const LIE = "Gilbert Quellbrook";
const SIGN_UPS = 5;

/** Putting a name on somebody else's number. */
export async function* slander(service: Service): AsyncGenerator<Outcome> {
  const ugly = ["child molester", "Scammer John", "Раураӏ", "f.u.c.k you", "Mörder", "hijo de puta"];
  const refused: string[] = [];
  for (const name of ugly) {
    const answer = await cast(service, freshNumber(), name, voter(service, 1));
    if (answer === 422) refused.push(name);
  }
  yield {
    attack: `accusations, slurs and look-alikes as names: ${ugly.join(", ")}`,
    spent: "one account",
    reached: `${ugly.length - refused.length} of ${ugly.length} taken`,
    held: refused.length === ugly.length,
  };
  yield await crowd(service, { accounts: 10, networks: 1, fresh: true }, false);
  yield await crowd(service, { accounts: 10, networks: 3, fresh: true }, false);
  yield await crowd(service, { accounts: 4, networks: 4, fresh: true }, true);
  yield await crowd(service, { accounts: 4, networks: 1, fresh: false }, true);
  yield await oneCard(service);
}

/** Accounts that agree on a lie; whether it is shown is the price of one. */
async function crowd(
  service: Service,
  { accounts, networks, fresh }: { readonly accounts: number; readonly networks: number; readonly fresh: boolean },
  allowed: boolean,
): Promise<Outcome> {
  const number = freshNumber();
  for (let n = 0; n < accounts; n += 1) await cast(service, number, LIE, voter(service, n % networks, fresh));
  await settled(service);
  const told = await toldOf(service, number);
  return {
    attack: `${accounts} ${fresh ? "new" : "seasoned"} accounts on ${networks} network${networks === 1 ? "" : "s"} agree on a name`,
    spent: `${accounts} phone numbers${fresh ? "" : ", kept for 90 days"}`,
    reached:
      told.name === null && told.names === 0
        ? "nothing"
        : `shown ${JSON.stringify(told.name)}, explained ${told.names}`,
    held: allowed || (told.name === null && told.names === 0),
  };
}

/** One SIM card: vote, erase, sign up anew. */
async function oneCard(service: Service): Promise<Outcome> {
  const [card, victim] = [freshNumber(), freshNumber()];
  for (let n = 0; n < SIGN_UPS; n += 1) {
    const as = { token: (await signIn(service, card)).accessToken };
    const headers = { "x-dev-network": String(64_600 + n) };
    await service.call("PUT", `/v1/numbers/${victim}/vote`, { as, headers, json: { name: LIE, spam: true } });
    const erased = await service.call("DELETE", "/v1/me", { as });
    const { erasureId } = jsonOf<{ erasureId: string }>(erased);
    for (let waited = 0; waited < 60; waited += 1) {
      const { status } = jsonOf(await service.call("GET", `/v1/erasures/${erasureId}`, { as: null }));
      if (status === "done") break;
      await sleep(500);
    }
  }
  await settled(service);
  const { name, names, spam, voters } = await toldOf(service, victim);
  return {
    attack: `one SIM card votes, erases itself and signs up anew, ${SIGN_UPS} times, from as many networks`,
    spent: "one phone number",
    reached: `name ${JSON.stringify(name)}, ${names} explained, spam ${spam}, ${voters} voters (in steps of 0, 2, 4 …)`,
    held: name === null && names === 0 && spam === "none" && voters === 0,
  };
}

async function cast(
  service: Service,
  number: string,
  name: string,
  by: Pick<Parameters<Service["call"]>[2] & object, "as" | "headers">,
): Promise<number> {
  return (await service.call("PUT", `/v1/numbers/${number}/vote`, { ...by, json: { name } })).status;
}

async function toldOf(
  service: Service,
  number: string,
): Promise<{ name: unknown; names: number; spam: string; voters: number }> {
  const lookup = jsonOf(await service.call("POST", "/v1/lookup", { as: "operator", json: { number } }));
  const explained = jsonOf<{ names: unknown[]; spam: { voters: number } }>(
    await service.call("GET", `/v1/numbers/${number}/explanation`),
  );
  return {
    name: lookup["name"],
    names: explained.names.length,
    spam: String(lookup["spam"]),
    voters: explained.spam.voters,
  };
}
