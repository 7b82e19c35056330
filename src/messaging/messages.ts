import { waitUntil } from "cloudflare:workers";
import type { Config } from "../config.ts";
import type { E164, PhoneNumber } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { Counters, type Countable, type Counted, type Spending } from "./counters.ts";
import type { MessageCounter } from "./counter-object.ts";
import type { Purse } from "./counter-state.ts";
import { endsWithStop } from "./message.ts";
import type {
  Accepted,
  Asked,
  Channel,
  Held,
  Message,
  MessageId,
  RecipientId,
  SendAnswer,
  WeighAnswer,
} from "./message.ts";
import type { Logged, Outbox } from "./outbox-object.ts";
import type { Letter } from "./outbox-store.ts";
import { priceOf } from "./prices.ts";
import { notServed } from "./served.ts";
import { bodyOf } from "./texts.ts";

export type { Asked, Message, SendAnswer, SendRefusal, Text, WeighAnswer } from "./message.ts";

/** What the deployment decides about messages. */
export type MessageConfig = Pick<Config, "sms" | "smsCountries" | "messageLimits">;

/** What messages work with. */
export interface MessageDeps {
  readonly vault: Vault;
  readonly outboxes: DurableObjectNamespace<Outbox>;
  readonly counters: DurableObjectNamespace<MessageCounter>;
  readonly config: MessageConfig;
}

/**
 * The one place that sends, and counts what it sends. One `Outbox` object per recipient keeps what is to be sent; accepted
 * means stored and armed, and survives a kill. Promotion also needs the consent `promotional`: its caller asks for it,
 * since consents are of accounts and recipients here are numbers.
 */
export class Messages {
  readonly #vault: Vault;
  readonly #outboxes: DurableObjectNamespace<Outbox>;
  readonly #counters: Counters;
  readonly #config: MessageConfig;

  constructor({ vault, outboxes, counters, config }: MessageDeps) {
    this.#vault = vault;
    this.#outboxes = outboxes;
    this.#counters = new Counters(vault, counters, config.messageLimits);
    this.#config = config;
  }

  /** Whether anybody is configured to carry messages of a channel. */
  configured(channel: Channel): boolean {
    const { sms } = this.#config;
    if (sms.provider === "twilio") return channel === "sms" || sms.caller !== null;
    return sms.provider === "log";
  }

  /** Why no message of a channel ever goes to a number, whoever has it; null when one does. */
  never(to: PhoneNumber, channel: Channel): Extract<WeighAnswer, { reason: "not-configured" | "not-served" }> | null {
    if (!this.configured(channel)) return { ok: false, reason: "not-configured" };
    const why = notServed(to, channel, this.#config.smsCountries);
    return why === null ? null : { ok: false, reason: "not-served", why };
  }

  /** Whether a message may leave now; counts nothing, and tells nothing about its recipient but the number's kind. */
  async weigh(asked: Asked, now: number): Promise<WeighAnswer> {
    const never = this.never(asked.to, asked.channel);
    if (never !== null) return never;
    const answer = await this.#counters.weigh(countable(asked), now);
    return answer.ok ? answer : { ...answer, reason: "over" };
  }

  /**
   * Counts a message and takes it; it goes out at once, or as soon as its provider takes it, until it expires. Whether its
   * asker had to pay, and did, is its caller's to know. A repeat counts nothing.
   */
  async send(message: Message, now: number): Promise<SendAnswer> {
    const { to, channel, text, reserved } = message;
    const never = this.never(to, channel);
    if (never !== null) return never;
    const answer = await this.#counters.count(countable({ ...message, kind: text.kind }), now);
    if (!answer.ok) return { ...answer, reason: "over" };
    const accepted = await this.#accept(message, answer.counted, now);
    if (accepted.ok && !accepted.known) {
      return answer.counted.purse === reserved ? { ok: true, reserved: true } : { ok: true };
    }
    await this.#counters.takeBack(answer.counted);
    return accepted.ok ? { ok: true } : accepted;
  }

  /** All that `send` does but the sending, so that neither an answer nor its time tells whether a message was sent. */
  async rehearse(message: Message, now: number): Promise<void> {
    const { to, channel, text } = message;
    if (this.never(to, channel) !== null) return;
    const answer = await this.#counters.count(countable({ ...message, kind: text.kind }), now);
    if (!answer.ok) return;
    await this.#letterOf(message, answer.counted);
    await this.optedOut(to.e164);
    waitUntil(this.#counters.takeBack(answer.counted));
  }

  /** Where a message waits until it is sent: its outbox, and its id there. @param id as in `Message` */
  async placeOf(id: string, to: E164): Promise<{ readonly outbox: RecipientId; readonly message: MessageId }> {
    const [outbox, message] = await Promise.all([this.#recipient(to), this.#vault.keyedHash("message", id)]);
    return { outbox, message: message as MessageId };
  }

  async #accept(message: Message, counted: Counted, now: number): Promise<Accepted> {
    const outbox = this.#outboxes.getByName(await this.#recipient(message.to.e164));
    return outbox.accept(await this.#letterOf(message, counted), now);
  }

  async #letterOf(message: Message, counted: Counted): Promise<Letter> {
    const { to, language, channel, text, expiresAt } = message;
    const { outbox: recipient, message: id } = await this.placeOf(message.id, to.e164);
    const letter = JSON.stringify({ to: to.e164, body: bodyOf(text, language, channel), language, counted });
    return {
      id,
      kind: text.kind,
      channel,
      country: to.country ?? "",
      sealed: await this.#vault.sealText({ table: "outbox", id: `${recipient}/${id}` }, letter),
      expiresAt,
    };
  }

  /** Whether a number said STOP and has not said START since. */
  async optedOut(to: E164): Promise<boolean> {
    return (await this.#outbox(to)).optedOut();
  }

  /** Notes a STOP or a START of a number. */
  async setOptedOut(to: E164, optedOut: boolean): Promise<void> {
    await (await this.#outbox(to)).setOptedOut(optedOut);
  }

  /** What messages cost today, and which bounds they met. @param now ms */
  spending(now: number): Promise<Spending> {
    return onStore("objects", () => this.#counters.spending(now));
  }

  /** What the log provider "sent" to a number, oldest first; development only. */
  async logged(to: E164): Promise<Logged[]> {
    return (await this.#outbox(to)).logged();
  }

  /** Everything held on a number. */
  async held(to: E164): Promise<Held> {
    return (await this.#outbox(to)).held();
  }

  /** The same for an export, with times as text. */
  async exportOf(to: E164): Promise<object> {
    const { optedOut, messages } = await this.held(to);
    return {
      optedOut,
      messages: messages.map((message) => ({ ...message, expiresAt: new Date(message.expiresAt).toISOString() })),
    };
  }

  /**
   * Forgets a number's messages, sent or not, and says how many; repeatable. A STOP stays: it is about whoever has the
   * number, and forgetting it would begin what it ended.
   */
  async erase(to: E164): Promise<number> {
    return (await this.#outbox(to)).erase();
  }

  #recipient(to: E164): Promise<RecipientId> {
    return this.#vault.keyedHash("recipient", to) as Promise<RecipientId>;
  }

  async #outbox(to: E164): Promise<DurableObjectStub<Outbox>> {
    return this.#outboxes.getByName(await this.#recipient(to));
  }
}

function countable({ to, network, reserved, kind, channel }: Asked): Countable {
  return { to, network, purses: pursesOf(kind, reserved), price: priceOf(to.country, channel) };
}

function pursesOf(kind: Asked["kind"], reserved: Asked["reserved"]): readonly Purse[] {
  if (endsWithStop(kind)) return ["others"];
  if (reserved === null) return ["codes"];
  return reserved === "late" ? ["late"] : ["codes", reserved];
}
