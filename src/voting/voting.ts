import { countryOf, type E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import type { BallotExplanation, BallotPart } from "../verdict/ballot.ts";
import { weekOf, weekStart } from "../verdict/decay.ts";
import { checkName, contradicts, type NameReason } from "../verdict/name-rules.ts";
import type { Ballot, CastAnswer, CastVote } from "./ballot-object.ts";
import { CHANGES_A_WEEK, type Tier } from "./ballot-state.ts";
import { netOf } from "./place.ts";
import type { Granted, Spent, VoterStanding } from "./standing-object.ts";
import { MARKS_A_DAY, NAMES_A_DAY, type Spending } from "./standing-state.ts";
import { Voters, type Holder } from "./voters.ts";
import { DAY_S, dayOf, dayStart, dayText, secondsUntil } from "../time/days.ts";

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
  | { readonly code: "own-number" | "session-ended" }
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
export interface VotingDeps {
  readonly vault: Vault;
  readonly ballots: DurableObjectNamespace<Ballot>;
  readonly standings: DurableObjectNamespace<VoterStanding>;
  /** The name that a dataset gives a number, if any: what votes are measured against; and all that is vouched for. */
  readonly known: (number: E164, now: number) => Promise<{ official: string | null; vouched: readonly string[] }>;
  /** The number of an account, null for none: nobody votes on their own. */
  readonly numberOf: (account: string) => Promise<E164 | null>;
  /** Whether an account may be one without a number; one that has none otherwise is erased. */
  readonly mayLackNumber: (account: string) => boolean;
}

/** Somebody who shares contacts: their trust, and what ballots store of them. */
export interface SharingVoter {
  readonly tier: Tier;
  /** The `pid` of their own vote on a number, and the byte of their network there. */
  readonly at: (number: E164) => Promise<{ readonly own: string; readonly net: number }>;
}

const NO_SPENDING: Spending = { name: false, mark: false };

/** Names and spam marks. One ballot object per number; one standing per voter, which never learns the number. */
export class Voting {
  readonly #deps: VotingDeps;
  readonly #voters: Voters;

  constructor(deps: VotingDeps) {
    this.#deps = deps;
    this.#voters = new Voters(deps.vault, deps.numberOf);
  }

  /** Sets, changes or clears an account's vote on a number. Acknowledged means stored. */
  async cast(number: E164, input: VoteInput, asking: Asking): Promise<Voted> {
    const { ballots, known, vault, mayLackNumber } = this.#deps;
    const { account, now } = asking;
    const named = typeof input.name === "string";
    const [{ official, vouched }, caller, holder, by] = await Promise.all([
      named ? known(number, now) : { official: null, vouched: [] },
      vault.numberId(number),
      this.#voters.of(account, now),
      this.#voters.by(number, account),
    ]);
    const clean = cleanInput(input, vouched, countryOf(number));
    if (!clean.ok) return clean;
    if (holder.own === caller) return { ok: false, code: "own-number" };
    // The token of an erased account stays valid for minutes: it must not vote as a second person.
    if (holder.own === null && !mayLackNumber(account)) return { ok: false, code: "session-ended" };

    const day = dayOf(now);
    const standing = this.#standing(holder);
    const spending = { name: named, mark: typeof clean.change.spam === "boolean" };
    const granted = await this.#spend(holder, asking, spending);
    if (granted === null) return { ok: false, code: "session-ended" };
    const pid = await this.#voters.pid(number, holder, granted.epoch);
    const voter = { pid, by, tier: granted.ok ? granted.tier : null, network: asking.network };
    const settle = async (unused: Spending, contradicted: boolean): Promise<void> =>
      standing.settle(holder.account, { unused, contradicted }, day);
    let cast: CastAnswer;
    try {
      cast = await ballots.getByName(caller).cast({ number, voter, change: clean.change, week: weekOf(now) });
    } catch (thrown) {
      // It will be repeated, and the day must have room for it.
      if (granted.ok) await Promise.allSettled([settle(spending, false)]);
      throw thrown;
    }
    const counts = cast.ok && cast.altered;
    const contradicted = counts && official !== null && !!clean.change.name && contradicts(clean.change.name, official);
    // A vote that was refused, or repeats what stands, does not use up quotas.
    const unused = granted.ok && !counts ? spending : NO_SPENDING;
    if (unused !== NO_SPENDING || contradicted) await settle(unused, contradicted);
    return cast.ok ? cast : refusalOf(cast.code, granted, now);
  }

  /** An account's vote on a number, or null. */
  async read(number: E164, account: string): Promise<CastVote | null> {
    const [ballot, pid, by] = await this.#own(number, account);
    return ballot.read(pid, by);
  }

  /** Withdraws an account's vote on a number, exactly as if it had never been cast. */
  async withdraw(number: E164, { account, now }: Asking): Promise<void> {
    const [ballot, pid, by] = await this.#own(number, account);
    await ballot.withdraw(pid, by, weekOf(now));
  }

  /** Drops every vote on a number, names included: it has a new owner. Repeatable. */
  async empty(number: E164, now: number): Promise<void> {
    await (await this.#ballot(number)).empty(weekOf(now));
  }

  /** Mutes the votes on an unlisted number: they do not count until they are cast again. Repeatable. */
  async mute(number: E164): Promise<void> {
    await (await this.#ballot(number)).mute();
  }

  /** Drops the votes on a number that are muted: its account is erased. Repeatable. @returns whether there were any */
  async dropMuted(number: E164): Promise<boolean> {
    return (await this.#ballot(number)).dropMuted();
  }

  /** An account that shares contacts; its trust begins with its first vote or contact. */
  async sharing(asking: Asking): Promise<SharingVoter> {
    const { account, network, now } = asking;
    const holder = await this.#voters.of(account, now);
    const granted = await this.#spend(holder, asking, NO_SPENDING);
    // An account whose number has a new holder is being erased, with what it shares.
    const epoch = granted?.epoch ?? 0;
    return {
      // Nothing was spent, so nothing can be used up.
      tier: granted?.ok ? granted.tier : 0,
      at: async (number) => ({
        own: await this.#voters.pid(number, holder, epoch),
        net: await netOf(this.#deps.vault, number, network),
      }),
    };
  }

  /** A function that withdraws an account's contact of a number. */
  async withdrawingContacts(account: string): Promise<(number: E164) => Promise<void>> {
    const holder = await this.#voters.now(account);
    const epoch = await this.#standing(holder).epoch();
    return async (number) =>
      (await this.#ballot(number)).withdrawContact(await this.#voters.pid(number, holder, epoch));
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
   * The number has a new holder: from now on its votes are another voter's; earlier ones stay, and are neither replaced nor
   * readable. Call it before the next account is created; repeating it before anybody has voted changes nothing.
   */
  async startEpoch(number: E164, now: number): Promise<void> {
    await this.#standing({ id: await this.#deps.vault.keyedHash("standing", number) }).startEpoch(dayOf(now));
  }

  /**
   * Deletes what is stored about an account as a voter; returns how much; repeatable. Its votes stay, because nothing says
   * whose they are, and lose their weight with time. What its number used of the day's quotas stays until midnight, and its
   * epoch, if it had more than one holder, as long as a vote of theirs may exist.
   */
  async forgetVoter(account: string, number: E164 | null, now: number): Promise<number> {
    const day = dayOf(now);
    const holder = await this.#voters.holding(account, number);
    const forgotten = await this.#standing(holder).forget(holder.account, day);
    // In development its token could vote without the number after the account was erased.
    const { id } = await this.#voters.holding(account, null);
    if (id !== holder.id) await this.#standing({ id }).forget(holder.account, day);
    return forgotten ? 1 : 0;
  }

  /** Deletes what is stored about an account as a voter, and the muted votes on its number. Repeatable. */
  async erase(account: string, number: E164 | null, now: number): Promise<void> {
    await this.forgetVoter(account, number, now);
    if (number !== null) await this.dropMuted(number);
  }

  /** Whether an account has voted, or shared contacts. */
  async hasVoted(account: string, number: E164 | null): Promise<boolean> {
    return ((await this.exportOf(account, number))?.since ?? null) !== null;
  }

  /** What is stored on an account as a voter, days as `YYYY-MM-DD`, or null. */
  async exportOf(account: string, number: E164 | null): Promise<VoterExport | null> {
    const holder = await this.#voters.holding(account, number);
    const held = await this.#standing(holder).held();
    if (held === null) return null;
    const { since, disagreements, countedFrom, day, names, marks, epoch } = held;
    const own = held.account === holder.account;
    return {
      since: own ? dayText(since) : null,
      disagreements: own ? disagreements : 0,
      countedFrom: own && disagreements > 0 ? dayText(countedFrom) : null,
      day: day === 0 ? null : dayText(day),
      names,
      marks,
      epoch,
    };
  }

  /** Uses the voter's quotas of the day; null if the cached number no longer belongs to the account. */
  async #spend(holder: Holder, { account, now, since = null }: Asking, spending: Spending): Promise<Granted | null> {
    const standing = this.#standing(holder);
    const spend = async (sure: boolean): Promise<Spent> =>
      standing.spend(holder.account, spending, dayOf(now), since, sure);
    const spent = await spend(false);
    if (spent !== "newcomer") return spent;
    if ((await this.#voters.now(account)).id !== holder.id) return null;
    const granted = await spend(true);
    return granted === "newcomer" ? null : granted;
  }

  async #own(
    number: E164,
    account: string,
  ): Promise<readonly [ballot: DurableObjectStub<Ballot>, pid: string, by: string]> {
    const holder = await this.#voters.now(account);
    const epoch = await this.#standing(holder).epoch();
    return Promise.all([
      this.#ballot(number),
      this.#voters.pid(number, holder, epoch),
      this.#voters.by(number, account),
    ]);
  }

  async #ballot(number: E164): Promise<DurableObjectStub<Ballot>> {
    return this.#deps.ballots.getByName(await this.#deps.vault.numberId(number));
  }

  #standing({ id }: Pick<Holder, "id">): DurableObjectStub<VoterStanding> {
    return this.#deps.standings.getByName(id);
  }
}

/** What is stored on a voter, for an export: days as `YYYY-MM-DD`, null before the first. */
export interface VoterExport {
  readonly since: string | null;
  readonly disagreements: number;
  readonly countedFrom: string | null;
  readonly day: string | null;
  readonly names: number;
  readonly marks: number;
  /** Holders of the number before this one, as far as is known. */
  readonly epoch: number;
}

const QUOTAS = {
  names: { name: "names", allows: NAMES_A_DAY, window: DAY_S },
  marks: { name: "marks", allows: MARKS_A_DAY, window: DAY_S },
  changes: { name: "changes", allows: CHANGES_A_WEEK, window: 7 * DAY_S },
} as const satisfies Record<string, Quota>;

function refusalOf(code: Refused, granted: Granted, now: number): { ok: false } & VoteRefusal {
  switch (code) {
    case "changes-used-up":
      return usedUp(QUOTAS.changes, now);
    case "category-without-spam":
      return { ok: false, code };
    case "not-granted":
      return usedUp(QUOTAS[granted.ok ? "names" : granted.usedUp], now);
  }
}

type Refused = Extract<CastAnswer, { ok: false }>["code"];

/** Quotas reset each day or, for changes of one vote, each week (UTC). */
function usedUp(quota: Quota, now: number): { ok: false } & VoteRefusal {
  const next = quota.name === "changes" ? weekStart(weekOf(now) + 1) : dayStart(dayOf(now) + 1);
  return { ok: false, code: "quota-exceeded", quota, retryAfter: secondsUntil(next, now) };
}

function cleanInput(
  input: VoteInput,
  vouched: readonly string[],
  country: string | undefined,
): { ok: true; change: VoteInput } | ({ ok: false } & VoteRefusal) {
  if (typeof input.name !== "string") return { ok: true, change: input };
  const checked = checkName(input.name, vouched, country);
  if (!checked.ok) return { ok: false, code: "name-not-allowed", reason: checked.reason };
  return { ok: true, change: { ...input, name: checked.name } };
}
