const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Pictures a sender sends in a day (UTC), and numbers sent to in an hour. */
export const PICTURES_A_DAY = 30;
export const RECIPIENTS_AN_HOUR = 10;
/** Uploads tried in a day: what is refused as no picture costs work too. */
export const TRIES_A_DAY = 120;
/** An upload's first answer is given again for so long. */
export const REPLAY_MS = DAY_MS;
/** An upload that has not ended by then died; a repeat may begin anew. */
export const UPLOAD_MS = 2 * 60_000;

/** A quota of pictures: its name, how much it allows, and its window in seconds. */
export interface PictureQuota {
  readonly name: "pictures" | "recipients" | "tries" | "recipient";
  readonly allows: number;
  readonly window: number;
}

export const QUOTAS = {
  pictures: { name: "pictures", allows: PICTURES_A_DAY, window: DAY_MS / 1000 },
  recipients: { name: "recipients", allows: RECIPIENTS_AN_HOUR, window: HOUR_MS / 1000 },
  tries: { name: "tries", allows: TRIES_A_DAY, window: DAY_MS / 1000 },
} as const satisfies Record<string, PictureQuota>;

/** What a sender has used. Recipients are keyed hashes that join with nothing; they are of the hour only. */
export interface Sending {
  readonly day: number;
  readonly pictures: number;
  readonly tries: number;
  readonly hour: number;
  readonly recipients: readonly string[];
}

export const NOTHING_SENT: Sending = { day: 0, pictures: 0, tries: 0, hour: 0, recipients: [] };

/** What is left of it at a time: days and hours begin anew. */
export function sendingAt(sending: Sending, now: number): Sending {
  const [day, hour] = [Math.floor(now / DAY_MS), Math.floor(now / HOUR_MS)];
  const daily = sending.day === day ? sending : { ...sending, day, pictures: 0, tries: 0 };
  return daily.hour === hour ? daily : { ...daily, hour, recipients: [] };
}

/** The use after one more upload to a recipient, or the quota that has no room for it. Counted before the work. */
export function spend(before: Sending, recipient: string, now: number): Sending | keyof typeof QUOTAS {
  const sending = sendingAt(before, now);
  if (sending.tries >= TRIES_A_DAY) return "tries";
  if (sending.pictures >= PICTURES_A_DAY) return "pictures";
  const known = sending.recipients.includes(recipient);
  if (!known && sending.recipients.length >= RECIPIENTS_AN_HOUR) return "recipients";
  return {
    ...sending,
    pictures: sending.pictures + 1,
    tries: sending.tries + 1,
    recipients: known ? sending.recipients : [...sending.recipients, recipient],
  };
}

/** The use when an upload came to nothing: the try stays counted, the picture does not. */
export function refund(before: Sending, now: number): Sending {
  const sending = sendingAt(before, now);
  return { ...sending, pictures: Math.max(0, sending.pictures - 1) };
}

/** Seconds until a quota begins anew. */
export function retryAfter(quota: PictureQuota, now: number): number {
  const window = quota.window * 1000;
  return Math.max(1, Math.ceil(((Math.floor(now / window) + 1) * window - now) / 1000));
}

/** When nothing of a use counts any more, ms. */
export function forgottenAt(sending: Sending): number {
  return (sending.day + 1) * DAY_MS;
}
