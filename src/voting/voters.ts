import { Memory } from "../memory/memory.ts";
import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";

/** Whom an account votes as: keyed ids alone, which is all that an isolate remembers. */
export interface Holder {
  /** Names its standing, and stands for the voter in every `pid`: of its number, or of the account where it has none. */
  readonly id: string;
  /** Keyed hash of the account: whose the standing's age is. */
  readonly account: string;
  /** Keyed id of its own number, which it cannot vote on; null for none. */
  readonly own: string | null;
}

/** How long an isolate remembers which number an account has: it never gets another one. */
const REMEMBERED_MS = 15 * 60_000;
const REMEMBERED = 2000;

/** Who votes. The voter of a number is its holder: the accounts that sign up with it one after the other are one. */
export class Voters {
  readonly #vault: Vault;
  readonly #numberOf: (account: string) => Promise<E164 | null>;
  readonly #remembered = new Memory<string, Holder>(REMEMBERED);

  /** @param numberOf the number of an account, null for none */
  constructor(vault: Vault, numberOf: (account: string) => Promise<E164 | null>) {
    this.#vault = vault;
    this.#numberOf = numberOf;
  }

  /** Whom an account votes as. */
  async of(account: string, now: number): Promise<Holder> {
    const known = this.#remembered.get(account, now);
    if (known !== undefined) return known;
    const holder = await this.now(account);
    // Who has none may be erased in a moment, or made.
    if (holder.own !== null) this.#remembered.put(account, holder, now + REMEMBERED_MS);
    return holder;
  }

  /** The same, asked for anew. */
  async now(account: string): Promise<Holder> {
    return this.holding(account, await this.#numberOf(account));
  }

  /** Whom an account with a number, or none, votes as. */
  async holding(account: string, number: E164 | null): Promise<Holder> {
    const [id, keyed, own] = await Promise.all([
      this.#vault.keyedHash("standing", number ?? account),
      this.#vault.keyedHash("standing-account", account),
      number === null ? null : this.#vault.numberId(number),
    ]);
    return { id, account: keyed, own };
  }

  /** The key of a voter's vote on a number: found again with the voter's own number alone. @param epoch of the voter */
  pid(number: E164, voter: Pick<Holder, "id">, epoch: number): Promise<string> {
    const text = `${number}\u0000${voter.id}`;
    return this.#vault.keyedHash("voter", epoch === 0 ? text : `${text}\u0000${epoch}`);
  }

  /** Whose words a vote on a number is: 8 bytes of a keyed hash of number and account. */
  async by(number: E164, account: string): Promise<string> {
    return (await this.#vault.keyedHash("vote-by", `${number}\u0000${account}`)).slice(0, BY_CHARS);
  }
}

/** 8 bytes and 2 bits in base64url. */
const BY_CHARS = 11;
