import { mailAddress, type MailAddress } from "../messaging/mail-address.ts";
import type { E164 } from "../numbers/number.ts";
import type { Position, RenewedStep } from "../storage/sealed-rows.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { Account, Holding } from "./account-object.ts";
import type { ConsentEntry, Purpose } from "./consents/consent-state.ts";
import type { Photos } from "./profile/photos.ts";
import type { Profile } from "./profile/profile-state.ts";
import type { AccountRecord, AccountRecords } from "./records.ts";
import type { Session, SessionStanding } from "./sessions/session-state.ts";
import { dayText } from "../time/days.ts";

/** What accounts work with. */
export interface AccountDeps {
  readonly vault: Vault;
  readonly records: AccountRecords;
  readonly objects: DurableObjectNamespace<Account>;
  readonly photos: Photos;
}

/** Everything stored on an account here, as its owner's export shows it. */
export interface AccountExport {
  readonly accountId: string;
  readonly number: string;
  /** Days as `YYYY-MM-DD`. */
  readonly since: string;
  /** The notice that was in force at sign-up. */
  readonly noticeVersion: string;
  readonly profile: Omit<Profile, "photo"> & {
    readonly photo: { readonly mediaType: string; readonly base64: string } | null;
  };
  readonly consents: readonly (Omit<ConsentEntry, "day"> & { readonly day: string })[];
  /** Promotion of the last 31 days: ids of campaigns. */
  readonly promotions: readonly { readonly campaign: string; readonly day: string }[];
  readonly sessions: readonly (Pick<Session, "id" | "device"> & {
    readonly startedAt: string;
    readonly usedAt: string;
    /** Until when its device is limited; null for one of the account's own. */
    readonly limitedUntil: string | null;
  })[];
  /** The last day on which an approved device used it. */
  readonly usedAt: string;
  /** How many devices it knows (stored as keyed hashes). */
  readonly knownDevices: number;
  /** Whether it has a PIN (stored as a slow hash). */
  readonly pin: boolean;
  /** When it ends because the number changed hands, or null. */
  readonly handOver: string | null;
  readonly handOverStopped: boolean;
  /** Burst tokens of the last day that had any; that day is null before the first. */
  readonly burstTokens: { readonly day: string | null; readonly handedOut: number };
}

/** An account found by its number. */
export interface Found {
  /** The random account id that tokens carry. */
  readonly subject: string;
  readonly state: AccountRecord["state"];
}

/**
 * Who has which number, and what accounts consented to; other folders ask only this. `account` is always the account id
 * that tokens carry (`sub`); it is stored nowhere in clear.
 */
export class Accounts {
  readonly #deps: AccountDeps;

  constructor(deps: AccountDeps) {
    this.#deps = deps;
  }

  /** The active account of a number, or null. One row of D1. */
  async holderOf(number: E164): Promise<string | null> {
    const found = await this.find(number);
    return found?.state === "active" ? found.subject : null;
  }

  /** Whether a number has an account, whatever its state. One row of D1. */
  async has(number: E164): Promise<boolean> {
    return (await this.#deps.records.ofNumber(await this.#holderId(number))) !== null;
  }

  /** The number of an account; null when there is no such account. */
  async numberOf(account: string): Promise<E164 | null> {
    return ((await this.ask(account, (its) => its.membership()))?.number ?? null) as E164 | null;
  }

  /** The e-mail address in an account's profile, or null. */
  async mailboxOf(account: string): Promise<MailAddress | null> {
    const addressed = await this.ask(account, (its) => its.addressed());
    return mailAddress(addressed?.email ?? "");
  }

  /** Whether an account consents to a purpose now. Every feature asks this function. */
  async consented(account: string, purpose: Purpose): Promise<boolean> {
    return this.ask(account, (its) => its.consented(purpose));
  }

  /**
   * Ends an account's sessions and blocks sign-in with its number while the account is erased, until `letGo` of the same
   * `hold`. Repeatable.
   */
  async hold(account: string, hold: string): Promise<void> {
    const { records, vault } = this.#deps;
    await records.hold(await vault.accountId(account), hold);
    await this.ask(account, (its) => its.endSessions());
  }

  /** Releases a number that was held: it can sign up as new. Repeatable. */
  letGo(hold: string): Promise<void> {
    return this.#deps.records.remove(hold);
  }

  /** How many accounts are being erased. */
  countErasing(): Promise<number> {
    return this.#deps.records.countErasing();
  }

  /** The number of an account whose session exists; null if the session has ended. */
  async numberOfSession(account: string, session: string): Promise<E164 | null> {
    const open = await this.ask(account, (its) => its.isOpen(session));
    return open ? this.numberOf(account) : null;
  }

  /** The state of a session, which everything personal checks. @throws StoreFailure */
  standing(account: string, session: string, now: number): Promise<SessionStanding> {
    return this.ask(account, (its) => its.standing(session, now));
  }

  /** Has the account's object seal anew what is under an old key. @param from as the call before returned it */
  renewSeals(account: string, from: Position | null): Promise<RenewedStep> {
    return this.ask(account, (its): Promise<RenewedStep> => its.renewSeals(from));
  }

  /** How many sessions hold a refresh token of this day or earlier. @param day days since 1970-01-01 */
  sessionsUntil(account: string, day: number): Promise<number> {
    return this.ask(account, (its) => its.sessionsUntil(day));
  }

  /** Ends an account's sessions; its number is not changed. */
  endSessions(account: string): Promise<void> {
    return this.ask(account, (its) => its.endSessions());
  }

  /** Some accounts whose number changed hands and that wait for their erasure. */
  async leaving(limit: number): Promise<string[]> {
    const rows = await this.#deps.records.listLeaving(limit);
    const found = await Promise.all(rows.map((row) => this.#opened(row)));
    return found.flatMap((account) => account?.subject ?? []);
  }

  /**
   * Records that a proved number changed hands. Returns its account, which ends in seven days; null if it has none, or one
   * created on a later day than the statement.
   */
  async handOver(number: E164, said: number, now: number): Promise<string | null> {
    const account = await this.holderOf(number);
    return account !== null && (await this.ask(account, (its) => its.handOver(said, now))) ? account : null;
  }

  /** Deletes everything of an account here; returns whether that is complete. Repeatable; once begun, it completes by itself. */
  async erase(account: string, now: number): Promise<boolean> {
    return this.ask(account, (its) => its.erase(now));
  }

  /** How much is stored on an account here, except its sessions, which end before the count. */
  async held(account: string): Promise<{ accounts: number; consents: number; photos: number }> {
    const held = await this.ask<Holding | null>(account, (its) => its.holding());
    if (held === null) return { accounts: 0, consents: 0, photos: 0 };
    return { accounts: 1, consents: held.consents.length, photos: held.profile.photo === null ? 0 : 1 };
  }

  /** Everything stored on an account here; null if there is none. */
  async exportOf(account: string): Promise<AccountExport | null> {
    const held = await this.ask<Holding | null>(account, (its) => its.holding());
    if (held === null) return null;
    const { member, sessions, consents, promotions, profile, bursts, belonging, pin, devices } = held;
    const { photo, ...said } = profile;
    const webp = photo === null ? null : await this.#deps.photos.own(photo);
    return {
      accountId: account,
      number: member.number,
      since: dayText(member.since),
      noticeVersion: member.noticeVersion,
      profile: { ...said, photo: webp === null ? null : { mediaType: "image/webp", base64: webp.toBase64() } },
      consents: consents.map(({ day, ...entry }) => ({ ...entry, day: dayText(day) })),
      promotions: promotions.map(({ campaign, day }) => ({ campaign, day: dayText(day) })),
      sessions: sessions.map(({ id, device, started, used, limited }) => ({
        id,
        device,
        startedAt: dayText(started),
        usedAt: dayText(used),
        limitedUntil: timeText(limited),
      })),
      usedAt: dayText(belonging.used),
      knownDevices: devices,
      pin,
      handOver: timeText(belonging.handOver),
      handOverStopped: belonging.stopped,
      burstTokens: { day: bursts.day === 0 ? null : dayText(bursts.day), handedOut: bursts.handed },
    };
  }

  /**
   * Some accounts in the order of their ids, whatever their state: `subject` is null where it does not open. @param after the
   * last one of the page before
   */
  async page(after: string | null, limit: number): Promise<{ number: string; subject: string | null }[]> {
    const rows = await this.#deps.records.page(after, limit);
    return Promise.all(
      rows.map(async (row) => ({ number: row.number, subject: (await this.#opened(row))?.subject ?? null })),
    );
  }

  /** The account of a number, whatever its state. */
  async find(number: E164): Promise<Found | null> {
    const row = await this.#deps.records.ofNumber(await this.#holderId(number));
    return row === null ? null : this.#opened(row);
  }

  /** The account of a number, created if there is none; concurrent calls get the same one. @param proposed a random id */
  async findOrMake(number: E164, proposed: string): Promise<Found> {
    const { vault, records } = this.#deps;
    const holder = await this.#holderId(number);
    const [account, subject] = await Promise.all([
      vault.accountId(proposed),
      vault.sealText({ table: "accounts", id: holder }, proposed),
    ]);
    const found = await this.#opened(await records.claim({ number: holder, account, subject }));
    // A misconfigured deployment: nobody may get a second account beside this one.
    if (found === null) throw new Error("the account of a number does not open");
    return found;
  }

  /** Asks the object of an account. @throws StoreFailure when it does not answer */
  ask<T>(account: string, call: (its: DurableObjectStub<Account>) => Promise<T>): Promise<T> {
    return onStore("objects", async () => call(await this.objectOf(account)));
  }

  /** The object of an account. */
  async objectOf(account: string): Promise<DurableObjectStub<Account>> {
    return this.#deps.objects.getByName(await this.#deps.vault.accountId(account));
  }

  /** Null if the account id cannot be opened. */
  async #opened({ number, subject, state }: AccountRecord): Promise<Found | null> {
    const opened = await this.#deps.vault.stored.text({ table: "accounts", id: number }, subject);
    return opened === null ? null : { subject: opened, state };
  }

  #holderId(number: E164): Promise<string> {
    return this.#deps.vault.keyedHash("holder", number);
  }
}

function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
