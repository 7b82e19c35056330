import type { Language } from "../language/language.ts";
import type { E164 } from "../numbers/number.ts";
import type { Channel, DeliveryId, Kind } from "./message.ts";

/** A message as a provider gets it. */
export interface Parcel {
  readonly id: DeliveryId;
  readonly to: E164;
  /** Text to read or to speak; consecutive digits are spoken one by one. */
  readonly body: string;
  readonly language: Language;
  readonly kind: Kind;
  readonly channel: Channel;
  /** ISO 3166 alpha-2, "" when unknown. */
  readonly country: string;
  /** Day it was accepted, days since 1970-01-01. */
  readonly day: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/**
 * The outcome of an attempt. `not-sent`: certainly not sent; may be retried after at least `waitMs`.
 * `refused`: certainly not sent and not to be retried; `stopped` if the provider knows of a STOP that we do not. `unknown`: it may have been sent. `error` is the provider's code, 0 for none.
 */
export type Attempt =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "not-sent"; readonly waitMs: number; readonly error: number }
  | { readonly outcome: "refused"; readonly error: number; readonly stopped?: boolean }
  | { readonly outcome: "unknown" };

/** A provider of messages. Never throws: failures are outcomes. */
export interface Provider {
  /**
   * Whether the provider can be reached: asked before a message is marked as being sent, so that an outage leaves no unknown
   * outcome.
   */
  ready(): Promise<boolean>;
  send(parcel: Parcel, now: number): Promise<Attempt>;
}
