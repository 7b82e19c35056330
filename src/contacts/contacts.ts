import type { E164 } from "../numbers/number.ts";
import type { Holder, Quotas, UsedUp } from "../quotas/quotas.ts";
import type { Position, RenewedStep } from "../storage/sealed-rows.ts";
import { onStore, StoreFailure } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { weekOf } from "../verdict/decay.ts";
import { checkContacts, numbersIn, type CheckedContact, type CheckedContacts, type GivenContact } from "./check.ts";
import type { Mixer, SharedName } from "./mixer-object.ts";
import { mixerOf, releaseTime } from "./mixer-state.ts";
import type { PendingRow } from "./pending-store.ts";
import type { Sharing, Taken } from "./sharing-object.ts";
import { QUOTAS } from "./sharing-state.ts";

/** Who shares. */
export interface Sharer {
  /** The account id that the token carries. */
  readonly account: string;
  /** Number of the network the request came from (ASN), 0 when unknown. */
  readonly network: number;
  /** In development: the day since which the account counts as a voter, days since 1970. */
  readonly since?: number | null;
  /** ms since 1970. */
  readonly now: number;
}

/** The outcome of sharing: accepted numbers, and what was refused, by the contact's index. */
export type Shared =
  | { readonly ok: true; readonly accepted: number; readonly refused: CheckedContacts["refused"] }
  | { readonly ok: false; readonly code: "consent-missing" }
  | ({ readonly ok: false; readonly code: "quota-exceeded" } & UsedUp);

/** What voting knows of a voter; the wiring provides it. */
export interface Crowd {
  sharing(sharer: Sharer): Promise<{
    readonly tier: 0 | 1 | 2;
    readonly at: (number: E164) => Promise<{ readonly own: string; readonly net: number }>;
  }>;
  withdrawingContacts(account: string): Promise<(number: E164) => Promise<void>>;
}

/** What contacts work with. */
export interface ContactDeps {
  readonly vault: Vault;
  readonly mixers: DurableObjectNamespace<Mixer>;
  readonly sharings: DurableObjectNamespace<Sharing>;
  readonly quotas: Quotas;
  readonly crowd: Crowd;
  /** Whether the account's consent `contact-sharing` is on record. */
  readonly consented: (account: string) => Promise<boolean>;
  /** The account's own number. */
  readonly numberOf: (account: string) => Promise<E164 | null>;
  /** The unlisted ones among some numbers. */
  readonly unlisted: (numbers: readonly E164[]) => Promise<ReadonlySet<E164>>;
  /** Within how many ms a name is released. */
  readonly spreadMs: number;
  /** In [0, 1), unpredictable. */
  readonly random: () => number;
}

/** The share id; or the quota that is used up; or null if it was revoked meanwhile. */
type Begun = { readonly ok: true; readonly share: string } | { readonly ok: false; readonly full: UsedUp | null };

/** How often a call is retried after a concurrent revocation. */
const MOST_ROUNDS = 3;
/** Ballots called at the same time. */
const AT_ONCE = 20;

/** Shares names from address books without their source, and withdraws them. */
export class Contacts {
  readonly #deps: ContactDeps;

  constructor(deps: ContactDeps) {
    this.#deps = deps;
  }

  /** Shares contacts. Acknowledged means stored; repeats count once. */
  async share(
    contacts: readonly GivenContact[],
    country: string | undefined,
    sharer: Sharer,
    round = 1,
  ): Promise<Shared> {
    const { consented, numberOf, quotas } = this.#deps;
    const { account, now } = sharer;
    // Read before the consent: a later withdrawal either changes the epoch or finds the share id.
    const epoch = await this.#sharing(account, (sharing) => sharing.epoch());
    if (!(await consented(account))) return { ok: false, code: "consent-missing" };
    const number = await numberOf(account);
    const { taken, refused } = checkContacts(contacts, number, country);
    if (taken.length > 0) {
      const holder = { account, number };
      const spendings = [{ quota: QUOTAS.contacts, n: taken.length }];
      const full = await quotas.spend(holder, spendings, now);
      if (full !== null) return { ok: false, code: "quota-exceeded", ...full };
      // Given back where it fails, because the call will be repeated.
      const begun = await quotas.during(holder, spendings, now, async () => {
        const its = await this.#begin(holder, epoch, now);
        if (its.ok) await this.#mix(taken, its.share, sharer);
        return its;
      });
      if (!begun.ok) {
        await quotas.giveBack(holder, spendings, now);
        if (begun.full !== null) return { ok: false, code: "quota-exceeded", ...begun.full };
        if (round === MOST_ROUNDS) throw new StoreFailure("objects", "contacts were taken back again and again");
        return this.share(contacts, country, sharer, round + 1);
      }
      // If the consent was withdrawn during this call, what it shared is already revoked, and the answer says so.
      if (!(await consented(account))) {
        await this.withdrawAll(account);
        return { ok: false, code: "consent-missing" };
      }
    }
    return { ok: true, accepted: taken.length, refused };
  }

  /**
   * Withdraws numbers, completely when this returns. Invalid numbers were never shared. Limited per day like sharing, because
   * each number wakes a ballot. @returns null, or the quota that is used up
   */
  async withdraw(
    numbers: readonly string[],
    country: string | undefined,
    account: string,
    now: number,
  ): Promise<UsedUp | null> {
    // Somebody who never shared anything has nothing to withdraw, and wakes no ballot.
    if (!(await this.#sharing(account, (sharing) => sharing.held())).ever) return null;
    const share = await this.#sharing(account, (sharing) => sharing.current());
    const valid = numbersIn(numbers, country);
    const { numberOf, quotas } = this.#deps;
    const holder = { account, number: await numberOf(account) };
    const spendings = [{ quota: QUOTAS.back, n: valid.length }];
    const full = await quotas.spend(holder, spendings, now);
    if (full !== null) return full;
    await quotas.during(holder, spendings, now, () => this.#takeBack(valid, share, account));
    return null;
  }

  async #takeBack(valid: readonly E164[], share: string | null, account: string): Promise<void> {
    // Without a share id nothing that waits will be released; ballots may still hold some for a day.
    const { vault, crowd } = this.#deps;
    const waiting = share === null ? [] : await Promise.all(valid.map((number) => waitingAs(vault, number, share)));
    // Mixers first: once they have answered, whatever they were releasing is in its ballot.
    await this.#perMixer(waiting, (mixer, own) => mixer.withdraw(own.map(({ id }) => id)));
    const withdraw = await onStore("objects", () => crowd.withdrawingContacts(account));
    for (let at = 0; at < valid.length; at += AT_ONCE) {
      const some = valid.slice(at, at + AT_ONCE);
      await onStore("objects", () => Promise.all(some.map(withdraw)));
    }
  }

  /**
   * Withdraws everything that the account ever shared, without a list; withdrawing the consent does the same. Durable when
   * this returns: mixers and ballots delete what they hold within a day, and release nothing more. Repeatable.
   */
  async withdrawAll(account: string): Promise<void> {
    await this.#sharing(account, (sharing) => sharing.revoke());
  }

  /** What is stored about the account as a sharer; which contacts it shared is not. */
  async exportOf(account: string): Promise<{ sharing: boolean; takenBackBy: string | null }> {
    const { sharing, settlesAt } = await this.#sharing(account, (object) => object.held());
    return {
      sharing,
      takenBackBy: settlesAt === null ? null : new Date(settlesAt).toISOString(),
    };
  }

  /** How long names of the account may remain in mixers and ballots after withdrawing everything, ms; 0 for none. */
  lingers(account: string, now: number): Promise<number> {
    return this.#sharing(account, (sharing) => sharing.lingers(now));
  }

  /** Withdraws everything and deletes what is stored about the account. Repeatable. */
  async erase(account: string): Promise<void> {
    await this.withdrawAll(account);
    await this.#sharing(account, (sharing) => sharing.erase());
  }

  /** The account's share id, created if the daily quota allows it. */
  async #begin(holder: Holder, epoch: string, now: number): Promise<Begun> {
    const { quotas } = this.#deps;
    const take = (mayBegin: boolean): Promise<Taken> =>
      this.#sharing(holder.account, (sharing) => sharing.take(epoch, mayBegin) as Promise<Taken>);
    const standing = await take(false);
    if (standing.ok) return standing;
    if (standing.reason === "revoked") return { ok: false, full: null };
    const spendings = [{ quota: QUOTAS.shares, n: 1 }];
    const full = await quotas.spend(holder, spendings, now);
    if (full !== null) return { ok: false, full };
    const begun = await take(true);
    // A concurrent call has created it.
    if (!begun.ok || !begun.begins) await quotas.giveBack(holder, spendings, now);
    return begun.ok ? begun : { ok: false, full: null };
  }

  async #mix(taken: readonly CheckedContact[], share: string, sharer: Sharer): Promise<void> {
    const { vault, crowd, spreadMs, random, unlisted } = this.#deps;
    const { now } = sharer;
    const [{ tier, at }, out] = await Promise.all([
      onStore("objects", () => crowd.sharing(sharer)),
      unlisted(taken.map(({ number }) => number)),
    ]);
    const rows = await Promise.all(
      taken.map(async ({ number, name }): Promise<PendingRow & { readonly isOut: boolean }> => {
        const [waiting, voter] = await Promise.all([waitingAs(vault, number, share), at(number)]);
        const shared: SharedName = { number, name, share, ...voter, tier, week: weekOf(now) };
        const sealed = await vault.sealText({ table: "mixers", id: waiting.id }, JSON.stringify(shared));
        return { ...waiting, sealed, release: releaseTime(now, spreadMs, random()), isOut: out.has(number) };
      }),
    );
    // Nothing is stored for an unlisted number, or it would count after a relist. Its mixer is asked all the same, or the
    // answer would come sooner.
    await this.#perMixer(rows, (mixer, own) => mixer.take(own.flatMap(({ isOut, ...row }) => (isOut ? [] : [row]))));
  }

  async #perMixer<T extends { readonly number: string }>(
    rows: readonly T[],
    ask: (mixer: DurableObjectStub<Mixer>, own: T[]) => Promise<void>,
  ): Promise<void> {
    const { mixers } = this.#deps;
    const perMixer = Map.groupBy(rows, ({ number }) => mixerOf(number));
    await onStore("objects", () => Promise.all([...perMixer].map(([name, own]) => ask(mixers.getByName(name), own))));
  }

  /** Has the account's share id sealed anew. @param from as the call before returned it */
  renewSeals(account: string, from: Position | null): Promise<RenewedStep> {
    return this.#sharing(account, (sharing): Promise<RenewedStep> => sharing.renewSeals(from));
  }

  async #sharing<T>(account: string, ask: (sharing: DurableObjectStub<Sharing>) => Promise<T>): Promise<T> {
    const { vault, sharings } = this.#deps;
    const name = await vault.keyedHash("sharing", account);
    return onStore("objects", () => ask(sharings.getByName(name)));
  }
}

/** The keys of a name while it waits. */
async function waitingAs(vault: Vault, number: E164, share: string): Promise<Pick<PendingRow, "id" | "number">> {
  const [id, own] = await Promise.all([
    vault.mixingId(number, share),
    vault.mixingNumber(await vault.numberId(number)),
  ]);
  return { id, number: own };
}
