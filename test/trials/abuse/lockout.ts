import { randomInt } from "node:crypto";
import { jsonOf, type Answer } from "../../support/answer.ts";
import { askPaying } from "../../support/proof.ts";
import type { Service } from "../../support/service.ts";
import { codesTo, device, freshAddress, freshNumber, noticeVersion, signIn } from "../../support/sign-in.ts";
import type { Outcome } from "./attack.ts";

/** With these, a country's bounds are reached by a trial and not only by a botnet. */
export const LOCKOUT_VARS = { MESSAGE_LIMIT_COUNTRY: "20/60 80/240 40/120" };

const SIGN_IN = "/v1/sessions/codes";
const PROVE = "/v1/ownership/codes";
/** Within this a code has left, however many were asked for before. */
const PATIENCE_S = 600;
const LOOK_S = 2;

/** Strangers who ask for codes so that others get none. */
export async function* lockout(service: Service): AsyncGenerator<Outcome> {
  const victims = [freshNumber(), freshNumber(), freshNumber()] as const;
  for (const victim of victims) await signIn(service, victim);
  yield await ownNumber(service, victims[0]);
  yield await range(service, victims[1]);
  yield await country(service, victims[2]);
}

/** A stranger asks for codes of one number from many networks, and tries five wrong ones on each challenge. */
async function ownNumber(service: Service, victim: string): Promise<Outcome> {
  let [asked, tries] = [0, 0];
  for (let n = 0; n < 40; n += 1) {
    const answer = await ask(service, SIGN_IN, victim);
    asked += 1;
    if (answer.status !== 202) continue;
    const { challengeId } = jsonOf<{ challengeId: string }>(answer);
    for (let wrong = 0; wrong < 5; wrong += 1) {
      await prove(service, challengeId, String(randomInt(100_000, 999_999)));
      tries += 1;
    }
  }
  return {
    attack: "a number's codes asked for and tried by strangers, then its holder signs in",
    spent: `${asked} requests from as many networks, ${tries} wrong tries`,
    ...(await holderSignsIn(service, victim)),
  };
}

/** Numbers beside the victim's are asked codes for, until its range is at its bound. */
async function range(service: Service, victim: string): Promise<Outcome> {
  const beside = (n: number): string =>
    victim.slice(0, -4) + String((Number(victim.slice(-4)) + n) % 10_000).padStart(4, "0");
  let taken = 0;
  for (let n = 1; n <= 150; n += 1) if ((await ask(service, SIGN_IN, beside(n))).status === 202) taken += 1;
  const signedIn = await holderSignsIn(service, victim);
  const unlisting = await ownerProves(service, beside(200));
  return {
    attack: "a range of 10,000 numbers, then one of it signs in and another one wants out",
    spent: `150 requests from as many networks, ${taken} codes`,
    reached: `sign-in: ${signedIn.reached}; proof: ${unlisting.reached}`,
    held: signedIn.held && unlisting.held,
  };
}

/** Seventy networks against a whole country. */
async function country(service: Service, victim: string): Promise<Outcome> {
  let taken = 0;
  for (let n = 0; n < 70; n += 1) {
    const address = freshAddress();
    for (let at = 0; at < 10; at += 1)
      if ((await ask(service, SIGN_IN, freshNumber(), address)).status === 202) taken += 1;
  }
  const signedIn = await holderSignsIn(service, victim);
  const unlisting = await ownerProves(service, freshNumber());
  return {
    attack: "a country at its soft bound, then one number signs in and another one wants out",
    spent: `700 requests from 70 networks, ${taken} codes`,
    reached: `sign-in: ${signedIn.reached}; proof: ${unlisting.reached}`,
    held: signedIn.held && unlisting.held,
  };
}

function ask(service: Service, path: string, number: string, address = freshAddress()): Promise<Answer> {
  return service.call("POST", path, { as: null, json: { number }, headers: { "cf-connecting-ip": address } });
}

async function prove(service: Service, challengeId: string, code: string): Promise<Answer> {
  const json = { challengeId, code, device: device(), over16: true, noticeVersion: await noticeVersion(service) };
  return service.call("POST", "/v1/sessions", { as: null, json });
}

async function holderSignsIn(service: Service, number: string): Promise<Pick<Outcome, "reached" | "held">> {
  return comesIn(service, SIGN_IN, number, (challengeId, code) => prove(service, challengeId, code));
}

async function ownerProves(service: Service, number: string): Promise<Pick<Outcome, "reached" | "held">> {
  return comesIn(service, PROVE, number, (challengeId, code) =>
    service.call("POST", "/v1/ownership", { as: null, json: { challengeId, code } }),
  );
}

/** What the holder of a number meets: pays what is asked, reads the phone, and tries what came. */
async function comesIn(
  service: Service,
  path: typeof SIGN_IN | typeof PROVE,
  number: string,
  tryOut: (challengeId: string, code: string) => Promise<Answer>,
): Promise<Pick<Outcome, "reached" | "held">> {
  const began = performance.now();
  const asked = await askPaying(service, path, number, freshAddress());
  if (asked.status !== 202) return { reached: `locked out: ${String(jsonOf(asked)["code"])}`, held: false };
  const { challengeId } = jsonOf<{ challengeId: string }>(asked);
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
  const paid = seconds();
  // A wrong try costs one of five: only what is new on the phone is tried.
  const seen = new Set<string>();
  for (let waited = 0; waited < PATIENCE_S; waited += LOOK_S) {
    const codes = (await codesTo(service, number, 0)).toReversed().slice(0, 4);
    for (const code of codes.filter((one) => !seen.has(one))) {
      seen.add(code);
      const answer = await tryOut(challengeId, code);
      if (answer.status === 201) return { reached: `in, after ${seconds()} s, ${paid} of them work`, held: true };
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_S * 1000));
  }
  return { reached: `accepted, but no code came in ${PATIENCE_S} s`, held: false };
}
