import type { Language } from "../language/language.ts";
import type { Messages, SendAnswer } from "../messaging/messages.ts";
import type { Channel, Message } from "../messaging/message.ts";
import type { Network } from "../messaging/network.ts";
import type { PhoneNumber } from "../numbers/number.ts";

/** What a code proves a number for. Each has its own challenges, budget and text. */
export type CodePurpose = "sign-in" | "ownership";

/** A code to be sent. Stored sealed until the outbox has it. */
export interface Letter {
  /** The code's id: repeats with the same id are sent once. */
  readonly id: string;
  readonly to: PhoneNumber;
  readonly language: Language;
  readonly channel: Channel;
  readonly purpose: CodePurpose;
  readonly code: string;
  /** Where it was requested, as coarse as it is counted. */
  readonly network: Network;
}

/**
 * Puts a code into its recipient's outbox; accepted means that it will be sent, even after a crash.
 * @param reserved the reserve it may use
 * @param expiresAt ms; a later message would be useless
 */
export function send(
  messages: Messages,
  { purpose, code, ...letter }: Letter,
  reserved: Message["reserved"],
  expiresAt: number,
  now: number,
): Promise<SendAnswer> {
  return messages.send({ ...letter, reserved, expiresAt, text: { kind: `${purpose}-code`, code } }, now);
}
