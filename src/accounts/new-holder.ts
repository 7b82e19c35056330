import type { MailAddress } from "../messaging/mail-address.ts";
import type { E164 } from "../numbers/number.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { Accounts } from "./accounts.ts";

/** What other folders do when a number has a new holder; each repeatable. @throws StoreFailure */
export interface NewHolderDeps {
  readonly accounts: Accounts;
  /** Messages to a number or an address, and what became of them. */
  readonly messages: { erase(to: E164 | MailAddress): Promise<unknown> };
  /** What its owner said of the number, unless it was said on day `since` or later. */
  readonly owners: { forgetFormer(number: E164, since: number, now: number): Promise<void> };
  /** Votes of the new holder are not the former one's. */
  readonly epochs: { startEpoch(number: E164, now: number): Promise<void> };
  /** Tells an account's devices to reload its sessions. Best effort. */
  readonly tell: (account: string) => Promise<void>;
  /** Erases an account everywhere, without its number. */
  readonly erase: (account: string, now: number) => Promise<void>;
}

/** Accounts ended in one run. */
const AT_ONCE = 50;

/**
 * Ends an account whose number has a new holder. The new holder need not wait for the erasure: it deletes what belongs to
 * the former account's id only, and whatever is found by the number is deleted here first, before the new account exists.
 */
export class NewHolders {
  readonly #deps: NewHolderDeps;

  constructor(deps: NewHolderDeps) {
    this.#deps = deps;
  }

  /**
   * Ends the former account: the number has none when this returns. Repeatable; if it fails, the next sign-in or the
   * retention step completes it. @param since the day from which what is said of the number is the new holder's
   */
  async begin(number: E164, former: string, since: number, now: number): Promise<void> {
    const { accounts, messages, owners, epochs, erase } = this.#deps;
    const mailbox = await accounts.mailboxOf(former);
    await Promise.all([
      messages.erase(number),
      mailbox === null ? null : messages.erase(mailbox),
      owners.forgetFormer(number, since, now),
      epochs.startEpoch(number, now),
    ]);
    // Begun before the account releases its number: from here on everything else of it is found by its id.
    await erase(former, now);
    if (!(await accounts.erase(former, now))) throw new StoreFailure("objects", "an erasure that is under way");
  }

  /**
   * The owner of a proved number states that it changed hands: its account's devices are told, and it ends in seven days.
   * Repeatable. @param said when it was stated, ms: an account of a later day is the new owner's. @throws StoreFailure
   */
  async announce(number: E164, said: number, now: number): Promise<void> {
    const account = await this.#deps.accounts.handOver(number, said, now);
    if (account !== null) await Promise.allSettled([this.#deps.tell(account)]);
  }

  /** Ends accounts whose number changed hands and that nobody signed in to since; returns how many. @throws StoreFailure */
  async sweep(now: number): Promise<number> {
    const { accounts } = this.#deps;
    const leaving = await accounts.leaving(AT_ONCE);
    const ended = await Promise.allSettled(
      leaving.map(async (account) => {
        const number = await accounts.numberOf(account);
        if (number === null) await accounts.erase(account, now);
        else await this.begin(number, account, 0, now);
      }),
    );
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    return leaving.length;
  }
}
