import type { Language } from "../language/language.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import type { KeyedId } from "../vault/vault.ts";
import type { Reserve } from "./counter-state.ts";
import type { Over } from "./counters.ts";
import type { Network } from "./network.ts";

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

/** How a message gets to its recipient: read, or heard. */
export const CHANNELS = ["sms", "voice"] as const;
export type Channel = (typeof CHANNELS)[number];

/** What is weighed of a message before it is made. */
export interface Asked {
  readonly to: PhoneNumber;
  readonly kind: Kind;
  readonly channel: Channel;
  /** Where it was asked for. */
  readonly network: Network;
  /**
   * Room of its own for a code that finds none where all codes leave: of numbers with an account, of proofs of ownership;
   * `late`, of what waited, is its only one. It shows in no answer and no price, only in whether the message leaves.
   */
  readonly reserved: Reserve | null;
}

/** A message to one number. */
export interface Message extends Omit<Asked, "kind"> {
  /** Chosen by the caller, random: whatever repeats it is sent once. */
  readonly id: string;
  readonly language: Language;
  readonly text: Text;
  /** ms since 1970; it is never sent after. */
  readonly expiresAt: number;
}

/**
 * Why a message does not leave: nobody is configured to carry it, its recipient's country or kind of number gets none, or
 * a bound is reached.
 */
export type Unweighed =
  | { readonly reason: "not-configured" }
  | { readonly reason: "not-served"; readonly why: "country" | "kind" }
  | ({ readonly reason: "over" } & Over);

/**
 * May leave now, or may not. `fullness` is that of the fullest counter, 0 up to its soft bound and 1 at its hard one: above
 * 0 whoever asks pays.
 */
export type WeighAnswer = { readonly ok: true; readonly fullness: number } | ({ readonly ok: false } & Unweighed);

/** Why a message is not taken: the same, or its recipient said STOP or has too many waiting. */
export type SendRefusal = Unweighed | { readonly reason: "opted-out" | "full" };
/** `reserved`: it found no room where all codes leave, and left by its own. */
export type SendAnswer = { readonly ok: true; readonly reserved?: true } | ({ readonly ok: false } & SendRefusal);

/** What an outbox answers; `known`: it had this message before. */
export type Accepted =
  | { readonly ok: true; readonly known: boolean }
  | { readonly ok: false; readonly reason: "opted-out" | "full" | "not-configured" };

export type RecipientId = KeyedId<"recipient">;
/** A message as its outbox knows it. */
export type MessageId = KeyedId<"message">;
/** The same as reports, callbacks and the log know it: a keyed hash of the other, which joins with no recipient. */
export type DeliveryId = KeyedId<"delivery">;

/** What is held on a number here. */
export interface Held {
  readonly optedOut: boolean;
  /** Messages not yet sent, and those sent whose id is still remembered; never their text. */
  readonly messages: readonly {
    readonly kind: Kind;
    readonly channel: Channel;
    readonly state: string;
    readonly expiresAt: number;
  }[];
}
