import { Memory } from "../memory/memory.ts";
import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";

/** The voter behind an account, as keyed ids only: that is all an isolate caches. */
export interface Holder {
  /** Names the voter's standing and goes into every `pid`: made from the number, or from the account where it has none. */
  readonly id: string;
  /** Keyed hash of the account: the standing counts the age of this account. */
  readonly account: string;
  /** Keyed id of its own number, which it cannot vote on; null for none. */
  readonly own: string | null;
}

/** How long an isolate caches the number of an account; an account never gets another number. */
const REMEMBERED_MS = 15 * 60_000;
const REMEMBERED = 2000;

/** Finds the voter behind an account. Accounts that sign up with the same number, one after the other, are one voter. */
export class Voters {
  readonly #vault: Vault;
  readonly #numberOf: (account: string) => Promise<E164 | null>;
  readonly #remembered = new Memory<string, Holder>(REMEMBERED);

  /** @param numberOf the number of an account, null for none */
  constructor(vault: Vault, numberOf: (account: string) => Promise<E164 | null>) {
    this.#vault = vault;
    this.#numberOf = numberOf;
  }

  /** The voter behind an account, from the cache if it is there. */
  async of(account: string, now: number): Promise<Holder> {
    const known = this.#remembered.get(account, now);
    if (known !== undefined) return known;
    const holder = await this.now(account);
    // An account without a number may just have been erased, or is being made: not cached.
    if (holder.own !== null) this.#remembered.put(account, holder, now + REMEMBERED_MS);
    return holder;
  }

  /** The same, without the cache. */
  async now(account: string): Promise<Holder> {
    return this.holding(account, await this.#numberOf(account));
  }

  /** The voter behind an account whose number, or lack of one, is known. */
  async holding(account: string, number: E164 | null): Promise<Holder> {
    const [id, keyed, own] = await Promise.all([
      this.#vault.keyedHash("standing", number ?? account),
      this.#vault.keyedHash("standing-account", account),
      number === null ? null : this.#vault.numberId(number),
    ]);
    return { id, account: keyed, own };
  }

  /** The key of a voter's vote on a number. It depends on the voter's own number only, not on the account. */
  pid(number: E164, voter: Pick<Holder, "id">, epoch: number): Promise<string> {
    const text = `${number}\u0000${voter.id}`;
    return this.#vault.keyedHash("voter", epoch === 0 ? text : `${text}\u0000${epoch}`);
  }

  /** Identifies the account that cast a vote on a number: 8 bytes of a keyed hash of number and account. */
  async by(number: E164, account: string): Promise<string> {
    return (await this.#vault.keyedHash("vote-by", `${number}\u0000${account}`)).slice(0, BY_CHARS);
  }
}

/** 8 bytes and 2 bits in base64url. */
const BY_CHARS = 11;
