import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { ACCOUNT_IDS, claimsOf, keyedId } from "../support/erased.ts";
import { Foreign } from "../support/foreign.ts";
import { turned } from "../support/pictures.ts";
import { Service } from "../support/service.ts";
import { device, freshNumber, noticeVersion, type SignedIn } from "../support/sign-in.ts";
import { until } from "../support/until.ts";

/** Long enough for a busy machine to answer all that is in flight; should it be busier still, it begins anew. */
const SWEEP_S = 10;
const MOST_ROUNDS = 4;

// People sign in by an issuer's word: after a code, the next one comes in half a minute.
const foreign = new Foreign();
let service: Service;
let notice: string;
beforeAll(async () => {
  service = await Service.start({ ...foreign.vars, ERASURE_SWEEP_S: String(SWEEP_S) });
  notice = await noticeVersion(service);
});
afterAll(async () => {
  await service.stop();
  foreign.restore();
});

const begin = (number: string): Promise<Answer> => {
  const json = { token: foreign.phoneToken(number), device: device(), over16: true, noticeVersion: notice };
  return service.call("POST", "/v1/sessions/external", { as: null, json });
};

/** Purposes of the ids that stand in a row of D1, in whatever table. */
async function namedIn(ids: Readonly<Record<string, string>>): Promise<string[]> {
  const { DB } = await service.harness.getWorker<{ DB: D1Database }>().getEnv();
  const tables = await DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all();
  const rows = await Promise.all(tables.results.map(({ name }) => DB.prepare(`SELECT * FROM "${String(name)}"`).all()));
  const text = JSON.stringify(rows.map(({ results }) => results));
  return Object.keys(ids).filter((purpose) => text.includes(ids[purpose] ?? ""));
}
/** The tables of an object, by its name. */
async function tablesOf(objects: string, name: string): Promise<unknown[]> {
  const storage = await service.harness.getWorker().getDurableObjectStorage(objects, { name });
  return storage.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'");
}

/** Somebody who signs in, votes and sends pictures while she is erased, and afterwards with a token that is still good. */
interface Met {
  readonly ann: SignedIn;
  readonly number: string;
  readonly erasure: string;
  readonly during: readonly Answer[];
  readonly after: readonly Answer[];
  /** Whether all of it was answered before the sweep. */
  readonly inTime: boolean;
}
async function meet(picture: Uint8Array): Promise<Met> {
  const [number, friend, voted] = [freshNumber(), freshNumber(), freshNumber()];
  const [signedIn] = await Promise.all([begin(number), begin(friend)]);
  const ann = jsonOf<SignedIn>(signedIn);
  const as = { token: ann.accessToken };
  const send = (to: string): Promise<Answer> =>
    service.call("POST", "/v1/images", { as, headers: { "x-recipient": to }, body: picture });
  const vote = (name: string): Promise<Answer> =>
    service.call("PUT", `/v1/numbers/${voted}/vote`, { as, json: { name } });
  const once = (): Promise<Answer>[] => [begin(number), vote("Fiction Menders"), send(friend), send(number)];

  const started = Date.now();
  const before = once();
  const erasing = service.call("DELETE", "/v1/me", { as });
  const [answer, ...during] = await Promise.all([erasing, ...before, ...once()]);
  // Her token is good for a quarter of an hour, and some calls ask for no session.
  const after = await Promise.all([vote("Fiction Surgery"), send(friend)]);
  const { erasureId: erasure } = jsonOf<{ erasureId: string }>(answer);
  return { ann, number, erasure, during, after, inTime: Date.now() - started < SWEEP_S * 1000 };
}

it("an erasure that meets a sign-in, votes and pictures, and more of them before its sweep, leaves none of it", async () => {
  const picture = await turned(1, 90, 70);
  let met = await meet(picture);
  for (let round = 1; round < MOST_ROUNDS && !met.inTime; round += 1) met = await meet(picture);
  const { ann, number, erasure, during, after, inTime } = met;
  expect(inTime, "a machine that answers before the sweep").toBe(true);
  // A vote is taken as long as the account is there to be asked whose the number is.
  expect([200, 401]).toContain(after[0]?.status);
  expect(after[1]?.status).toBe(201);
  const idOfHers = (purpose: string, of: string): [string, string] => [purpose, keyedId(purpose, of)];
  const ids = Object.fromEntries([
    ...ACCOUNT_IDS.map((purpose) => idOfHers(purpose, ann.accountId)),
    ...["holder", "number"].map((purpose) => idOfHers(purpose, number)),
  ]);
  expect(await namedIn(ids), "there is something to find").toContain("picture-sender");
  for (const { status, text } of during) expect([200, 201, 401, 403, 429], text).toContain(status);

  const receipt = await until("the receipt", async () => {
    const status = await service.call("GET", `/v1/erasures/${erasure}`, { as: null });
    return jsonOf<{ receipt?: string }>(status).receipt;
  });
  expect(claimsOf(receipt).removed["accounts"], "counted, whoever else ended it").toBeGreaterThan(0);
  expect(await namedIn(ids)).toEqual([]);
  for (const [objects, purpose] of [
    ["ACCOUNTS", "account"],
    ["PICTURE_SENDERS", "picture-sender"],
  ] as const) {
    expect(await tablesOf(objects, ids[purpose] ?? ""), objects).toEqual([]);
  }
  for (const signedIn of during.filter(({ path, status }) => path.includes("/sessions/") && status === 201)) {
    const { accessToken: token, refreshToken } = jsonOf<SignedIn>(signedIn);
    problemOf(await service.call("GET", "/v1/me", { as: { token } }), 401, "session-ended");
    const json = { refreshToken };
    problemOf(await service.call("POST", "/v1/sessions/refresh", { as: null, json }), 401, "refresh-not-accepted");
  }
  expect(jsonOf<SignedIn>(await begin(number))).toMatchObject({ newAccount: true });
  expect([...service.deviations]).toEqual([]);
});
