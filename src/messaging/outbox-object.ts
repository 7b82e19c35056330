import { config, vault } from "../isolate.ts";
import type { Config } from "../config.ts";
import type { Language } from "../language/language.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { DeliveryRecords } from "./delivery-records.ts";
import { Counters, type Counted } from "./counters.ts";
import type { Accepted, DeliveryId, Ending, Held, Kind, Medium, MessageId } from "./message.ts";
import { OutboxStore, type Letter, type OutboxRow } from "./outbox-store.ts";
import { after, before, expiryOf, MAX_WAITING, REMEMBER_MS, type Next } from "./outbox-state.ts";
import { mailProviderOf } from "./mail-providers.ts";
import type { Attempt, MailParts, Parcel, Provider } from "./provider.ts";
import { Twilio } from "./twilio.ts";
import { retryDelay } from "../time/retry.ts";
import { dayOf } from "../time/days.ts";

/** A message as the log provider keeps it. */
export interface Logged {
  readonly body: string;
  readonly mail?: MailParts;
  readonly kind: Kind;
  readonly channel: Medium;
  /** ms since 1970. */
  readonly at: number;
}

/** What is sealed of a message until it ends. */
interface Sealed {
  readonly to: string;
  readonly body: string;
  readonly mail?: MailParts;
  readonly language: Language;
  /** Where it was counted. */
  readonly counted: Counted;
}

/** An alarm comes back after this if its run dies; longer than the longest attempt. */
const SAFETY_MS = 16_000;

/**
 * What is to be sent to one number or e-mail address, named by a keyed hash of it. Each message is marked as being tried,
 * and that is on disk, before its request leaves: whoever dies in between leaves a row that tells of an unknown outcome.
 */
export class Outbox extends StoredObject {
  readonly #vault = vault;
  readonly #rows: OutboxStore;
  /** Who carries SMS and calls, and who e-mail. */
  readonly #telephone: Provider | null;
  readonly #mail: Provider | null;
  readonly #counters: Counters;
  #failures = 0;

  /** @param config who carries messages, and how many */
  constructor(
    ctx: DurableObjectState,
    env: Env,
    { sms, mail, messageLimits }: Pick<Config, "sms" | "mail" | "messageLimits"> = config,
  ) {
    super(ctx, env);
    this.#rows = new OutboxStore(ctx.storage);
    this.#telephone = this.#providerOf(sms);
    this.#mail = mail.provider === "log" ? this.#logProvider() : mailProviderOf(mail, env);
    this.#counters = new Counters(this.#vault, env.MESSAGE_COUNTERS, messageLimits);
  }

  /** Takes a message. Answered only when it and the alarm that sends it are stored; a repeat changes nothing. */
  accept(letter: Letter, now: number): Accepted {
    if (this.#carrierOf(letter) === null) return { ok: false, reason: "not-configured" };
    if (this.#rows.has(letter.id)) return { ok: true, known: true };
    const random = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
    const expiresAt = expiryOf(letter.expiresAt, now, random);
    const never = before({ ...letter, expiresAt, attempts: 0, doubts: 0 }, this.#rows.ending, now);
    // What came too late is taken and not sent, as it would be a moment later.
    if (never !== null && !never.waits && never.end === "opted-out") return { ok: false, reason: "opted-out" };
    if (this.#rows.waiting(letter.kind) >= MAX_WAITING) return { ok: false, reason: "full" };
    this.#rows.add({ ...letter, expiresAt }, dayOf(now));
    // Not awaited: the platform holds the answer until row and alarm are on disk.
    void this.ctx.storage.setAlarm(now);
    return { ok: true, known: false };
  }

  /** Why messages to this recipient have ended, or null. */
  ending(): Ending | null {
    return this.#rows.ending;
  }

  /** Notes why messages end, or with null that its recipient takes it back. Of an address that is gone nothing else counts. */
  setEnding(why: Ending | null): void {
    const before = this.#rows.ending;
    if (why === before || (why === "said" && before === "gone")) return;
    this.#rows.ending = why;
    // What waits may have to end now, and an outbox that holds nothing any more is to go.
    void this.ctx.storage.setAlarm(Date.now());
  }

  async logged(): Promise<Logged[]> {
    const rows = this.#rows.logged();
    return Promise.all(
      rows.map(async ({ id, at, sealed }) => {
        const logged = await this.#vault.stored.json<Logged>({ table: "logged", id }, sealed);
        return logged === null ? { body: "", kind: "promotional", channel: "sms", at } : { ...logged, at };
      }),
    );
  }

  held(): Held {
    const messages = this.#rows
      .all()
      .map(({ kind, channel, state, expiresAt }) => ({ kind, channel, state, expiresAt }));
    return { ended: this.#rows.ending, messages };
  }

  /** What a message is about is no more: it ends unsent if it has not left. Repeatable. */
  async withdraw(id: MessageId): Promise<void> {
    const row = this.#rows.one(id);
    if (row?.state !== "waiting") return;
    const next = { waits: false, end: "expired", error: 0 } as const;
    this.#rows.settle(id, next);
    void this.ctx.storage.setAlarm(Date.now());
    await this.#giveBack(row, next);
  }

  /** Ends all messages of a kind that wait: the consent that they rest on is gone. Repeatable. */
  async withdrawAll(kind: Kind): Promise<void> {
    for (const row of this.#rows.all()) if (row.kind === kind) await this.withdraw(row.id);
  }

  /** Forgets the messages; that they ended stays. What had not left is not counted any more. */
  async erase(): Promise<number> {
    const unsent = this.#rows.all().filter(({ state }) => state === "waiting");
    const erased = this.#rows.empty();
    this.#rest();
    await Promise.all(unsent.map((row) => this.#giveBack(row, { waits: false, end: "expired", error: 0 })));
    return erased;
  }

  /** Sends what is due, ends what cannot be sent, and reports to D1 what became of each. */
  override async alarm(): Promise<void> {
    if (!this.#rows.exists) return this.ctx.storage.deleteAll();
    // Armed before the work: if the object dies in between, the alarm resumes it.
    await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    const now = Date.now();
    for (const row of this.#rows.left()) {
      const again = this.#carrierOf(row)?.knowsRepeats;
      await this.#settle(row, after(row, { outcome: "unknown" }, now, again));
    }
    const due: OutboxRow[] = [];
    for (const row of this.#rows.due(now)) {
      const never = before(row, this.#rows.ending, now);
      if (never === null) due.push(row);
      else await this.#settle(row, never);
    }
    if (due.length > 0) await this.#send(due);
    const reported = await this.#report();
    this.#rows.forget(Date.now() - REMEMBER_MS);
    this.#rest(reported ? null : Date.now() + retryDelay(this.#failures));
  }

  async #send(due: readonly OutboxRow[]): Promise<void> {
    // A recipient is a telephone or a mailbox: one provider carries all of an outbox.
    const carrier = due[0] === undefined ? null : this.#carrierOf(due[0]);
    const ready = carrier !== null && (await carrier.ready());
    // Read again: while the provider was asked, a message may have been erased, withdrawn, or stopped.
    const now = Date.now();
    const waiting = due.flatMap(({ id }) => this.#rows.one(id) ?? []).filter(({ state }) => state === "waiting");
    const never = waiting.map((row) => ({ row, end: before(row, this.#rows.ending, now) }));
    const rows = never.flatMap(({ row, end }) => (end === null ? [row] : []));
    for (const { id } of rows) this.#rows.begin(id);
    for (const { row, end } of never) if (end !== null) await this.#settle(row, end);
    if (ready) await this.ctx.storage.sync();
    await Promise.all(
      rows.map(async (row) => {
        const attempt: Attempt = ready ? await this.#attempt(row) : { outcome: "not-sent", waitMs: 0, error: 0 };
        const tried = { ...row, attempts: row.attempts + 1 };
        const next = after(tried, attempt, Date.now(), carrier?.knowsRepeats);
        if (this.#rows.one(row.id) === null) {
          // Erased meanwhile: nothing of it is tried again.
          const ended = next.waits
            ? ({ waits: false, end: next.doubts > 0 ? "unknown" : "expired", error: 0 } as const)
            : next;
          await this.#giveBack(tried, ended);
          return;
        }
        if (attempt.outcome === "refused" && attempt.ended !== undefined) this.setEnding(attempt.ended);
        await this.#settle(tried, next);
      }),
    );
  }

  async #attempt(row: OutboxRow): Promise<Attempt> {
    const letter = await this.#open(row);
    // Sealed with a key that is gone: it cannot be sent any more.
    const carrier = this.#carrierOf(row);
    if (letter === null || carrier === null) return { outcome: "refused", error: 0 };
    const { counted: _, ...said } = letter;
    const { kind, channel, country, day, expiresAt } = row;
    const id = await this.#deliveryId(row.id);
    return carrier.send({ id, ...said, kind, channel, country, day, expiresAt }, Date.now());
  }

  #open({ id, sealed }: OutboxRow): Promise<Sealed | null> {
    const place = { table: "outbox", id: `${this.ctx.id.name ?? ""}/${id}` } as const;
    return this.#vault.stored.json<Sealed>(place, sealed ?? "");
  }

  /** What certainly was not sent is not counted. */
  async #giveBack(row: OutboxRow, next: Next): Promise<void> {
    if (next.waits || next.end === "accepted" || next.end === "unknown" || row.doubts > 0) return;
    const opened = await this.#open(row);
    if (opened !== null) await this.#counters.takeBack(opened.counted);
  }

  /** What everybody but this outbox knows a message by: nothing joins what became of it with whom it went to. */
  #deliveryId(message: MessageId): Promise<DeliveryId> {
    return this.#vault.keyedHash("delivery", message) as Promise<DeliveryId>;
  }

  async #settle(row: OutboxRow, next: Next): Promise<void> {
    this.#rows.settle(row.id, next);
    await this.#giveBack(row, next);
    if (!next.waits && next.end !== "accepted" && next.end !== "opted-out") {
      const message = await this.#deliveryId(row.id);
      consoleLogger.log("message.ended", { message, attempts: row.attempts, error: next.error });
    }
  }

  async #report(): Promise<boolean> {
    const rows = this.#rows.unreported();
    if (rows.length === 0) return true;
    try {
      const deliveries = await Promise.all(
        rows.map(async (row) => ({
          ...row,
          message: await this.#deliveryId(row.id),
          outcome: row.state === "trying" ? ("waiting" as const) : row.state,
        })),
      );
      await new DeliveryRecords(this.env.DB).report(deliveries);
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      this.#failures += 1;
      consoleLogger.log("outbox.failed", { retryInMs: retryDelay(this.#failures) });
      return false;
    }
    this.#failures = 0;
    this.#rows.markReported(rows);
    return true;
  }

  /** Arms the alarm for whatever comes next, at `report` (ms) if D1 is to be told again; an empty outbox goes. */
  #rest(report: number | null = null): void {
    if (!this.#rows.exists) {
      // Erased while the alarm ran, which had armed itself again; or nothing was ever here.
      void this.ctx.storage.deleteAll();
      return;
    }
    const { due, forget } = this.#rows.times();
    // What is not reported is not forgotten either, however old it is.
    const after = report ?? (forget === null ? null : forget + REMEMBER_MS);
    const times = [due, after].filter((time) => time !== null);
    if (times.length > 0) void this.ctx.storage.setAlarm(Math.min(...times));
    else if (this.#rows.ending !== null) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.deleteAll();
  }

  #carrierOf({ channel }: Pick<OutboxRow, "channel">): Provider | null {
    return channel === "email" ? this.#mail : this.#telephone;
  }

  #providerOf(sms: Config["sms"]): Provider | null {
    switch (sms.provider) {
      case "none":
        return null;
      case "twilio":
        return new Twilio(sms);
      case "log":
        return this.#logProvider();
    }
  }

  /** "Sends" into the object itself, for GET /dev/outbox; a repeat replaces what it repeats. */
  #logProvider(): Provider {
    return { knowsRepeats: true, ready: async () => true, send: (parcel, now) => this.#log(parcel, now) };
  }

  async #log({ id: delivery, body, mail, kind, channel }: Parcel, now: number): Promise<Attempt> {
    const id = (await this.#vault.keyedHash("message", delivery)) as MessageId;
    const logged = JSON.stringify({ body, mail, kind, channel });
    this.#rows.log(id, now, await this.#vault.sealText({ table: "logged", id }, logged));
    return { outcome: "accepted" };
  }
}
