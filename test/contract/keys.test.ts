import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OperatorClient } from "../../src/commands/import/client.ts";
import { keyHealth } from "../../src/commands/key-health.ts";
import { reseal as sealAnew } from "../../src/commands/reseal/run.ts";
import { RENEWERS } from "../../src/privacy/renewers.ts";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { importRows, makeDataset, untilPublished } from "../support/import.ts";
import { proveNumber } from "../support/owner.ts";
import { inRawBytes, sealsUnder, stateIn, type StoredSeal } from "../support/seals.ts";
import { Service, type As } from "../support/service.ts";
import { freshNumber, signIn, type SignedIn } from "../support/sign-in.ts";
import { testSecrets } from "../support/secrets.ts";
import { SHARED_NAME, VOTED_NAME, wholeAccount, type Whole } from "../support/whole-account.ts";

// A life of the service under one key, which another one follows and replaces: at its end the old key is gone from the
// configuration, and whatever was sealed still opens. Before that, deployments with wrong keys over the same stores.

const key = (): string => randomBytes(32).toString("base64");
const [OLD, NEW, STRANGE] = [key(), key(), key()];
const VARS = {
  CONTACT_SPREAD_S: "0",
  CONTACT_LOOK_S: "1",
  PAGE_MEMORY_S: "1",
  PRIVACY_CONTACT: "officer@id.example",
  RATE_LIMITS: "off",
};
/** Sealed for moments, or only where there are many complaints: not in what this test has. */
const UNSEEN = new Set([
  "d1 areas body",
  "d1 batches areas",
  "d1 dirty_areas named",
  "d1 dirty digits",
  "object Campaigns campaign sealed",
  "object Erasure erasure erased",
  "object Ownership owned telling",
  "object Sharing revoking share",
]);
/** On a busy machine a lookup that gives up soon has no name. */
const PATIENT = { headers: { "x-lookup-budget-ms": "4500" } };
const DAY_MS = 86_400_000;

interface Keys {
  readonly state: string;
  readonly problem: string | null;
  readonly sealKeys: readonly { readonly id: string; readonly configured: boolean; readonly canGo: boolean }[];
  readonly renewal: {
    readonly left: Record<string, number>;
    readonly lists: readonly { readonly name: string }[];
  } | null;
}

const folder = mkdtempSync(join(tmpdir(), "konnections-keys-"));
let service: Service;

/** The same service over the same stores, with other secrets. */
async function restart(secrets: Record<string, string>, vars: Record<string, string> = {}): Promise<void> {
  await service.harness.update((current) => ({
    ...current,
    workers: current.workers.map((worker) => ({
      ...worker,
      vars: { ENVIRONMENT: "development", ...VARS, ...vars },
      secrets: { ...testSecrets, ...secrets },
    })) as never,
  }));
}
const operator = (method: string, path: string, json?: object): Promise<Answer> =>
  service.call(method, path, { as: "operator", ...(json === undefined ? {} : { json }) });
const keysNow = async (): Promise<Keys> => jsonOf<{ keys: Keys }>(await operator("GET", "/v1/operators/status")).keys;
const database = async (): Promise<D1Database> => (await service.harness.getWorker<{ DB: D1Database }>().getEnv()).DB;
const oldKey = async (): Promise<string> => (await keysNow()).sealKeys[0]?.id ?? "";

/** Runs the renewal until the pass is at its end. */
async function reseal(): Promise<Keys> {
  for (let again = 1; ; again = 0) {
    const run = jsonOf<{ more: boolean; keys: Keys }>(await operator("POST", `/v1/operators/reseal?again=${again}`));
    if (!run.more) return run.keys;
  }
}

/** `npm run reseal`, but for its process. */
const command = (): Promise<string[]> => {
  const client = new OperatorClient(service.url, async () => ({ authorization: `Bearer ${service.operator()}` }));
  return sealAnew(client, () => undefined, 500);
};

let whole: Whole;
let bob: SignedIn;
const tokens: string[] = [];
const voted = freshNumber();
/** The next refresh token. */
const refreshed = async (refreshToken: string): Promise<string> =>
  jsonOf<{ refreshToken: string }>(
    await service.call("POST", "/v1/sessions/refresh", { as: null, json: { refreshToken } }),
  ).refreshToken;
const [named, unlisted, disputed, waiting, taken] = [0, 0, 0, 0, 0].map(freshNumber) as [
  string,
  string,
  string,
  string,
  string,
];
let owner: As;
/** What everybody reads of everything, to be the same under the new key. */
async function read(): Promise<Record<string, unknown>> {
  const as = { token: whole.ann.accessToken };
  const exported = jsonOf<Record<string, { sessions?: unknown; used?: unknown }>>(
    await service.call("GET", "/v1/me/export", { as }),
  );
  const { used: _, ...told } = exported;
  const mine = jsonOf<{ photoUrl?: string }>(await service.call("GET", "/v1/me", { as }));
  const photo = await service.callUnchecked("GET", new URL(mine.photoUrl ?? "/nothing", "http://x").pathname, {
    as: null,
  });
  const { images } = jsonOf<{ images: { id: string }[] }>(await service.call("GET", "/v1/images?box=inbox", { as }));
  const lookups = await Promise.all(
    [named, unlisted, disputed, taken].map((number) => service.lookup(number, PATIENT)),
  );
  return {
    told,
    mine,
    photo: [photo.status, photo.text.length],
    images,
    vote: jsonOf(await service.call("GET", `/v1/numbers/${whole.voted}/vote`, { as })),
    phonebook: jsonOf(await service.call("GET", "/v1/phonebook?since=0", { as })),
    // A service that has just started may find KV slow.
    lookups: lookups.map(({ ttl: _ttl, degraded: _degraded, ...rest }) => rest),
    reports: jsonOf(await operator("GET", "/v1/operators/reports")),
    // Of the past of each number: what owners and operators said.
    caller: jsonOf(await operator("GET", `/v1/operators/callers/${taken}`)),
  };
}

beforeAll(async () => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  service = await Service.start(VARS, { SEAL_KEYS: OLD });
  process.env["TMPDIR"] = before;
  bob = await signIn(service, freshNumber());
  whole = await wholeAccount(service, { friend: bob });
  const dataset = await makeDataset(service, "directory");
  await importRows(service, dataset, [
    { number: named, name: "Oak Bank" },
    { number: disputed, name: "Elm Clinic" },
  ]);
  owner = await proveNumber(service, unlisted);
  await service.call("DELETE", "/v1/ownership/number", { as: owner });
  const disputing = await proveNumber(service, disputed);
  await service.call("POST", "/v1/ownership/number/dispute", {
    as: disputing,
    json: { cause: "mistaken", text: "Not us." },
  });
  await operator("PUT", `/v1/operators/callers/${taken}`, { name: "Court of Wroxtelby", note: "as it asked" });
  // A name that stays in its mixer.
  await restart({ SEAL_KEYS: OLD }, { CONTACT_SPREAD_S: "86400" });
  await service.call("POST", "/v1/contacts/shared", {
    as: { token: whole.ann.accessToken },
    json: { contacts: [{ name: SHARED_NAME, numbers: [waiting] }] },
  });
  await untilPublished(service);
});
afterAll(() => service.stop());

describe("keys that are not those of the data", () => {
  const vote = (): Promise<Answer> =>
    service.call("PUT", `/v1/numbers/${whole.voted}/vote`, {
      as: { token: whole.ann.accessToken },
      json: { spam: true },
    });

  it.each([
    ["another INDEX_KEY", { INDEX_KEY: STRANGE, SEAL_KEYS: OLD }, /^INDEX_KEY is not the one of this data/],
    ["another SEAL_KEYS", { SEAL_KEYS: STRANGE }, /^SEAL_KEYS lacks the key [0-9a-f]{8}, /],
  ])("(%s) are told, write nothing and break nothing; lookups are answered", async (_, secrets, sentence) => {
    const state = stateIn(folder);
    const id = await oldKey();
    const before = await read();
    const stored = sealsUnder(state, id).length;
    await restart(secrets);
    expect(jsonOf(await operator("GET", "/v1/operators/health"))).toMatchObject({
      status: "sick",
      keys: "wrong",
      problem: expect.stringMatching(sentence),
    });
    expect((await operator("GET", "/v1/operators/health")).status).toBe(503);
    const told = await keyHealth(service.url.origin, async () => ({ authorization: `Bearer ${service.operator()}` }));
    expect(told).toEqual({ is: "wrong", problem: expect.stringMatching(sentence) });
    problemOf(await vote(), 503, "unavailable");
    problemOf(await operator("POST", "/v1/operators/reseal"), 503, "unavailable");
    expect((await service.lookup(named))["valid"]).toBe(true);
    expect((await service.call("POST", "/v1/lookup", { json: { number: named } })).status).toBe(200);
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    expect(service.harness.getLogs().some(({ message }) => message.includes('"keys.wrong"'))).toBe(true);
    await restart({ SEAL_KEYS: OLD });
    expect(sealsUnder(state, id).length).toBe(stored);
    expect(await read()).toEqual(before);
  });
});

describe("a key that follows", () => {
  const hours = { CONTACT_SPREAD_S: "86400" };
  /** Ends by itself within eight days; here the clock of the keys is set back instead. */
  const EXPIRING = /^object (?:Outbox|Picture|Challenge) /;
  const kept = (seals: readonly StoredSeal[]): string[] =>
    [...new Set(seals.map(({ place }) => place))].filter((place) => !EXPIRING.test(place)).sort();
  /** Without pictures, which would have ended by then. */
  const lasting = (all: Record<string, unknown>): object => ({
    ...all,
    images: null,
    told: { ...(all["told"] as object), pictures: null, messages: null },
  });
  let id = "";
  let before: Record<string, unknown>;
  let old: readonly StoredSeal[];

  it("has everything sealed anew while the service is used, however often it is broken off", async () => {
    const state = stateIn(folder);
    [id, before, old] = [await oldKey(), await read(), sealsUnder(state, await oldKey())];
    // Each kind of what is sealed is among what this test has: one that is added must come in here.
    expect(kept(old)).toEqual(
      Object.entries(RENEWERS)
        .filter(([place, how]) => how !== "expires" && !UNSEEN.has(place))
        .map(([place]) => place)
        .sort(),
    );
    await restart({ SEAL_KEYS: `${NEW},${OLD}` }, hours);
    expect(await read()).toEqual(before);
    const drivers = [1, 2, 3].map(() => operator("POST", "/v1/operators/reseal?again=1"));
    const votes = Array.from({ length: 20 }, () =>
      service.call("PUT", `/v1/numbers/${voted}/vote`, { json: { name: VOTED_NAME } }),
    );
    for (const answer of await Promise.all([...drivers, ...votes])) expect(answer.status).toBe(200);
    await restart({ SEAL_KEYS: `${NEW},${OLD}` }, hours);
    await reseal();
    await untilPublished(service);
    expect((await command()).join()).toMatch(/^[0-9a-f]{8} must stay: 2 sessions whose devices .*has ended on/);
    expect((await keysNow()).renewal?.left).toEqual({ sessions: 2 });
    expect(kept(sealsUnder(state, id))).toEqual(["d1 seal_keys canary"]);
    expect(await read()).toEqual(before);
  });

  it("is followed too early: that is told, nothing is written, and nothing is lost", async () => {
    expect((await keysNow()).sealKeys.find((one) => one.id === id)).toMatchObject({ configured: true, canGo: false });
    await restart({ SEAL_KEYS: NEW }, hours);
    const health = jsonOf<{ problem: string }>(await operator("GET", "/v1/operators/health"));
    expect(health.problem).toBe(
      `SEAL_KEYS lacks the key ${id}, under which data is still sealed: put it back at the end of the list.`,
    );
    const as = { token: whole.ann.accessToken };
    problemOf(await service.call("PATCH", "/v1/me", { as, json: { name: "Ann" } }), 503, "unavailable");
    await restart({ SEAL_KEYS: `${NEW},${OLD}` }, hours);
    expect(await read()).toEqual(before);
  });

  it("is alone when the old one can go, and everything still opens", async () => {
    const state = stateIn(folder);
    // Devices ask for new tokens; then nine days pass.
    for (const { refreshToken } of [whole.ann, bob]) tokens.push(await refreshed(refreshToken));
    const DB = await database();
    await DB.prepare("UPDATE seal_keys SET since = since - ?1, until = until - ?1")
      .bind(9 * DAY_MS)
      .run();
    const said = await command();
    expect(said).toContain(`${id} can go: nothing is sealed under it any more. Take it out of SEAL_KEYS.`);
    expect((await keysNow()).sealKeys.find((one) => one.id === id)).toMatchObject({ canGo: true });
    await restart({ SEAL_KEYS: NEW }, hours);
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    expect(await keysNow()).toMatchObject({ state: "right", problem: null, sealKeys: [{ configured: true }] });
    expect(lasting(await read())).toEqual(lasting(before));
    for (const token of tokens) expect(await refreshed(token)).not.toBe("");
    expect(kept(sealsUnder(state, id))).toEqual([]);
    await restart({ SEAL_KEYS: NEW }, hours);
    expect(
      inRawBytes(
        state,
        old.filter(({ place }) => !EXPIRING.test(place)),
      ),
    ).toEqual([]);
  });

  it("can be given up where it is lost", async () => {
    await restart({ SEAL_KEYS: STRANGE }, hours);
    const lost = (await keysNow()).sealKeys;
    expect(jsonOf(await operator("GET", "/v1/operators/health"))).toMatchObject({ keys: "wrong" });
    for (const one of lost) expect((await operator("DELETE", `/v1/operators/seal-keys/${one.id}`)).status).toBe(204);
    expect(jsonOf(await operator("GET", "/v1/operators/health"))).toMatchObject({ keys: "right" });
    problemOf(await operator("DELETE", `/v1/operators/seal-keys/${lost[0]?.id}`), 404, "not-found");
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
