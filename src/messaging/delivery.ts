import type { DeliveryId, Kind, Medium } from "./message.ts";
import type { End } from "./outbox-state.ts";

/** What became of a message: what its outbox knows, and what the provider's callbacks say later. */
export const OUTCOMES = [
  "waiting",
  "opted-out",
  "expired",
  "refused",
  "unknown",
  "accepted",
  "sent",
  "undelivered",
  "failed",
  "delivered",
] as const;
export type Outcome = "waiting" | End | "sent" | "undelivered" | "failed" | "delivered";

/** What became of one message. */
export interface Delivery {
  readonly message: DeliveryId;
  /** Day it was accepted, days since 1970-01-01. */
  readonly day: number;
  readonly kind: Kind;
  readonly channel: Medium;
  /** ISO 3166 alpha-2, "" when unknown. */
  readonly country: string;
  readonly outcome: Outcome;
  /** The provider's error code, 0 for none. */
  readonly error: number;
}

/** A message that was given up. */
export type DeadLetter = Delivery & { readonly outcome: "expired" | "refused" | "unknown" };

export const UNKNOWN_CARRIER = "unknown";

/** How many messages ended alike. */
export interface DeliveryCount extends Omit<Delivery, "message"> {
  readonly carrier: string;
  readonly count: number;
}

/** What operators see: counts, no numbers. */
export interface DeliveryStatus {
  readonly pending: number;
  readonly deadLetters: readonly DeadLetter[];
  readonly counts: readonly DeliveryCount[];
}

/** A row per message is kept for this many days, then counted; a callback that is later than this is dropped. */
export const ROW_DAYS = 7;
/** Counts are kept for this many days. */
export const COUNT_DAYS = 400;

/** How final an outcome is. Callbacks come in any order, and a provider's word is above the outbox's own. */
export function stageOf(outcome: Outcome): number {
  switch (outcome) {
    case "waiting":
      return 0;
    case "opted-out":
    case "expired":
    case "refused":
    case "unknown":
      return 1;
    case "accepted":
      return 2;
    case "sent":
      return 3;
    case "undelivered":
    case "failed":
      return 4;
    case "delivered":
      return 5;
  }
}
