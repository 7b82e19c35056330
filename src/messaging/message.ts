import type { Language } from "../language/language.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import type { KeyedId } from "../vault/vault.ts";
import type { Reserve } from "./counter-state.ts";
import type { Over } from "./counters.ts";
import type { MailAddress } from "./mail-address.ts";
import type { Network } from "./network.ts";

/** What a message says; the words are `texts.ts`'s and `mail-texts.ts`'s. */
export type Text =
  | { readonly kind: "sign-in-code" | "ownership-code"; readonly code: string }
  | { readonly kind: "picture-link"; readonly link: string }
  | Announcement;

/** What operators announce: promotion, or what concerns the service itself. */
export interface Announcement {
  readonly kind: "promotional" | "service";
  /** Of an e-mail. */
  readonly subject: string;
  readonly text: string;
  /** Where the link that ends promotion leads to: the service's own origin. */
  readonly origin: string;
}

export const KINDS = ["sign-in-code", "ownership-code", "picture-link", "promotional", "service"] as const;
export type Kind = Text["kind"];

/**
 * Why messages to a recipient end: `said` (STOP, one click, a complaint) or `gone`, the address does not exist (a bounce).
 * The first ends promotion and links to pictures; the second all but codes, which somebody has just asked for.
 */
export type Ending = "said" | "gone";

/** Whether a kind of message is ended by what stands of its recipient. */
export function isEnded(kind: Kind, ending: Ending | null): boolean {
  switch (kind) {
    case "sign-in-code":
    case "ownership-code":
      return false;
    case "picture-link":
    case "promotional":
      return ending !== null;
    case "service":
      return ending === "gone";
  }
}

/** A code is what its recipient has just asked for; everything else is counted and waits apart from codes. */
export function isCode(kind: Kind): boolean {
  return kind === "sign-in-code" || kind === "ownership-code";
}

/** What nobody asked for and the law of many countries binds to a consent: a provider may refuse it. */
export function isBulk(kind: Kind): boolean {
  return kind === "promotional";
}

/** How a message gets to a telephone: read, or heard. */
export const CHANNELS = ["sms", "voice"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Every way that a message goes. */
export const MEDIA = [...CHANNELS, "email"] as const;
export type Medium = (typeof MEDIA)[number];

/** Who gets a message, and how. */
export type Telephoned = { readonly to: PhoneNumber; readonly channel: Channel };
export type Mailed = { readonly to: MailAddress; readonly channel: "email" };
export type Recipient = PhoneNumber | MailAddress;

/** What is weighed of a message before it is made. */
export type Asked = (Telephoned | Mailed) & {
  readonly kind: Kind;
  /** Where it was asked for; null for what operators announce: nobody asked. */
  readonly network: Network | null;
  /**
   * Room of its own for a code that finds none where all codes leave: of numbers with an account, of proofs of ownership;
   * `late`, of what waited, is its only one. It shows in no answer and no price, only in whether the message leaves.
   */
  readonly reserved: Reserve | null;
};

/** A message to one number or address. */
export type Message = ((Telephoned & { readonly text: Text }) | (Mailed & { readonly text: Announcement })) &
  Pick<Asked, "network" | "reserved"> & {
    /** Chosen by the caller, random or a keyed hash: whatever repeats it is sent once. */
    readonly id: string;
    readonly language: Language;
    /** ms since 1970; it is never sent after. */
    readonly expiresAt: number;
  };

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

/** Why a message is not taken: the same, or messages to its recipient have ended or too many wait. */
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

/** What is held on a number or an address here. */
export interface Held {
  readonly ended: Ending | null;
  /** Messages not yet sent, and those sent whose id is still remembered; never their text. */
  readonly messages: readonly {
    readonly kind: Kind;
    readonly channel: Medium;
    readonly state: string;
    readonly expiresAt: number;
  }[];
}
