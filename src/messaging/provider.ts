import type { Language } from "../language/language.ts";
import type { E164 } from "../numbers/number.ts";
import type { Channel, DeliveryId, Kind } from "./message.ts";

/** A message as a provider gets it. */
export interface Parcel {
  readonly id: DeliveryId;
  readonly to: E164;
  /** Read, or spoken: then digits that stand together are spoken one by one. */
  readonly body: string;
  readonly language: Language;
  readonly kind: Kind;
  readonly channel: Channel;
  /** ISO 3166 alpha-2, "" when unknown. */
  readonly country: string;
  /** Day it was taken, days since 1970-01-01. */
  readonly day: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/**
 * How an attempt to send went. `not-sent`: certainly not, and it may be tried again, `waitMs` from now at the earliest.
 * `refused`: certainly not, and never will be; `stopped` when the provider knows of a STOP that we do not. `unknown`: it may have been sent. `error` is the provider's code, 0 for none.
 */
export type Attempt =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "not-sent"; readonly waitMs: number; readonly error: number }
  | { readonly outcome: "refused"; readonly error: number; readonly stopped?: boolean }
  | { readonly outcome: "unknown" };

/** Whoever carries messages. Never throws: what went wrong is an outcome. */
export interface Provider {
  /**
   * Whether there is anybody to send to: asked before a message is marked as being tried, so that an outage leaves no
   * doubt behind.
   */
  ready(): Promise<boolean>;
  send(parcel: Parcel, now: number): Promise<Attempt>;
}
