import { waitUntil } from "cloudflare:workers";
import type { Config } from "../config.ts";
import type { E164, PhoneNumber } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { Counters, MONEY, type Countable, type Counted, type Spending } from "./counters.ts";
import type { MessageCounter } from "./counter-object.ts";
import type { Purse } from "./counter-state.ts";
import { mailboxOf } from "./mail-address.ts";
import { carriesMail } from "./mail-providers.ts";
import { mailOf } from "./mail-texts.ts";
import type {
  Accepted,
  Asked,
  Channel,
  Ending,
  Held,
  Kind,
  Mailed,
  Message,
  MessageId,
  Recipient,
  RecipientId,
  SendAnswer,
  Telephoned,
  WeighAnswer,
} from "./message.ts";
import { networkOf } from "./network.ts";
import type { Logged, Outbox } from "./outbox-object.ts";
import type { Letter } from "./outbox-store.ts";
import { priceOf } from "./prices.ts";
import type { MailParts } from "./provider.ts";
import { notServed } from "./served.ts";
import { stopToken, stoppedBy } from "./stop-token.ts";
import { bodyOf } from "./texts.ts";

export type { Asked, Message, SendAnswer, SendRefusal, Text, WeighAnswer } from "./message.ts";

/** What the deployment decides about messages. */
export type MessageConfig = Pick<Config, "sms" | "mail" | "smsCountries" | "messageLimits">;

/** What messages work with. */
export interface MessageDeps {
  readonly vault: Vault;
  readonly outboxes: DurableObjectNamespace<Outbox>;
  readonly counters: DurableObjectNamespace<MessageCounter>;
  readonly config: MessageConfig;
}

/**
 * The one place that sends, and counts what it sends. One `Outbox` object per number or address keeps what is to be sent;
 * accepted means stored and armed, and survives a kill. Promotion also needs the consent `promotional`: its caller asks for it,
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

  /** Whether anybody is configured to carry e-mail of a kind. */
  carriesMail(kind: Kind): boolean {
    return carriesMail(this.#config.mail, kind);
  }

  /** Why no message of a channel ever goes to a number, whoever has it; null when one does. */
  never(to: PhoneNumber, channel: Channel): Never | null {
    if (!this.configured(channel)) return { ok: false, reason: "not-configured" };
    const why = notServed(to, channel, this.#config.smsCountries);
    return why === null ? null : { ok: false, reason: "not-served", why };
  }

  #neverOf(its: Telephoned | Mailed, kind: Kind): Never | null {
    if (its.channel !== "email") return this.never(its.to, its.channel);
    return this.carriesMail(kind) ? null : { ok: false, reason: "not-configured" };
  }

  /** Whether a message may leave now; counts nothing, and tells nothing about its recipient but the number's kind. */
  async weigh(asked: Asked, now: number): Promise<WeighAnswer> {
    const never = this.#neverOf(asked, asked.kind);
    if (never !== null) return never;
    const answer = await this.#counters.weigh(countable(asked), now);
    return answer.ok ? answer : { ...answer, reason: "over" };
  }

  /**
   * Counts a message and takes it; it goes out at once, or as soon as its provider takes it, until it expires. Whether its
   * asker had to pay, and did, is its caller's to know. A repeat counts nothing.
   */
  async send(message: Message, now: number): Promise<SendAnswer> {
    const { text, reserved } = message;
    const never = this.#neverOf(message, text.kind);
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
    const { to, text } = message;
    if (this.#neverOf(message, text.kind) !== null) return;
    const answer = await this.#counters.count(countable({ ...message, kind: text.kind }), now);
    if (!answer.ok) return;
    await this.#letterOf(message, answer.counted);
    await this.#ending(to);
    waitUntil(this.#counters.takeBack(answer.counted));
  }

  /** Where a message waits until it is sent: its outbox, and its id there. @param id as in `Message` */
  async placeOf(id: string, to: E164): Promise<{ readonly outbox: RecipientId; readonly message: MessageId }> {
    return this.#placeIn(await this.#recipient(to), id);
  }

  async #placeIn(outbox: RecipientId, id: string) {
    return { outbox, message: (await this.#vault.keyedHash("message", id)) as MessageId };
  }

  async #accept(message: Message, counted: Counted, now: number): Promise<Accepted> {
    const outbox = this.#outboxes.getByName(await this.#recipient(nameOf(message.to)));
    return outbox.accept(await this.#letterOf(message, counted), now);
  }

  async #letterOf(message: Message, counted: Counted): Promise<Letter> {
    const { to, language, channel, text, expiresAt } = message;
    const recipient = await this.#recipient(nameOf(to));
    const { message: id } = await this.#placeIn(recipient, message.id);
    const said = await this.#said(message, recipient);
    const letter = JSON.stringify({ to: "e164" in to ? to.e164 : to.address, ...said, language, counted });
    return {
      id,
      kind: text.kind,
      channel,
      country: "e164" in to ? (to.country ?? "") : "",
      sealed: await this.#vault.sealText({ table: "outbox", id: `${recipient}/${id}` }, letter),
      expiresAt,
    };
  }

  /** The words of a message, and of an e-mail what stands beside them. */
  async #said(message: Message, recipient: RecipientId): Promise<{ body: string; mail?: MailParts }> {
    const { text, language } = message;
    const stopLink = "origin" in text ? `${text.origin}/u/${await stopToken(this.#vault, recipient)}` : null;
    if (message.channel === "email") {
      const { body, ...mail } = await mailOf(message.text, language, stopLink ?? "");
      return { body, mail };
    }
    const { sms } = this.#config;
    // Nobody can answer STOP to a name.
    const mute = sms.provider === "twilio" && !/^(?:\+|MG)/.test(sms.sender);
    return { body: bodyOf(text, language, message.channel, mute ? stopLink : null) };
  }

  /** Whether messages to a number have ended: it said STOP, and not START since. */
  async optedOut(to: E164): Promise<boolean> {
    return (await (await this.#outbox(to)).ending()) !== null;
  }

  /** Notes a STOP or a START of a number. */
  async setOptedOut(to: E164, optedOut: boolean): Promise<void> {
    await (await this.#outbox(to)).setEnding(optedOut ? "said" : null);
  }

  /** Ends messages to a number or an address, for good. Repeatable. */
  async end(to: Recipient, why: Ending): Promise<void> {
    await (await this.#outbox(nameOf(to))).setEnding(why);
  }

  /** Ends promotion to whoever got a link that ends it; false for what is no such link. Repeatable. @param token as in the link */
  async endByLink(token: string): Promise<boolean> {
    const recipient = await stoppedBy(this.#vault, token);
    if (recipient === null) return false;
    await onStore("objects", () => this.#outboxes.getByName(recipient).setEnding("said"));
    return true;
  }

  /** Whether a token is one of a link that ends promotion; reads no store. */
  async isStopLink(token: string): Promise<boolean> {
    return (await stoppedBy(this.#vault, token)) !== null;
  }

  /** Ends what waits of a kind: the consent that it rested on is gone. Repeatable. */
  async withdrawAll(to: E164 | Recipient, kind: Kind): Promise<void> {
    await (await this.#outbox(nameOf(to))).withdrawAll(kind);
  }

  /** What messages cost today, and which bounds they met. @param now ms */
  spending(now: number): Promise<Spending> {
    return onStore("objects", () => this.#counters.spending(now));
  }

  /** What the log provider "sent" to a number or an address, oldest first; development only. */
  async logged(to: E164 | Recipient): Promise<Logged[]> {
    return (await this.#outbox(nameOf(to))).logged();
  }

  /** Everything held on a number or an address. */
  async held(to: E164 | Recipient): Promise<Held> {
    return (await this.#outbox(nameOf(to))).held();
  }

  /** The same for an export, with times as text. */
  async exportOf(to: E164 | Recipient): Promise<object> {
    const { ended, messages } = await this.held(to);
    return {
      ended: ended ?? "no",
      messages: messages.map((message) => ({ ...message, expiresAt: new Date(message.expiresAt).toISOString() })),
    };
  }

  /**
   * Forgets the messages to a number or an address, sent or not, and says how many; repeatable. That they ended stays: it
   * is about whoever has the number, and forgetting it would begin what it ended.
   */
  async erase(to: E164 | Recipient): Promise<number> {
    return (await this.#outbox(nameOf(to))).erase();
  }

  async #ending(to: Recipient): Promise<Ending | null> {
    return (await this.#outbox(nameOf(to))).ending();
  }

  #recipient(name: string): Promise<RecipientId> {
    return this.#vault.keyedHash("recipient", name) as Promise<RecipientId>;
  }

  async #outbox(to: string): Promise<DurableObjectStub<Outbox>> {
    return this.#outboxes.getByName(await this.#recipient(to));
  }
}

type Never = Extract<WeighAnswer, { reason: "not-configured" | "not-served" }>;

/** What an outbox is named by: no address is a number. */
function nameOf(to: E164 | Recipient): string {
  if (typeof to === "string") return to;
  return "e164" in to ? to.e164 : mailboxOf(to);
}

/**
 * What a message is counted by. Whoever asks for one is counted by where they ask; a number by its range and country, an
 * address by its domain. What operators announce nobody asked for: it is counted by country or domain, and by a budget of
 * its own.
 */
function countable(asked: Omit<Asked, "to" | "channel"> & (Telephoned | Mailed)): Countable {
  const { to, channel, network, reserved, kind } = asked;
  const announced = kind === "promotional" || kind === "service";
  const from =
    network === null ? {} : { network: networkOf(network.address), operator: String(network.asn ?? "unknown") };
  const number = "e164" in to ? to : null;
  const telephone = number === null ? {} : { country: number.country ?? "none" };
  // 10,000 numbers: all but the last four digits.
  const range = number === null || announced ? {} : { range: number.e164.slice(0, -4) };
  const mailbox = "domain" in to ? { domain: to.domain } : {};
  return {
    by: { ...from, ...range, ...telephone, ...mailbox, [announced ? "campaigns" : "money"]: MONEY },
    purses: pursesOf(kind, reserved),
    price: priceOf(number?.country ?? null, channel),
  };
}

function pursesOf(kind: Kind, reserved: Asked["reserved"]): readonly Purse[] {
  switch (kind) {
    case "picture-link":
      return ["others"];
    case "promotional":
    case "service":
      return ["campaigns"];
    case "sign-in-code":
    case "ownership-code":
      if (reserved === null) return ["codes"];
      return reserved === "late" ? ["late"] : ["codes", reserved];
  }
}
