import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import type { Held, Message, MessageId, RecipientId, SendAnswer } from "./message.ts";
import type { Logged, Outbox } from "./outbox-object.ts";
import { bodyOf } from "./texts.ts";

export type { Message, SendAnswer, SendRefusal, Text } from "./message.ts";

/**
 * SMS out. One `Outbox` object per recipient keeps what is to be sent; accepted means stored and armed, and survives a
 * kill. Promotion also needs the consent `promotional`: its caller asks for it, since consents are of accounts and
 * recipients here are numbers.
 */
export class Messages {
  readonly #vault: Vault;
  readonly #outboxes: DurableObjectNamespace<Outbox>;

  constructor(parts: { vault: Vault; outboxes: DurableObjectNamespace<Outbox> }) {
    this.#vault = parts.vault;
    this.#outboxes = parts.outboxes;
  }

  /** Takes a message; it goes out at once, or as soon as its provider takes it, until it expires. */
  async send(message: Message, now: number): Promise<SendAnswer> {
    const { to, country, language, text, expiresAt } = message;
    const recipient = await this.#recipient(to);
    const id = (await this.#vault.keyedHash("message", message.id)) as MessageId;
    const letter = JSON.stringify({ to, body: bodyOf(text, language) });
    return this.#outboxes.getByName(recipient).accept(
      {
        id,
        kind: text.kind,
        country: country ?? "",
        sealed: await this.#vault.sealText({ table: "outbox", id: `${recipient}/${id}` }, letter),
        expiresAt,
      },
      now,
    );
  }

  /** Whether a number said STOP and has not said START since. */
  async optedOut(to: E164): Promise<boolean> {
    return (await this.#outbox(to)).optedOut();
  }

  /** Notes a STOP or a START of a number. */
  async setOptedOut(to: E164, optedOut: boolean): Promise<void> {
    await (await this.#outbox(to)).setOptedOut(optedOut);
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
