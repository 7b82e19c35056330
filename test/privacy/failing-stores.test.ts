import { env, exports } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, type Answer } from "../support/answer.ts";
import { e164 } from "../support/directory.ts";
import { claimsOf, idsOf, keyedId, TRUTH } from "../support/erased.ts";
import { failing, type Failing, type Failure } from "../support/failing.ts";
import { testOwners } from "../support/ownership.ts";
import { DOT } from "../support/picture-service.ts";
import type { Sent, Service } from "../support/service.ts";
import { freshNumber, signIn, type SignedIn } from "../support/sign-in.ts";
import { wholeAccount, type Whole } from "../support/whole-account.ts";

// The real steps over the real stores, inside the engine: the Worker as it is wired, and each of its stores made to fail
// in turn while somebody is erased of whom everything is held.

/** Stores that steps ask, all of them. */
const STORES = {
  DB: env.DB,
  PHOTOS: env.PHOTOS,
  PICTURE_BYTES: env.PICTURE_BYTES,
  ACCOUNTS: env.ACCOUNTS,
  PICTURES: env.PICTURES,
  PICTURE_SENDERS: env.PICTURE_SENDERS,
  SHARINGS: env.SHARINGS,
  PHONEBOOKS: env.PHONEBOOKS,
  OUTBOXES: env.OUTBOXES,
  CAMPAIGNS: env.CAMPAIGNS,
  OWNERSHIPS: env.OWNERSHIPS,
  STANDINGS: env.STANDINGS,
  PUBLISHERS: env.PUBLISHERS,
} as const;
type Store = keyof typeof STORES;
const NAMES = Object.keys(STORES) as Store[];
const control = Object.fromEntries(NAMES.map((name) => [name, failing(STORES[name])])) as Record<Store, Failing>;

const calls: Pick<Service, "call"> = {
  async call(method: string, path: string, { as = null, headers = {}, json, body }: Sent = {}): Promise<Answer> {
    const sent = new Headers(headers);
    if (as !== null && typeof as === "object") sent.set("authorization", `Bearer ${as.token}`);
    if (json !== undefined) sent.set("content-type", "application/json");
    const payload = json === undefined ? body : JSON.stringify(json);
    const start = performance.now();
    const response = await exports.default.fetch(`https://test.example${path}`, {
      method,
      headers: sent,
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    return {
      method,
      path,
      status: response.status,
      headers: new Map(response.headers),
      text,
      took: performance.now() - start,
    };
  },
};

/** A WebP of one pixel, as the platform makes it. */
const WEBP = Uint8Array.fromBase64("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

/** Objects named by ids of hers, and of which ones something stays: the days of what she said as her number's owner. */
const objectsOf = ({ ann: { accountId }, number }: Whole): readonly (readonly [DurableObjectNamespace, string])[] => [
  [env.ACCOUNTS, keyedId("account", accountId)],
  [env.PICTURE_SENDERS, keyedId("picture-sender", accountId)],
  [env.SHARINGS, keyedId("sharing", accountId)],
  [env.PHONEBOOKS, keyedId("phonebook", accountId)],
  [env.OUTBOXES, keyedId("recipient", number)],
];

/** What stands of somebody: tables and alarms of her objects, and tables of D1 with rows that have an id of hers. */
async function left(whole: Leaving): Promise<string[]> {
  const { pictures } = whole;
  const found: string[] = [];
  const objects = [...objectsOf(whole), ...pictures.map((id) => [env.PICTURES, id] as const)];
  for (const [namespace, name] of objects) {
    await runInDurableObject(namespace.getByName(name), async (object, { storage }) => {
      const tables = storage.sql
        .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray();
      if (tables.length > 0) found.push(`${object.constructor.name}: ${JSON.stringify(tables)}`);
      if ((await storage.getAlarm()) !== null) found.push(`${object.constructor.name}: an alarm`);
    });
  }
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all();
  for (const { name } of results) {
    const rows = JSON.stringify((await env.DB.prepare(`SELECT * FROM "${String(name)}"`).all()).results);
    for (const id of [...idsOf(whole), ...pictures]) if (rows.includes(id)) found.push(`${id} in ${String(name)}`);
  }
  return found;
}

const inBuckets = async (): Promise<number[]> =>
  Promise.all([env.PHOTOS, env.PICTURE_BYTES].map(async (bucket) => (await bucket.list()).objects.length));

/** Somebody to be erased, with the ids of her pictures. */
interface Leaving extends Whole {
  readonly pictures: readonly string[];
}

async function someone(friend: SignedIn): Promise<Leaving> {
  const whole = await wholeAccount(calls, { pictures: { photo: DOT, sent: DOT, received: DOT }, friend });
  const name = { name: "Thistlewyck Quellbrook", handOver: false };
  expect(await testOwners().say(e164(whole.number), name, Date.now())).toMatchObject({ ok: true });
  const as = { token: whole.ann.accessToken };
  const boxes = await Promise.all(["sent", "inbox"].map((box) => calls.call("GET", `/v1/images?box=${box}`, { as })));
  const pictures = boxes.flatMap((box) => jsonOf<{ images: { id: string }[] }>(box).images.map(({ id }) => id));
  expect(pictures).toHaveLength(2);
  return { ...whole, pictures };
}

const erasureOf = ({ ann }: Whole) => env.ERASURES.getByName(keyedId("erasure", ann.accountId));

/** Erases somebody while a store fails in one way after the other, in each pass. @returns what the receipt counts */
async function erased(whole: Whole, store: Store): Promise<Record<string, number>> {
  const erasure = erasureOf(whole);
  const run = async (failure: Failure | null): Promise<void> => {
    control[store].set(failure);
    // The alarm may have rung by itself, and waits to be repeated then.
    await runInDurableObject(erasure, (_, { storage }) => storage.setAlarm(Date.now() + 60_000));
    await runDurableObjectAlarm(erasure);
  };
  control[store].set("refuses");
  await erasure.begin({ account: whole.ann.accountId, number: e164(whole.number) }, "request", Date.now());
  for (const pass of [1, 2]) {
    for (const failure of ["refuses", "loses", "breaks"] as const) await run(failure);
    await run(null);
    // What she shared from contacts stands elsewhere for a day.
    expect((await erasure.status(0))?.status).toBe("running");
    await runInDurableObject(erasure, (_, { storage: { sql } }) => {
      expect(sql.exec("SELECT erased FROM erasure").one()["erased"] === null).toBe(pass === 2);
      sql.exec(`UPDATE erasure SET ${pass === 1 ? "sweepAt" : "settleAt"} = ?`, Date.now());
    });
  }
  await run(null);
  const status = await erasure.status(0);
  await run(null);
  expect(await erasure.status(0)).toEqual(status);
  if (status?.status === "done") return claimsOf(status.receipt).removed;
  throw new Error("it did not end");
}

describe("an erasure while a store fails at every step of each pass, refuses, loses its answers, breaks off", () => {
  const leaving: Leaving[] = [];
  beforeAll(async () => {
    // Pictures are not what is tried here, and are dear to decode.
    const image = (): ReadableStream<Uint8Array> => new Response(WEBP).body as ReadableStream<Uint8Array>;
    const made = { transform: () => made, output: async () => ({ image }) };
    Object.defineProperty(env.IMAGES, "input", { value: () => made, configurable: true });
    // A sender may reach ten numbers an hour.
    const friends = await Promise.all(
      Array.from({ length: Math.ceil(NAMES.length / 10) }, () => signIn(calls, freshNumber())),
    );
    const all = NAMES.map((_, at) => someone(friends[Math.floor(at / 10)] as SignedIn));
    leaving.push(...(await Promise.all(all)));
  });
  // Other files have the same binding.
  afterAll(() => void Reflect.deleteProperty(env.IMAGES, "input"));

  it.each(NAMES)("%s: ends complete, and its one receipt counts what there was", async (store) => {
    const whole = leaving.pop();
    if (whole === undefined) throw new Error("nobody is left to be erased");
    const before = await inBuckets();
    const removed = await erased(whole, store);
    expect(control[store].failed, "it failed").toBeGreaterThan(0);
    expect(removed).toEqual(TRUTH);
    expect(await left(whole)).toEqual([]);
    expect(await inBuckets()).toEqual([(before[0] ?? 0) - 1, (before[1] ?? 0) - 2]);
  });
});
