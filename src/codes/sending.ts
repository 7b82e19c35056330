import type { Language } from "../language/language.ts";
import type { Messages, SendAnswer } from "../messaging/messages.ts";
import type { Channel, Message } from "../messaging/message.ts";
import type { Network } from "../messaging/network.ts";
import type { PhoneNumber } from "../numbers/number.ts";

/** What a code proves a number for. Each has its own challenges, budget and text. */
export type CodePurpose = "sign-in" | "ownership";

/** A code on its way. Held sealed until the outbox has it. */
export interface Letter {
  /** The code's id: whatever repeats it is sent once. */
  readonly id: string;
  readonly to: PhoneNumber;
  readonly language: Language;
  readonly channel: Channel;
  readonly purpose: CodePurpose;
  readonly code: string;
  /** Where it was asked for, no closer than it is counted. */
  readonly network: Network;
}

/**
 * Puts a code into its recipient's outbox; accepted means that it will go out, whatever dies now.
 * @param reserved the room that it has of its own
 * @param expiresAt ms; a code that arrives later is worth nothing
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
