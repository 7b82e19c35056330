import { vault } from "../isolate.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { bytesTold, EntriesStore, type StoredEntry } from "./entries-store.ts";
import { Envelopes, type Entry } from "./envelope.ts";
import { after, cursorOf, emptied, MOST_TOMBSTONES, settle, TOMBSTONE_DAYS, type Full } from "./phonebook-state.ts";
import { DAY_MS, dayOf, dayStart } from "../time/days.ts";

/** An entry with the revision at which it was written. */
export interface RevisedEntry extends Entry {
  readonly revision: number;
}

/** A page of changes after a revision. */
export interface Page {
  /** The next `since`: with `more` where the read continues, otherwise the phonebook's revision. */
  readonly revision: number;
  readonly entries: readonly RevisedEntry[];
  readonly more: boolean;
}

/** A device's request to write an entry. */
export interface EntryWrite extends Entry {
  readonly base: number;
}

/** The result of a write. */
export type WriteResult =
  | { readonly id: string; readonly revision: number }
  | {
      readonly id: string;
      /** What is stored; without `sealed` if the response had no room for it. */
      readonly conflict: { readonly revision: number; readonly sealed?: string | null };
    };

/** The results of a request's writes, and the phonebook's revision after them. */
export interface Written {
  readonly revision: number;
  readonly results: WriteResult[];
}

/** What is pushed to an account's devices. */
export type LiveMessage =
  | { readonly type: "phonebook"; readonly revision: number }
  | { readonly type: "image"; readonly id: string }
  /** A device waits for approval, or the number is changing hands: see GET /v1/sessions. */
  | { readonly type: "account" };

/** Bytes of entries in a response, so that the whole of it stays within 4 MiB. */
const ANSWER_BYTES = 4 * 1024 * 1024 - 1024;
/** Most sockets of an account. */
const MOST_SOCKETS = 32;
/** Header in which the Worker passes the session of a socket. */
export const SESSION_HEADER = "x-konnections-session";

/** WebSocket close codes; 4000–4999 are for applications. */
const CLOSED = { replaced: 4000, ended: 4001, old: 4002 } as const;
/**
 * Longest life of a socket, ms. Sessions can expire, and tokens without a session cannot be revoked, so a device must
 * reconnect with a valid token.
 */
const SOCKET_MS = DAY_MS;

/** Attached to a socket while the object hibernates. */
interface Attachment {
  /** ms since 1970. */
  readonly until: number;
}

/**
 * One account's phonebook and the sockets of its devices. It cannot read the entries. Each call decides and writes
 * without interleaving with others. Sockets hibernate, so an idle account uses no memory.
 */
export class Phonebook extends StoredObject {
  readonly #entries: EntriesStore;
  readonly #envelopes: Envelopes;
  /** Changes whenever everything is deleted or the object starts. */
  #epoch = crypto.randomUUID();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#entries = new EntriesStore(ctx.storage);
    this.#envelopes = new Envelopes(vault, ctx.id.name ?? "");
    // The platform answers this while the object hibernates.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Changes after `since`; null when the device must read from the beginning. */
  async read(since: number, limit: number): Promise<Page | null> {
    const book = this.#entries.book();
    const cursor = cursorOf(book, since);
    if (cursor === null) return null;
    const { entries, more } = this.#entries.page(cursor.from, limit, ANSWER_BYTES);
    const last = entries.at(-1)?.revision ?? book.revision;
    // An entry that does not open is skipped: its id is sealed with it.
    const opened = await Promise.all(
      entries.map(async (stored): Promise<RevisedEntry[]> => {
        const entry = await this.#envelopes.open(stored);
        return entry === null ? [] : [{ id: entry.id, revision: stored.revision, sealed: entry.sealed }];
      }),
    );
    return {
      revision: more ? after(cursor, last) : book.revision,
      entries: opened.flat(),
      more,
    };
  }

  /** Read it before the consent, so that a later deletion is noticed. Stores nothing. */
  epoch(): string {
    return this.#epoch;
  }

  /**
   * Writes each entry or returns the conflicting one, and notifies the account's other devices. Writes nothing if the
   * phonebook would exceed its limits, or was deleted since `epoch` was read.
   * @param session of the writing device, which is not notified @param day of tombstones, days since 1970-01-01
   */
  async write(
    writes: readonly EntryWrite[],
    session: string | null,
    day: number,
    epoch: string,
  ): Promise<Written | "deleted" | Full> {
    const closed = await Promise.all(
      writes.map(async (write) => ({ ...(await this.#envelopes.close(write)), base: write.base })),
    );
    // Nothing is awaited from here to the write, so no other call interleaves.
    if (epoch !== this.#epoch) return "deleted";
    const settled = settle(this.#entries.book(), (key) => this.#entries.standing(key), closed);
    if (typeof settled === "string") return settled;
    const { outcomes } = settled;
    const changed = outcomes.some(({ kind }) => kind === "written");
    let { revision } = settled.book;
    if (changed) {
      this.ctx.storage.transactionSync(() => {
        this.#entries.writeBook(settled.book);
        for (const [at, { key, mac, size, content }] of closed.entries()) {
          const outcome = outcomes[at];
          if (outcome?.kind !== "written") continue;
          this.#entries.write({ key, mac, size, content, revision: outcome.revision }, day);
        }
        this.#prune(day);
      });
      ({ revision } = this.#entries.book());
      this.#arm();
      this.#tell({ type: "phonebook", revision }, session);
    }
    const standing = this.#toTell(closed.map(({ key }, at) => (outcomes[at]?.kind === "conflict" ? key : null)));
    const results = await Promise.all(
      writes.map(async ({ id }, at): Promise<WriteResult> => {
        const { kind, revision } = outcomes[at] ?? { kind: "same", revision: 0 };
        if (kind !== "conflict") return { id, revision };
        const stored = standing[at] ?? null;
        if (stored === "no-room") return { id, conflict: { revision } };
        // Reported as a deletion: a device that has the entry writes it again.
        const sealed = stored === null ? null : ((await this.#envelopes.open(stored))?.sealed ?? null);
        return { id, conflict: { revision, sealed } };
      }),
    );
    return { revision, results };
  }

  /** The stored entries of keys, as far as the response has room. */
  #toTell(keys: readonly (string | null)[]): (StoredEntry | "no-room" | null)[] {
    let left = ANSWER_BYTES - keys.length * bytesTold({ size: 0 });
    return keys.map((key) => {
      const size = key === null ? 0 : (this.#entries.standing(key)?.size ?? 0);
      if (key === null) return null;
      left -= bytesTold({ size });
      return left < 0 && size > 0 ? "no-room" : this.#entries.entry(key);
    });
  }

  /** Deletes every entry and notifies the other devices. Keeps the counters, so that devices know to resynchronise. */
  async clear(session: string | null): Promise<void> {
    this.#epoch = crypto.randomUUID();
    if (!this.#entries.exist) return;
    const book = emptied(this.#entries.book());
    this.ctx.storage.transactionSync(() => {
      this.#entries.empty();
      this.#entries.writeBook(book);
    });
    void this.ctx.storage.deleteAlarm();
    this.#tell({ type: "phonebook", revision: book.revision }, session);
  }

  /** The number of entries. */
  size(): number {
    return this.#entries.book().entries;
  }

  /** Deletes everything, counters too, and closes every socket. */
  async erase(): Promise<void> {
    this.#epoch = crypto.randomUUID();
    this.#close(this.ctx.getWebSockets(), CLOSED.ended);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Notifies all connected devices. */
  async notify(message: LiveMessage): Promise<void> {
    this.#tell(message, null);
  }

  /** Closes the sockets of a session, or all of them. */
  async disconnect(session: string | null): Promise<void> {
    this.#close(session === null ? this.ctx.getWebSockets() : this.ctx.getWebSockets(session), CLOSED.ended);
  }

  /** Connects a device: an upgrade that the Worker has checked. */
  override async fetch(request: Request): Promise<Response> {
    const session = request.headers.get(SESSION_HEADER) ?? "";
    // A device can reconnect before its old connection is known to be dead.
    if (session !== "") this.#close(this.ctx.getWebSockets(session), CLOSED.replaced);
    const open = this.ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
    this.#close(open.slice(0, Math.max(0, open.length + 1 - MOST_SOCKETS)), CLOSED.replaced);
    const [client, server] = Object.values(new WebSocketPair());
    if (client === undefined || server === undefined) throw new Error("a pair without two ends");
    this.ctx.acceptWebSocket(server, session === "" ? [] : [session]);
    server.serializeAttachment({ until: Date.now() + SOCKET_MS } satisfies Attachment);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Devices may send nothing but "ping". */
  override async webSocketMessage(socket: WebSocket): Promise<void> {
    this.#close([socket], 1003);
  }

  /** Drops tombstones that have expired. */
  override async alarm(): Promise<void> {
    if (!this.#entries.exist) return this.ctx.storage.deleteAll();
    this.ctx.storage.transactionSync(() => this.#prune(dayOf(Date.now())));
    this.#arm();
  }

  #prune(day: number): void {
    const book = this.#entries.book();
    const { pruned, newest } = this.#entries.prune(day - TOMBSTONE_DAYS, book.tombstones, MOST_TOMBSTONES);
    if (pruned === 0) return;
    this.#entries.writeBook({
      ...book,
      floor: Math.max(book.floor, newest),
      tombstones: book.tombstones - pruned,
    });
  }

  /** Sets the alarm for when the oldest tombstone expires. */
  #arm(): void {
    const oldest = this.#entries.oldestTombstone();
    if (oldest === null) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.setAlarm(dayStart(oldest + TOMBSTONE_DAYS + 1));
  }

  #tell(message: LiveMessage, except: string | null): void {
    const own = new Set(except === null ? [] : this.ctx.getWebSockets(except));
    const text = JSON.stringify(message);
    const now = Date.now();
    for (const socket of this.ctx.getWebSockets()) {
      if (own.has(socket)) continue;
      const { until } = (socket.deserializeAttachment() as Attachment | null) ?? { until: 0 };
      if (until <= now) {
        this.#close([socket], CLOSED.old);
        continue;
      }
      try {
        socket.send(text);
      } catch {
        // The socket is closing; the device reads changes when it reconnects.
      }
    }
  }

  #close(sockets: readonly WebSocket[], code: number): void {
    for (const socket of sockets) {
      try {
        socket.close(code);
      } catch {
        // Closed already.
      }
    }
  }
}
