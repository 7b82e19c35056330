import { env } from "cloudflare:workers";
import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { Contacts, type Sharer } from "../../src/contacts/contacts.ts";
import type { Mixer } from "../../src/contacts/mixer-object.ts";
import type { E164 } from "../../src/numbers/number.ts";
import { unlistedAmong } from "../../src/directory/unlisting.ts";
import { testDirectory, testVault } from "./directory.ts";
import { testQuotas } from "./quotas.ts";
import { ballotOf, testVoting } from "./voting.ts";

/** So far back that whatever is shared is due at once. */
export const EARLIER = Date.now() - 7 * 3_600_000;
export const SPREAD_MS = 6 * 3_600_000;

/** Contacts over the real objects. @param consented whether an account agrees, asked each time */
export function testContacts(
  consented: (account: string) => boolean | Promise<boolean> = () => true,
  mixersOf: unknown = env.MIXERS,
  unlisted: (numbers: readonly E164[]) => Promise<ReadonlySet<E164>> = (numbers) =>
    unlistedAmong(testDirectory(), numbers),
): Contacts {
  return new Contacts({
    vault: testVault(),
    mixers: mixersOf as typeof env.MIXERS,
    sharings: env.SHARINGS,
    quotas: testQuotas(),
    crowd: testVoting(),
    consented: async (account) => consented(account),
    numberOf: async (account) =>
      (/^owner of (?<number>\+\d+)/.exec(account)?.groups?.["number"] ?? null) as E164 | null,
    unlisted,
    spreadMs: SPREAD_MS,
    random: Math.random,
  });
}

/** Who shares, long enough a voter to weigh something. */
export const sharer = (account: string, now = EARLIER, network = 1): Sharer => ({ account, network, now });

/** Lets accounts be as old as the most trusted voters. */
export async function season(accounts: readonly string[], now = EARLIER): Promise<void> {
  for (const account of accounts) await testVoting().sharing({ account, network: 1, now: now - 100 * 86_400_000 });
}

/** Shares one name for each number. */
export async function share(contacts: Contacts, name: string, numbers: readonly string[], by: Sharer): Promise<void> {
  const given = numbers.map((number) => ({ name, numbers: [number] }));
  for (let at = 0; at < given.length; at += 500) {
    const shared = await contacts.share(given.slice(at, at + 500), undefined, by);
    if (!shared.ok || shared.refused.length > 0) throw new Error(JSON.stringify(shared));
  }
}

/** The rows of a table over all objects named; none where there is no such table. */
async function rowsOf(stub: DurableObjectStub, table: string): Promise<Record<string, SqlStorageValue>[]> {
  return runInDurableObject(stub, (_, { storage: { sql } }) =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray().length === 0
      ? []
      : sql.exec(`SELECT * FROM ${table}`).toArray(),
  );
}

/** The mixers that hold something, or did: to ask each of the 64 would make those that are not there. */
export async function usedMixers(): Promise<DurableObjectStub<Mixer>[]> {
  return (await listDurableObjectIds(env.MIXERS)).map((id) => env.MIXERS.get(id));
}

/** What waits in the mixers. */
export async function pending(): Promise<Record<string, SqlStorageValue>[]> {
  const all = await Promise.all((await usedMixers()).map((mixer) => rowsOf(mixer, "pending")));
  return all.flat();
}

/** Lets the time of every name that waits come. */
export async function timeComes(): Promise<void> {
  for (const mixer of await usedMixers()) {
    await runInDurableObject(mixer, (_, { storage: { sql } }) => {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'pending'").toArray().length > 0;
      if (made) sql.exec("UPDATE pending SET release = 1");
    });
  }
}

/** Runs every mixer until nothing that is due is left in it. */
export async function release(): Promise<void> {
  for (const mixer of await usedMixers()) {
    while ((await rowsOf(mixer, "pending")).some((row) => Number(row["release"]) <= Date.now())) {
      await runDurableObjectAlarm(mixer);
    }
  }
}

/** Runs the alarm of each number's ballot: its part goes out, and its day has come to look what was taken back. */
export async function lookAround(numbers: readonly E164[]): Promise<void> {
  for (const number of numbers) {
    const ballot = await ballotOf(number);
    await runInDurableObject(ballot, (_, { storage: { sql } }) => {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'look'").toArray().length > 0;
      if (made) sql.exec("UPDATE look SET at = 0");
    });
    await runDurableObjectAlarm(ballot);
  }
}

/** A ballot's rows of a table; those of a ballot that never was are none. */
export async function ballotRows(
  number: E164,
  table: "vote" | "form" | "change" | "contact",
): Promise<Record<string, SqlStorageValue>[]> {
  return rowsOf(await ballotOf(number), table);
}

/** Revocations as they are found. */
export async function revoked(): Promise<Record<string, unknown>[]> {
  return (await env.DB.prepare("SELECT id, day FROM revoked").all()).results;
}
