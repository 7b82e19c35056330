import type { Position, RenewedStep } from "../storage/sealed-rows.ts";
import { onStore, StoreFailure } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import {
  SESSION_HEADER,
  type EntryWrite,
  type LiveMessage,
  type Page,
  type Phonebook,
  type RevisedEntry,
  type WriteResult,
  type Written,
} from "./phonebook-object.ts";
import type { Full } from "./phonebook-state.ts";
import { dayOf } from "../time/days.ts";

export type { EntryWrite, LiveMessage, Page, RevisedEntry, WriteResult };

/** The caller: the account and, if its token has one, the device's session. */
export interface Device {
  readonly account: string;
  readonly session: string | null;
}

/** What phonebooks need. */
export interface PhonebookDeps {
  readonly vault: Vault;
  readonly phonebooks: DurableObjectNamespace<Phonebook>;
  /** Whether the account's consent `phonebook-sync` is on record. */
  readonly consented: (account: string) => Promise<boolean>;
  /** Whether a session of the account is open. */
  readonly isOpen: (account: string, session: string) => Promise<boolean>;
}

const CONSENT_MISSING = { ok: false, code: "consent-missing" } as const;
const SESSION_ENDED = { ok: false, code: "session-ended" } as const;
/** How often a write is retried when everything was deleted meanwhile. */
const MOST_ROUNDS = 3;
/** Entries in a page of an export. */
const EXPORT_PAGE = 500;

/** The phonebooks of accounts, encrypted by their clients. */
export class Phonebooks {
  readonly #deps: PhonebookDeps;

  constructor(deps: PhonebookDeps) {
    this.#deps = deps;
  }

  /** A page of changes after revision `since`, oldest first. @param limit most entries */
  async read(
    { account }: Device,
    since: number,
    limit: number,
  ): Promise<{ ok: true; page: Page } | { ok: false; code: "consent-missing" | "resync" }> {
    if (!(await this.#deps.consented(account))) return CONSENT_MISSING;
    const page = await this.#ask(account, (book) => book.read(since, limit) as Promise<Page | null>);
    return page === null ? { ok: false, code: "resync" } : { ok: true, page };
  }

  /** Writes entries, or reports their conflicts. They are stored when this returns. */
  async write(
    device: Device,
    entries: readonly EntryWrite[],
    now: number,
    round = 1,
  ): Promise<
    | { ok: true; revision: number; results: readonly WriteResult[] }
    | { ok: false; code: "consent-missing" }
    | { ok: false; code: "phonebook-full"; reason: Full }
  > {
    const { account, session } = device;
    // Read before the consent: a withdrawal after it changes the epoch, or deletes what was written.
    const epoch = await this.#ask(account, (book) => book.epoch());
    if (!(await this.#deps.consented(account))) return CONSENT_MISSING;
    const [tag, day] = [await this.#tag(session), dayOf(now)];
    const written = await this.#ask(
      account,
      (book) => book.write(entries, tag, day, epoch) as Promise<Written | "deleted" | Full>,
    );
    if (written === "entries" || written === "bytes") return { ok: false, code: "phonebook-full", reason: written };
    if (written === "deleted") {
      if (round === MOST_ROUNDS) throw new StoreFailure("objects", "a phonebook was deleted again and again");
      return this.write(device, entries, now, round + 1);
    }
    // The consent was withdrawn meanwhile: delete what was written, and refuse.
    if (!(await this.#deps.consented(account))) {
      await this.withdraw(account);
      return CONSENT_MISSING;
    }
    return { ok: true, ...written };
  }

  /** Deletes every entry. Needs no consent. */
  async clear({ account, session }: Device): Promise<void> {
    const tag = await this.#tag(session);
    await this.#ask(account, (book) => book.clear(tag));
  }

  /** Connects a device's WebSocket. @returns the response to the upgrade */
  async listen({
    account,
    session,
  }: Device): Promise<{ ok: true; response: Response } | typeof CONSENT_MISSING | typeof SESSION_ENDED> {
    if (!(await this.#deps.consented(account))) return CONSENT_MISSING;
    const headers = { upgrade: "websocket", [SESSION_HEADER]: (await this.#tag(session)) ?? "" };
    const response = await this.#ask(account, (book) => book.fetch("https://phonebook.example/live", { headers }));
    if (!(await this.#deps.consented(account))) {
      await this.disconnect(account, null);
      return CONSENT_MISSING;
    }
    // Checked after connecting: a session that ends from now on closes its socket.
    if (session !== null && !(await onStore("objects", () => this.#deps.isOpen(account, session)))) {
      await this.disconnect(account, session);
      return SESSION_ENDED;
    }
    return { ok: true, response };
  }

  /** Notifies the account's connected devices; the others see it when they ask. Needs no phonebook. */
  async notify(account: string, message: LiveMessage): Promise<void> {
    await this.#ask(account, (book) => book.notify(message));
  }

  /** Closes the sockets of an ended session; all of the account's if null. */
  async disconnect(account: string, session: string | null): Promise<void> {
    const tag = await this.#tag(session);
    await this.#ask(account, (book) => book.disconnect(tag));
  }

  /** After the consent was withdrawn: deletes every entry and closes the sockets. Repeatable. */
  async withdraw(account: string): Promise<void> {
    await this.#ask(account, (book) => book.clear(null));
    await this.disconnect(account, null);
  }

  /** All entries as the client sealed them, page by page, so that an export never holds all of them. */
  async *exportOf(account: string): AsyncGenerator<readonly RevisedEntry[], void> {
    for (let since = 0, more = true; more;) {
      const at = since;
      const page = await this.#ask(account, (book) => book.read(at, EXPORT_PAGE) as Promise<Page | null>);
      if (page === null) {
        // Everything was deleted meanwhile: what is stored now is newer and was not exported yet.
        since = 0;
        continue;
      }
      const standing = page.entries.filter(({ sealed }) => sealed !== null);
      if (standing.length > 0) yield standing;
      ({ revision: since, more } = page);
    }
  }

  /** How many entries are stored. */
  async size(account: string): Promise<number> {
    return this.#ask(account, (book) => book.size());
  }

  /** Deletes the account's phonebook, including its counters, and closes its sockets. Repeatable. */
  async erase(account: string): Promise<void> {
    await this.#ask(account, (book) => book.erase());
  }

  /** Has the account's phonebook seal anew what is under an old key. @param from as the call before returned it */
  renewSeals(account: string, from: Position | null): Promise<RenewedStep> {
    return this.#ask(account, (book): Promise<RenewedStep> => book.renewSeals(from));
  }

  /** The object knows sessions by keyed hashes, never by the id in a token. */
  async #tag(session: string | null): Promise<string | null> {
    return session === null ? null : this.#deps.vault.keyedHash("phonebook-session", session);
  }

  async #ask<T>(account: string, ask: (book: DurableObjectStub<Phonebook>) => Promise<T>): Promise<T> {
    const { vault, phonebooks } = this.#deps;
    const name = await vault.keyedHash("phonebook", account);
    return onStore("objects", () => ask(phonebooks.getByName(name)));
  }
}
