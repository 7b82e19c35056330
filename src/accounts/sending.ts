import type { Language } from "../language/language.ts";
import { Messages } from "../messaging/messages.ts";
import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";

/** What a code proves a number for. Each has its own challenge, budget and text. */
export type CodePurpose = "sign-in" | "ownership";

/** A code on its way. Held sealed until the outbox has it. */
export interface Letter {
  /** The challenge's id: whatever repeats it is sent once. */
  readonly id: string;
  readonly to: E164;
  /** ISO 3166 alpha-2, null when unknown. */
  readonly country: string | null;
  readonly language: Language;
  readonly purpose: CodePurpose;
  readonly code: string;
  /** ms; a code that arrives later is worth nothing. */
  readonly expiresAt: number;
}

/** Puts a code into its recipient's outbox; accepted means that it will go out, whatever dies now. */
export async function send(
  vault: Vault,
  outboxes: Env["OUTBOXES"],
  { purpose, code, ...letter }: Letter,
  now: number,
): Promise<boolean> {
  const messages = new Messages({ vault, outboxes });
  return (await messages.send({ ...letter, text: { kind: `${purpose}-code`, code } }, now)).ok;
}
