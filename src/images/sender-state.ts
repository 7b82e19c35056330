import type { Quota, Spending } from "../quotas/quotas.ts";
import { DAY_MS, DAY_S, HOUR_MS, HOUR_S, hourOf } from "../time/days.ts";

/** Pictures per sender and day (UTC), and numbers per hour. */
export const PICTURES_A_DAY = 30;
export const RECIPIENTS_AN_HOUR = 10;
/** Attempts per day: a refused upload costs work, too. */
export const TRIES_A_DAY = 120;
/** How long repeats get an upload's first answer, ms. */
export const REPLAY_MS = DAY_MS;
/** An upload that has not ended by then has died; a repeat may begin again. */
export const UPLOAD_MS = 2 * 60_000;

const QUOTAS = {
  pictures: { name: "pictures", allows: PICTURES_A_DAY, window: DAY_S },
  recipients: { name: "recipients", allows: RECIPIENTS_AN_HOUR, window: HOUR_S },
  tries: { name: "tries", allows: TRIES_A_DAY, window: DAY_S },
} as const satisfies Record<string, Quota>;

/** Pictures per recipient and day (UTC), and per sender, so that one sender cannot use up all. */
export const RECIPIENT_QUOTA = { name: "recipient", allows: 20, window: DAY_S } as const satisfies Quota;
export const PAIR_QUOTA = { name: "recipient-from-you", allows: 5, window: DAY_S } as const satisfies Quota;

/** What an upload uses of its sender's quotas. @param fresh whether it is the first to its recipient within the hour */
export function spendingOf(fresh: boolean): readonly Spending[] {
  return [
    { quota: QUOTAS.tries, n: 1 },
    { quota: QUOTAS.pictures, n: 1 },
    { quota: QUOTAS.recipients, n: fresh ? 1 : 0 },
  ];
}

/** What is given back if it fails: the attempt stays counted. */
export const UNSENT: readonly Spending[] = [{ quota: QUOTAS.pictures, n: 1 }];

/** The recipients of a sender within an hour, as keyed hashes used nowhere else. */
export interface Sending {
  /** Hours since 1970-01-01. */
  readonly hour: number;
  readonly recipients: readonly string[];
}

export const NOTHING_SENT: Sending = { hour: 0, recipients: [] };

/** Whether a recipient is new within the hour, and the state with it. @param now ms */
export function addressed(before: Sending, recipient: string, now: number): { fresh: boolean; sending: Sending } {
  const hour = hourOf(now);
  const recipients = before.hour === hour ? before.recipients : [];
  const fresh = !recipients.includes(recipient);
  return { fresh, sending: { hour, recipients: fresh ? [...recipients, recipient] : recipients } };
}

/** The state without a recipient that was not counted after all. */
export function unaddressed(before: Sending, recipient: string): Sending {
  return { ...before, recipients: before.recipients.filter((one) => one !== recipient) };
}

/** When it has expired, ms. */
export function forgottenAt({ hour }: Sending): number {
  return (hour + 1) * HOUR_MS;
}
