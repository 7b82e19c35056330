import { evictDurableObject } from "cloudflare:test";
import { beforeEach, expect, it } from "vitest";
import type { LookupAnswer } from "../../src/lookup/answer.ts";
import { e164, lookUpIn, publishAll, testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { testOwners } from "../support/ownership.ts";
import { as, ballotOf, NOW, sendNow, testVoting, vote, WEEK_MS } from "../support/voting.ts";

const NUMBER = e164("+13125550123");
const OTHER = e164("+13125550155");
const NAME = "Quellbrook Holdings";
/** Another spelling: the same name. */
const SPELT = "QUELLBROOK  holdings";
/** Proven voters of as many networks: more than a name needs. */
const FIRST = ["ann", "bob", "cem", "dan"];
const LATER = ["eve", "fay", "gus", "hal"];

const voting = testVoting();
const owners = testOwners();

async function votes(accounts: readonly string[], name: string): Promise<void> {
  for (const account of accounts) await vote(voting, NUMBER, { name }, as(account, NOW, account.charCodeAt(0)));
}
async function lookUp(): Promise<LookupAnswer> {
  await sendNow(NUMBER);
  await publishAll(testDirectory());
  return lookUpIn(testDirectory(), NUMBER, NOW);
}
const explained = async (): Promise<unknown> => (await voting.explain(NUMBER, NOW))?.names;
const allOf = (name: string, voters: number) => [{ name, share: 100, voters }];

beforeEach(async () => {
  await emptyStores();
  // Their age begins here: a quarter of a year later they are proven.
  for (const account of [...FIRST, ...LATER])
    await voting.cast(OTHER, { spam: false }, as(account, NOW - 13 * WEEK_MS));
  await votes(FIRST, NAME);
  expect(await lookUp()).toMatchObject({ name: NAME });
  expect(await explained()).toEqual(allOf(NAME, FIRST.length));
});

it("a name that was taken down is neither shown nor explained, however many vote for it anew", async () => {
  expect(await owners.takeDown(NUMBER, NOW)).toMatchObject({ ok: true });
  expect(await explained()).toBeUndefined();
  await votes(FIRST, NAME);
  await votes(LATER, SPELT);
  // What was held while the object was awake, and what it reads when it wakes up.
  for (const evict of [false, true]) {
    if (evict) await evictDurableObject(await ballotOf(NUMBER));
    expect(await lookUp()).toMatchObject({ name: null, nameLevel: "none" });
    expect(await explained()).toEqual([]);
  }
  // Whoever voted reads it back, as any vote.
  expect(await voting.read(NUMBER, "ann")).toMatchObject({ name: NAME });
});

it("a vote for it counts as a mark all the same, and other names of the number are shown", async () => {
  await owners.takeDown(NUMBER, NOW);
  await votes(FIRST, NAME);
  for (const account of FIRST) await vote(voting, NUMBER, { spam: true }, as(account, NOW, account.charCodeAt(0)));
  await votes(LATER, "Dr. Roberta Gaines");
  expect(await lookUp()).toMatchObject({ name: "Dr. Roberta Gaines" });
  expect(await voting.explain(NUMBER, NOW)).toMatchObject({
    names: allOf("Dr. Roberta Gaines", LATER.length),
    spam: { voters: FIRST.length },
  });
});

it("is shown again, by the votes that stand, once the take-down is undone", async () => {
  await owners.takeDown(NUMBER, NOW);
  await votes(FIRST, NAME);
  expect(await lookUp()).toMatchObject({ name: null });
  expect(await owners.undo(NUMBER, NOW)).toMatchObject({ ok: true });
  for (const evict of [false, true]) {
    if (evict) await evictDurableObject(await ballotOf(NUMBER));
    expect(await lookUp()).toMatchObject({ name: NAME });
    expect(await explained()).toEqual(allOf(NAME, FIRST.length));
  }
});

it("is barred of that number alone", async () => {
  await owners.takeDown(NUMBER, NOW);
  for (const account of FIRST) await vote(voting, OTHER, { name: NAME }, as(account, NOW, account.charCodeAt(0)));
  expect((await voting.explain(OTHER, NOW))?.names).toEqual(allOf(NAME, FIRST.length));
});
