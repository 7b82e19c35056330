import { Memory } from "../memory/memory.ts";
import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import type { BallotExplanation, BallotPart } from "../verdict/ballot.ts";
import { dayOf, weekOf, weekStart } from "../verdict/decay.ts";
import { checkName, contradicts, type NameReason } from "../verdict/name-rules.ts";
import { Allowances } from "./allowances.ts";
import type { Ballot, CastVote } from "./ballot-object.ts";
import { CHANGES_A_WEEK, type Tier } from "./ballot-state.ts";
import { netOf } from "./place.ts";
import type { Granted, VoterStanding } from "./standing-object.ts";
import {
  MARKS_A_DAY,
  NAMES_A_DAY,
  NOTHING_AHEAD,
  type Spending,
  type Standing,
  type UsedUp,
} from "./standing-state.ts";

/** What a voter asks for: fields left out stay, null clears. */
export type VoteInput = Partial<CastVote>;

/** Who asks. */
export interface Asking {
  /** The account id that the token carries. */
  readonly account: string;
  /** Number of the network the request came from (ASN), 0 when unknown. */
  readonly network: number;
  /** In development: the day since which the account counts as a voter, days since 1970. */
  readonly since?: number | null;
  /** ms since 1970. */
  readonly now: number;
}

export type VoteRefusal =
  | { readonly code: "name-not-allowed"; readonly reason: NameReason }
  | { readonly code: "quota-exceeded"; readonly quota: Quota; readonly retryAfter: number }
  | { readonly code: "own-number" }
  | { readonly code: "category-without-spam" };

/** A quota of votes: its name, how much it allows, and its window in seconds. */
export interface Quota {
  readonly name: "names" | "marks" | "changes";
  readonly allows: number;
  readonly window: number;
}

export type Voted =
  | { readonly ok: true; readonly vote: CastVote | null; readonly part: BallotPart | null }
  | ({ readonly ok: false } & VoteRefusal);

/** What voting works with. */
export interface VotingParts {
  readonly vault: Vault;
  readonly ballots: DurableObjectNamespace<Ballot>;
  readonly standings: DurableObjectNamespace<VoterStanding>;
  /** The name of a number that its owner or a dataset gives, if any: what votes are measured against. */
  readonly statedName: (number: E164, now: number) => Promise<string | null>;
  /** The number of an account, null for none: nobody votes on their own. */
  readonly numberOf: (account: string) => Promise<E164 | null>;
}

/** How long an isolate remembers which number an account has: it never gets another one. */
const OWN_NUMBER_MS = 15 * 60_000;
const OWN_NUMBERS = 2000;

/** Names and spam marks in. One ballot object per number; one standing per account that never learns the number. */
export class Voting {
  readonly #parts: VotingParts;
  /** Accounts that voted lately: their keyed ids, and those of their numbers, null for none. */
  readonly #accounts = new Memory<string, { readonly id: string; readonly own: string | null }>(OWN_NUMBERS);
  readonly #allowances = new Allowances();

  constructor(parts: VotingParts) {
    this.#parts = parts;
  }

  /** Sets, changes or clears an account's vote on a number. Acknowledged means stored. */
  async cast(number: E164, input: VoteInput, asking: Asking): Promise<Voted> {
    const { ballots, standings, statedName, vault } = this.#parts;
    const { account, now } = asking;
    const named = typeof input.name === "string";
    const [official, caller, { id, own }, pid] = await Promise.all([
      named ? statedName(number, now) : null,
      vault.numberId(number),
      this.#accounts.get(account, now) ?? this.#account(account, now),
      this.#pid(number, account),
    ]);
    const clean = cleanInput(input, official);
    if (!clean.ok) return clean;
    if (own === caller) return { ok: false, code: "own-number" };

    const day = dayOf(now);
    const spending = { name: named, mark: typeof clean.change.spam === "boolean" };
    const tier = await this.#spend(asking, id, spending, day);
    if (typeof tier === "string") return usedUp(QUOTAS[tier], now);

    const voter = { pid, tier, source: "user", network: asking.network } as const;
    const cast = await ballots.getByName(caller).cast({ number, voter, change: clean.change, week: weekOf(now) });
    // What was refused, or said before, as a repeated call says it, leaves the quotas as they were.
    if (!cast.ok || !cast.altered) {
      this.#allowances.add(account, { tier, names: Number(spending.name), marks: Number(spending.mark) }, day);
    }
    if (!cast.ok)
      return cast.code === "changes-used-up"
        ? usedUp(QUOTAS.changes, now)
        : { ok: false, code: "category-without-spam" };

    if (cast.altered && official !== null && clean.change.name && contradicts(clean.change.name, official)) {
      const left = await standings.getByName(id).contradict(day);
      this.#allowances.add(account, { tier: left, names: 0, marks: 0 }, day);
    }
    return cast;
  }

  /** Counts a vote against its voter's quotas; its tier, or the quota that is used up. */
  async #spend({ account, since = null }: Asking, id: string, spending: Spending, day: number): Promise<Tier | UsedUp> {
    const held = this.#allowances.take(account, spending, day);
    if (held !== null) return held;
    const granted = await this.#ask(account, id, spending, day, since);
    if (granted.ok) return granted.tier;
    // Votes at once ask at once: what is left may have been granted to another one of them.
    return this.#allowances.take(account, spending, day) ?? granted.usedUp;
  }

  /** Asks a voter's standing, and takes in what it grants ahead before another vote can ask. */
  async #ask(account: string, id: string, spending: Spending, day: number, since: number | null): Promise<Granted> {
    const standing = this.#parts.standings.getByName(id);
    const ahead = this.#allowances.ahead(account, spending, day);
    try {
      const granted = await standing.spend(spending, day, ahead ?? NOTHING_AHEAD, since);
      if (granted.ok) this.#allowances.add(account, granted, day);
      return granted;
    } finally {
      if (ahead !== null) this.#allowances.answered(account, day);
    }
  }

  /** An account's vote on a number, or null. */
  async read(number: E164, account: string): Promise<CastVote | null> {
    return (await this.#ballot(number)).read(await this.#pid(number, account));
  }

  /** Withdraws an account's vote on a number, exactly as if it had never been cast. */
  async withdraw(number: E164, { account, now }: Asking): Promise<void> {
    await (await this.#ballot(number)).withdraw(await this.#pid(number, account), weekOf(now));
  }

  /**
   * Drops every vote on a number, names included: its owner took it out, or it has a new owner. Repeatable; a number
   * without votes stays without an object.
   */
  async empty(number: E164, now: number): Promise<void> {
    await (await this.#ballot(number)).empty(weekOf(now));
  }

  /** How far an account is trusted, which begins with its first vote or contact. */
  async tierOf({ account, now, since = null }: Omit<Asking, "network">): Promise<Tier> {
    const { standings, vault } = this.#parts;
    const spent = await standings
      .getByName(await vault.accountId(account))
      .spend({ name: false, mark: false }, dayOf(now), NOTHING_AHEAD, since);
    // Nothing was spent, but a quota may have been exceeded by an older rule.
    return spent.ok ? spent.tier : 0;
  }

  /** What a number's ballot knows of an account that asks from a network: the `pid` of its own vote, and its `net`. */
  async voterOf(number: E164, account: string, network: number): Promise<{ own: string; net: number }> {
    return { own: await this.#pid(number, account), net: await netOf(this.#parts.vault, number, network) };
  }

  /** Withdraws what an account's contacts say of a number. */
  async withdrawContact(number: E164, account: string): Promise<void> {
    await (await this.#ballot(number)).withdrawContact(await this.#pid(number, account));
  }

  /** Every name that votes and contacts give a number. */
  async namesOn(number: E164): Promise<readonly string[]> {
    return (await this.#ballot(number)).names();
  }

  /** Why the crowd's part of the verdict is what it is; null without votes. */
  async explain(number: E164, now: number): Promise<BallotExplanation | null> {
    return (await this.#ballot(number)).explain(weekOf(now));
  }

  /**
   * Forgets an account as a voter, and says how much was forgotten; repeatable. Its votes stay: nothing says whose they
   * are, and once nobody knows the account's id nobody can find them. They lose their weight with time.
   */
  async forgetVoter(account: string): Promise<number> {
    const { standings, vault } = this.#parts;
    this.#allowances.forget(account);
    return (await standings.getByName(await vault.accountId(account)).forget()) ? 1 : 0;
  }

  /** What is held on an account as a voter, days as `YYYY-MM-DD`; null when it never voted. */
  async exportOf(account: string): Promise<VoterExport | null> {
    const { standings, vault } = this.#parts;
    const held = await standings.getByName(await vault.accountId(account)).held();
    return held === null ? null : { ...held, since: dayText(held.since), day: dayText(held.day) };
  }

  async #ballot(number: E164): Promise<DurableObjectStub<Ballot>> {
    return this.#parts.ballots.getByName(await this.#parts.vault.numberId(number));
  }

  async #account(account: string, now: number): Promise<{ id: string; own: string | null }> {
    const { numberOf, vault } = this.#parts;
    const [id, number] = await Promise.all([vault.accountId(account), numberOf(account)]);
    const known = { id, own: number === null ? null : await vault.numberId(number) };
    this.#accounts.put(account, known, now + OWN_NUMBER_MS);
    return known;
  }

  #pid(number: E164, account: string): Promise<string> {
    return this.#parts.vault.keyedHash("voter", `${number}\u0000${account}`);
  }
}

/** An account's standing as its export has it. */
export type VoterExport = Omit<Standing, "since" | "day"> & { readonly since: string; readonly day: string };

function dayText(day: number): string {
  return new Date(day * DAY_S * 1000).toISOString().slice(0, 10);
}

const DAY_S = 86_400;
const QUOTAS = {
  names: { name: "names", allows: NAMES_A_DAY, window: DAY_S },
  marks: { name: "marks", allows: MARKS_A_DAY, window: DAY_S },
  changes: { name: "changes", allows: CHANGES_A_WEEK, window: 7 * DAY_S },
} as const satisfies Record<string, Quota>;

/** Quotas begin anew with the day or, for changes of one vote, with the week (UTC). */
function usedUp(quota: Quota, now: number): { ok: false } & VoteRefusal {
  const next = quota.name === "changes" ? weekStart(weekOf(now) + 1) : (dayOf(now) + 1) * DAY_S * 1000;
  return { ok: false, code: "quota-exceeded", quota, retryAfter: Math.max(1, Math.ceil((next - now) / 1000)) };
}

function cleanInput(
  input: VoteInput,
  official: string | null,
): { ok: true; change: VoteInput } | ({ ok: false } & VoteRefusal) {
  if (typeof input.name !== "string") return { ok: true, change: input };
  const checked = checkName(input.name, official === null ? [] : [official]);
  if (!checked.ok) return { ok: false, code: "name-not-allowed", reason: checked.reason };
  return { ok: true, change: { ...input, name: checked.name } };
}
