import type { Quota, Spending } from "../quotas/quotas.ts";
import { DAY_MS, DAY_S, HOUR_MS, HOUR_S, hourOf } from "../time/days.ts";

/** Pictures a sender sends in a day (UTC), and numbers sent to in an hour. */
export const PICTURES_A_DAY = 30;
export const RECIPIENTS_AN_HOUR = 10;
/** Uploads tried in a day: what is refused as no picture costs work too. */
export const TRIES_A_DAY = 120;
/** An upload's first answer is given again for so long. */
export const REPLAY_MS = DAY_MS;
/** An upload that has not ended by then has died; a repeat may begin again. */
export const UPLOAD_MS = 2 * 60_000;

const QUOTAS = {
  pictures: { name: "pictures", allows: PICTURES_A_DAY, window: DAY_S },
  recipients: { name: "recipients", allows: RECIPIENTS_AN_HOUR, window: HOUR_S },
  tries: { name: "tries", allows: TRIES_A_DAY, window: DAY_S },
} as const satisfies Record<string, Quota>;

/** Pictures that one number is sent in a day (UTC), whoever sends them; and those of one sender, or one could use up all. */
export const RECIPIENT_QUOTA = { name: "recipient", allows: 20, window: DAY_S } as const satisfies Quota;
export const PAIR_QUOTA = { name: "recipient-from-you", allows: 5, window: DAY_S } as const satisfies Quota;

/** What an upload uses of its sender's day. @param fresh whether it is the first to its recipient in this hour */
export function spendingOf(fresh: boolean): readonly Spending[] {
  return [
    { quota: QUOTAS.tries, n: 1 },
    { quota: QUOTAS.pictures, n: 1 },
    { quota: QUOTAS.recipients, n: fresh ? 1 : 0 },
  ];
}

/** What is given back when it comes to nothing: the try stays counted, the picture does not. */
export const UNSENT: readonly Spending[] = [{ quota: QUOTAS.pictures, n: 1 }];

/** Whom a sender sent to in an hour: keyed hashes that join with nothing. */
export interface Sending {
  /** Hours since 1970-01-01. */
  readonly hour: number;
  readonly recipients: readonly string[];
}

export const NOTHING_SENT: Sending = { hour: 0, recipients: [] };

/** Whether a recipient is the hour's first time, and what is remembered with it. @param now ms */
export function addressed(before: Sending, recipient: string, now: number): { fresh: boolean; sending: Sending } {
  const hour = hourOf(now);
  const recipients = before.hour === hour ? before.recipients : [];
  const fresh = !recipients.includes(recipient);
  return { fresh, sending: { hour, recipients: fresh ? [...recipients, recipient] : recipients } };
}

/** What is remembered without a recipient who was not counted after all. */
export function unaddressed(before: Sending, recipient: string): Sending {
  return { ...before, recipients: before.recipients.filter((one) => one !== recipient) };
}

/** When nothing of it is asked for any more, ms. */
export function forgottenAt({ hour }: Sending): number {
  return (hour + 1) * HOUR_MS;
}
