import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { lineId } from "../../src/directory/place.ts";
import type { E164 } from "../../src/numbers/number.ts";
import { bytesOf, textFrom, type StoredBytes } from "../../src/storage/bytes-column.ts";
import type { Ballot } from "../../src/voting/ballot-object.ts";
import { Voting, type Asking, type VoteInput, type Voted } from "../../src/voting/voting.ts";
import { e164, placeOf, testVault } from "./directory.ts";

/** A Wednesday. */
export const NOW = Date.UTC(2026, 10, 18);
export const WEEK_MS = 7 * 86_400_000;

/** Voting over the real objects; numbers have the official names given. Account "owner of +1…, again" has that number. */
export function testVoting(
  official: Readonly<Record<string, string>> = {},
  numberOf: (account: string) => Promise<E164 | null> = async (account) => {
    const number = /^owner of (\+\d+)/.exec(account)?.[1];
    return number === undefined ? null : e164(number);
  },
): Voting {
  return new Voting({
    vault: testVault(),
    ballots: env.BALLOTS,
    standings: env.STANDINGS,
    known: async (number) => {
      const name = official[number] ?? null;
      return { official: name, vouched: name === null ? [] : [name] };
    },
    numberOf,
    mayLackNumber: (account) => account !== "erased",
  });
}

export const as = (account: string, now = NOW, network = 1): Asking => ({ account, network, now });

/** A vote that must be taken. */
export async function vote(
  voting: Voting,
  number: E164,
  input: VoteInput,
  asking: Asking,
): Promise<Extract<Voted, { ok: true }>> {
  const voted = await voting.cast(number, input, asking);
  if (!voted.ok) throw new Error(voted.code);
  return voted;
}

export async function ballotOf(number: E164): Promise<DurableObjectStub<Ballot>> {
  return env.BALLOTS.getByName(await testVault().numberId(number));
}

/** Lets a ballot's alarm run now; false when none was set. */
export async function sendNow(number: E164): Promise<boolean> {
  return runDurableObjectAlarm(await ballotOf(number));
}

/** The part that a ballot sent, opened. */
export async function sentPart(number: E164): Promise<string> {
  const { block, line } = await placeOf(number);
  const sealed = await env.DB.prepare("SELECT ballot FROM callers WHERE block = ? AND line = ?")
    .bind(bytesOf(block), line)
    .first<StoredBytes>("ballot");
  const opened = await testVault().openText({ table: "callers", id: lineId(block, line) }, textFrom(sealed ?? ""));
  if (!opened.ok) throw new Error(opened.reason);
  return opened.text;
}
