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

export type { EntryWrite, LiveMessage, Page, RevisedEntry, WriteResult };

/** Who asks: the account and, where its token names one, the session of the device. */
export interface Device {
  readonly account: string;
  readonly session: string | null;
}

/** What phonebooks work with. */
export interface PhonebookParts {
  readonly vault: Vault;
  readonly phonebooks: DurableObjectNamespace<Phonebook>;
  /** Whether the account's consent `phonebook-sync` is on record. */
  readonly consented: (account: string) => Promise<boolean>;
  /** Whether a session of the account goes on. */
  readonly isOpen: (account: string, session: string) => Promise<boolean>;
}

const CONSENT_MISSING = { ok: false, code: "consent-missing" } as const;
const SESSION_ENDED = { ok: false, code: "session-ended" } as const;
/** How often a write looks again after a deletion of everything that came in between. */
const MOST_ROUNDS = 3;
const DAY_MS = 86_400_000;
/** Entries in a page of an export. */
const EXPORT_PAGE = 500;

/** The phonebooks of accounts: sealed by their clients, kept and handed on here. */
export class Phonebooks {
  readonly #parts: PhonebookParts;

  constructor(parts: PhonebookParts) {
    this.#parts = parts;
  }

  /** A page of what came after revision `since`, the oldest first. @param limit entries at most */
  async read(
    { account }: Device,
    since: number,
    limit: number,
  ): Promise<{ ok: true; page: Page } | { ok: false; code: "consent-missing" | "resync" }> {
    if (!(await this.#parts.consented(account))) return CONSENT_MISSING;
    const page = await this.#ask(account, (book) => book.read(since, limit) as Promise<Page | null>);
    return page === null ? { ok: false, code: "resync" } : { ok: true, page };
  }

  /** Writes entries, each or its conflict. Acknowledged means stored. */
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
    // Before the consent is asked: a withdrawal that comes after it has changed the epoch, or deletes what was written.
    const epoch = await this.#ask(account, (book) => book.epoch());
    if (!(await this.#parts.consented(account))) return CONSENT_MISSING;
    const [tag, day] = [await this.#tag(session), Math.floor(now / DAY_MS)];
    const written = await this.#ask(
      account,
      (book) => book.write(entries, tag, day, epoch) as Promise<Written | "deleted" | Full>,
    );
    if (written === "entries" || written === "bytes") return { ok: false, code: "phonebook-full", reason: written };
    if (written === "deleted") {
      if (round === MOST_ROUNDS) throw new StoreFailure("objects", "a phonebook was deleted again and again");
      return this.write(device, entries, now, round + 1);
    }
    // Withdrawn while this call was under way: then what it has written is deleted, and the answer says so.
    if (!(await this.#parts.consented(account))) {
      await this.withdraw(account);
      return CONSENT_MISSING;
    }
    return { ok: true, ...written };
  }

  /** Deletes every entry. Needs no consent: what is there may always be taken back. */
  async clear({ account, session }: Device): Promise<void> {
    const tag = await this.#tag(session);
    await this.#ask(account, (book) => book.clear(tag));
  }

  /** Joins a device's socket. @returns the platform's answer to the upgrade, with its end of the socket */
  async listen({
    account,
    session,
  }: Device): Promise<{ ok: true; response: Response } | typeof CONSENT_MISSING | typeof SESSION_ENDED> {
    if (!(await this.#parts.consented(account))) return CONSENT_MISSING;
    const headers = { upgrade: "websocket", [SESSION_HEADER]: (await this.#tag(session)) ?? "" };
    const response = await this.#ask(account, (book) => book.fetch("https://phonebook.example/live", { headers }));
    if (!(await this.#parts.consented(account))) {
      await this.disconnect(account, null);
      return CONSENT_MISSING;
    }
    // A token outlives its session. Asked after joining: one that ends from now on closes its socket.
    if (session !== null && !(await onStore("objects", () => this.#parts.isOpen(account, session)))) {
      await this.disconnect(account, session);
      return SESSION_ENDED;
    }
    return { ok: true, response };
  }

  /** Tells the devices of an account that listen; the others learn it when they ask. Needs no phonebook. */
  async notify(account: string, message: LiveMessage): Promise<void> {
    await this.#ask(account, (book) => book.notify(message));
  }

  /** Closes the sockets of a session that has ended, or with null all of the account's. */
  async disconnect(account: string, session: string | null): Promise<void> {
    const tag = await this.#tag(session);
    await this.#ask(account, (book) => book.disconnect(tag));
  }

  /** The consent is withdrawn: what was synced is deleted and nobody listens any more. Repeatable. */
  async withdraw(account: string): Promise<void> {
    await this.#ask(account, (book) => book.clear(null));
    await this.disconnect(account, null);
  }

  /** Everything held: entries as the client sealed them, page by page, so that no export holds them all at once. */
  async *exportOf(account: string): AsyncGenerator<readonly RevisedEntry[], void> {
    for (let since = 0, more = true; more;) {
      const at = since;
      const page = await this.#ask(account, (book) => book.read(at, EXPORT_PAGE) as Promise<Page | null>);
      if (page === null) {
        // Deleted whole in between: what stands now was written since, and was not handed out yet.
        since = 0;
        continue;
      }
      const standing = page.entries.filter(({ sealed }) => sealed !== null);
      if (standing.length > 0) yield standing;
      ({ revision: since, more } = page);
    }
  }

  /** How many entries are held. */
  async size(account: string): Promise<number> {
    return this.#ask(account, (book) => book.size());
  }

  /** Deletes the account's phonebook whole, counters included, and closes its sockets. Repeatable. */
  async erase(account: string): Promise<void> {
    await this.#ask(account, (book) => book.erase());
  }

  /** Sessions are told apart by keyed hashes: the object never learns an id that a token carries. */
  async #tag(session: string | null): Promise<string | null> {
    return session === null ? null : this.#parts.vault.keyedHash("phonebook-session", session);
  }

  async #ask<T>(account: string, ask: (book: DurableObjectStub<Phonebook>) => Promise<T>): Promise<T> {
    const { vault, phonebooks } = this.#parts;
    const name = await vault.keyedHash("phonebook", account);
    return onStore("objects", () => ask(phonebooks.getByName(name)));
  }
}
