import type { Language } from "../language/language.ts";
import type { DeliveryId, Ending, Kind, Medium } from "./message.ts";

/** What an e-mail has beside its text. */
export interface MailParts {
  readonly subject: string;
  readonly html: string;
  /** Header fields of its own, such as List-Unsubscribe. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as a provider gets it. */
export interface Parcel {
  readonly id: DeliveryId;
  /** A number (E.164) or an e-mail address. */
  readonly to: string;
  /** Text to read or to speak; consecutive digits are spoken one by one. */
  readonly body: string;
  /** Of an e-mail. */
  readonly mail?: MailParts;
  readonly language: Language;
  readonly kind: Kind;
  readonly channel: Medium;
  /** ISO 3166 alpha-2, "" when unknown. */
  readonly country: string;
  /** Day it was accepted, days since 1970-01-01. */
  readonly day: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/**
 * The outcome of an attempt. `not-sent`: certainly not sent; may be retried after at least `waitMs`. `refused`: certainly
 * not sent and not to be retried; `ended` if the provider knows why messages to this recipient end and we do not.
 * `unknown`: it may have been sent. `error` is the provider's code, 0 for none.
 */
export type Attempt =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "not-sent"; readonly waitMs: number; readonly error: number }
  | { readonly outcome: "refused"; readonly error: number; readonly ended?: Ending }
  | { readonly outcome: "unknown" };

/** A provider of messages. Never throws: failures are outcomes. */
export interface Provider {
  /** Whether it recognises a repeat by the message's id: then an unknown outcome can be tried again, and sends once. */
  readonly knowsRepeats: boolean;
  /**
   * Whether the provider can be reached: asked before a message is marked as being sent, so that an outage leaves no unknown
   * outcome.
   */
  ready(): Promise<boolean>;
  send(parcel: Parcel, now: number): Promise<Attempt>;
}
