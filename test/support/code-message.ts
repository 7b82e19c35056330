import type { Telephoned } from "../../src/messaging/message.ts";
import type { Message } from "../../src/messaging/messages.ts";
import { phone } from "./accounts.ts";
import { freshNetwork } from "./messages.ts";

/** Far ahead: alarms wait, and the outbox keeps what it was given. */
export const MESSAGE_NOW = Date.UTC(2100, 0, 4, 12);

let numbers = 0;
/** A code to a number of one range, from a network of its own. */
export const codeMessage = (changes: Partial<Message & Telephoned> = {}): Message & Telephoned => {
  numbers = (numbers + 1) % 9000;
  return {
    id: crypto.randomUUID(),
    to: phone(`+1312555${1000 + numbers}`),
    channel: "sms",
    network: freshNetwork(),
    reserved: null,
    language: "en",
    text: { kind: "sign-in-code", code: "123456" },
    expiresAt: MESSAGE_NOW + 600_000,
    ...changes,
  };
};
