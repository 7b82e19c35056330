/**
 * Promise: strangers lock nobody out. Nobody without an account can use up what another person's sign-in or unlisting
 * needs. (Privacy notice, sections 6 and 13.)
 *
 * The built Worker, and strangers who do what a stranger can: ask codes for others' numbers from as many networks as they
 * like, try what they get, and pay what is asked. Whoever has the phone then signs in with its app, and takes the number
 * out on the page, with nothing but the phone and what every asker has: a little work, or a wait of a minute at most.
 *
 * Seen to fail with the codes as they were (a range closed by 15, a country where nobody could pay, a right code that a
 * stranger's tries used up), and on a copy of the sources with each of these changes: a stranger's tries counted on the
 * number's code; a challenge found by its number; nothing reserved; a price that is a refusal.
 */
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { roomInHour } from "../support/clock.ts";
import { askPaying } from "../support/proof.ts";
import { Service } from "../support/service.ts";
import { codesTo, device, freshAddress, freshNumber, noticeVersion, signIn } from "../support/sign-in.ts";

/** Codes that leave for a range of 10,000 numbers in an hour, for nothing, and paid for or not. */
const [FREE, FULL] = [4, 6];
/** The same for a country, for nothing: what a test uses up is another test's too, so each has a country of its own. */
const FREE_ABROAD = 12;

let service: Service;
let terms: Readonly<Record<string, unknown>>;
beforeAll(async () => {
  await roomInHour(120_000);
  // A wait and work that a test has patience for; countries that are small; ranges that are full soon.
  service = await Service.start({
    PAGE_WAIT_S: "1/2",
    PROOF_BITS: "6/10",
    // All in one hour.
    MESSAGE_BUDGET_HOURS: "1",
    MESSAGE_LIMIT_COUNTRY: `${FREE_ABROAD}/15000 8000/60000 4000/30000`,
    MESSAGE_LIMIT_RANGE: `${FREE}/45 ${FULL}/180 30/90`,
    CODE_CHALLENGES: "3/4/512",
  });
  terms = { device: device(), over16: true, noticeVersion: await noticeVersion(service) };
});
afterAll(() => service.stop());

const SIGN_IN = "/v1/sessions/codes";
const OWNERSHIP = "/v1/ownership/codes";
type Route = typeof SIGN_IN | typeof OWNERSHIP;

/** A stranger asks for a code to somebody's number, from a network of his own. */
const stranger = (number: string, route: Route = SIGN_IN): Promise<Answer> =>
  service.call("POST", route, { as: null, json: { number }, headers: { "cf-connecting-ip": freshAddress() } });

/** Ten thousand numbers that no other test has, of mobile phones of France or Spain: in France not all from 063 are given out. */
const freshRange = (start: "+336" | "+346"): string => `${start}${randomInt(1000, 2999)}`;

const challengeOf = (answer: Answer): string => {
  expect(answer.status, answer.text).toBe(202);
  return jsonOf<{ challengeId: string }>(answer).challengeId;
};

const begin = (challengeId: string, code: string): Promise<Answer> =>
  service.call("POST", "/v1/sessions", { as: null, json: { challengeId, code, ...terms } });
const prove = (challengeId: string, code: string): Promise<Answer> =>
  service.call("POST", "/v1/ownership", { as: null, json: { challengeId, code } });

/** Whoever has the phone: asks, pays if they must, and tries what comes to it, the newest first, until one is taken. */
async function comesIn(number: string, route: Route): Promise<string> {
  const challengeId = challengeOf(await askPaying(service, route, number, freshAddress()));
  const take = route === SIGN_IN ? begin : prove;
  const tried = new Set<string>();
  for (let waited = 0; waited < 360; waited += 1) {
    for (const code of (await codesTo(service, number, 0)).toReversed()) {
      if (tried.has(code)) continue;
      tried.add(code);
      const answer = await take(challengeId, code);
      if (answer.status === 201) return answer.text;
      // Five tries are enough: the phone says which code is for what.
      expect(problemOf(answer, 422, "code-not-accepted").reason).toBe("wrong");
    }
    await sleep(250);
  }
  throw new Error("no code came that is taken");
}

/** Takes a number out on the page, waiting where it says so; the receipt's page. */
async function unlistsOnPage(number: string): Promise<string> {
  const type = { "content-type": "application/x-www-form-urlencoded", "cf-connecting-ip": freshAddress() };
  const stateOf = (text: string): string => /name="state" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const send = (state: string, fields: Record<string, string>): Promise<Answer> => {
    const body = new URLSearchParams({ state, ...fields }).toString();
    return service.call("POST", "/unlist?lang=en", { as: null, body, headers: type });
  };
  let page = await service.call("GET", "/unlist?lang=en", { as: null });
  page = await send(stateOf(page.text), { number });
  const refresh = /^(\d+); url=(\S+)$/.exec(page.headers.get("refresh") ?? "");
  if (refresh !== null) {
    expect(Number(refresh[1])).toBeLessThanOrEqual(60);
    await sleep(Number(refresh[1]) * 1000);
    page = await service.call("GET", refresh[2] ?? "", { as: null });
    page = await send(stateOf(page.text), {});
  }
  const proving = stateOf(page.text);
  const tried = new Set<string>();
  for (let waited = 0; waited < 360; waited += 1) {
    for (const code of (await codesTo(service, number, 0)).toReversed()) {
      if (tried.has(code)) continue;
      tried.add(code);
      page = await send(proving, { code });
      if (!page.text.includes("What is held on")) continue;
      return (await send(stateOf(page.text), { do: "unlist", sure: "1" })).text;
    }
    await sleep(250);
  }
  throw new Error("no code came that is taken");
}

describe("whoever has the phone comes in", () => {
  it("to their account and to their number, after all codes that are free to a range of 10,000", async () => {
    const range = freshRange("+336");
    const [member, newcomer, leaving] = [`${range}9001`, `${range}9002`, `${range}9003`];
    await signIn(service, member);
    for (let n = 1; n < FREE; n += 1) await stranger(`${range}${1000 + n}`);
    await codesTo(service, `${range}1001`);
    problemOf(await stranger(`${range}9004`), 429, "proof-required");
    for (const number of [member, newcomer]) {
      await comesIn(number, SIGN_IN);
      await comesIn(number, OWNERSHIP);
    }
    expect(await unlistsOnPage(leaving)).toContain("Your number is out");
  });

  it("to a range in which strangers have paid for all the room that there is", async () => {
    const range = freshRange("+346");
    const [member, owner, leaving, newcomer] = ["9001", "9002", "9003", "9004"].map((line) => range + line);
    await signIn(service, member);
    const paidFor = async (n: number): Promise<string> => {
      const number = `${range}${1000 + n}`;
      expect((await askPaying(service, SIGN_IN, number, freshAddress())).status).toBe(202);
      return number;
    };
    for (let n = 1; n < FULL; n += 1) await codesTo(service, await paidFor(n));
    // What is paid for now waits, and nothing tells for whom it does not.
    const waits = await paidFor(FULL);
    await comesIn(member ?? "", SIGN_IN);
    expect(await codesTo(service, waits, 0)).toEqual([]);
    await comesIn(owner ?? "", OWNERSHIP);
    expect(await unlistsOnPage(leaving ?? "")).toContain("Your number is out");
    await comesIn(newcomer ?? "", SIGN_IN);
  });

  it("of a country that as many networks have asked codes for as are free", async () => {
    const abroad = (n: number): string => `+4474${String(n).padStart(2, "0")}12${String(3000 + n)}`;
    for (let n = 0; n < FREE_ABROAD; n += 1) {
      expect((await stranger(abroad(n))).status, abroad(n)).toBe(202);
      await codesTo(service, abroad(n));
    }
    problemOf(await stranger(abroad(51)), 429, "proof-required");
    await comesIn(abroad(52), SIGN_IN);
    expect(await unlistsOnPage(abroad(53))).toContain("Your number is out");
  });

  it("with the code that a stranger asked for, whose five wrong tries were his own", async () => {
    for (const [route, take] of [
      [SIGN_IN, begin],
      [OWNERSHIP, prove],
    ] as const) {
      const number = freshNumber();
      const his = challengeOf(await stranger(number, route));
      const mine = challengeOf(await stranger(number, route));
      const [code = ""] = await codesTo(service, number);
      const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
      for (let n = 0; n < 5; n += 1) problemOf(await take(his, wrong), 422, "code-not-accepted");
      expect(problemOf(await take(his, code), 422, "code-not-accepted").reason).toBe("used-up");
      expect((await take(mine, code)).status).toBe(201);
    }
  });

  it("after strangers have used up all that is free of the number, and guess at once, from many networks", async () => {
    const number = freshNumber();
    const wrong = async (): Promise<void> => {
      const asked = await stranger(number);
      if (asked.status !== 202) return;
      const { challengeId } = jsonOf<{ challengeId: string }>(asked);
      await Promise.all(Array.from({ length: 6 }, () => begin(challengeId, "000000")));
    };
    await Promise.all(Array.from({ length: 6 }, wrong));
    problemOf(await stranger(number), 429, "proof-required");
    await comesIn(number, SIGN_IN);
    // One purpose is not spent by the other.
    expect(await unlistsOnPage(number)).toContain("Your number is out");
  });
});

it("answers were of the documented form", () => {
  expect([...service.deviations]).toEqual([]);
});
