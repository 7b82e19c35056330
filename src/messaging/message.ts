import type { Language } from "../language/language.ts";
import type { E164 } from "../numbers/number.ts";
import type { KeyedId } from "../vault/vault.ts";

/** What a message says; the words are `texts.ts`'s. */
export type Text =
  | { readonly kind: "sign-in-code" | "ownership-code"; readonly code: string }
  | { readonly kind: "picture-link"; readonly link: string }
  | { readonly kind: "promotional"; readonly text: string };

export const KINDS = ["sign-in-code", "ownership-code", "picture-link", "promotional"] as const;
export type Kind = Text["kind"];

/** Kinds that a STOP ends. A code is what its recipient has just asked for, and is never stopped. */
export function endsWithStop(kind: Kind): boolean {
  return kind === "picture-link" || kind === "promotional";
}

/** A message to one number. */
export interface Message {
  /** Chosen by the caller, random: whatever repeats it is sent once. */
  readonly id: string;
  readonly to: E164;
  /** ISO 3166 alpha-2, for the counts of what arrives; null when unknown. */
  readonly country: string | null;
  readonly language: Language;
  readonly text: Text;
  /** ms since 1970; it is never sent after. */
  readonly expiresAt: number;
}

/**
 * Why a message is not taken: its recipient said STOP, has too many waiting, or nobody is configured to carry messages.
 */
export type SendRefusal = "opted-out" | "full" | "unavailable";
export type SendAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: SendRefusal };

export type RecipientId = KeyedId<"recipient">;
export type MessageId = KeyedId<"message">;

/** What is held on a number here. */
export interface Held {
  readonly optedOut: boolean;
  /** Messages not yet sent, and those sent whose id is still remembered; never their text. */
  readonly messages: readonly { readonly kind: Kind; readonly state: string; readonly expiresAt: number }[];
}
