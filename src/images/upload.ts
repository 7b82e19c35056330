import { reencode, type PictureRefusal } from "../imaging/reencode.ts";
import { languageOfCountry } from "../language/language.ts";
import type { Network } from "../messaging/network.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import { onStore, StoreFailure } from "../telemetry/store-failure.ts";
import { toBase64Url } from "../vault/bytes.ts";
import { FirstAnswer, type Uploaded } from "./first-answer.ts";
import { onPicture, recipientHash, senderHash, type PictureParts } from "./parts.ts";
import { encryptPicture, newContentKey, newToken, pictureId, wrapForLink } from "./picture-keys.ts";
import type { LinkLetter } from "./picture-object.ts";
import { PICTURE_BOUNDS } from "./picture-state.ts";
import { RECIPIENT_QUOTA, type PictureRecipient } from "./recipient-object.ts";
import type { Begun, PictureSender } from "./sender-object.ts";
import { QUOTAS, retryAfter, type PictureQuota } from "./sender-state.ts";

/** A picture to be sent. */
export interface Upload {
  readonly account: string;
  readonly recipient: PhoneNumber;
  readonly ttlSeconds: number;
  readonly once: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The client's word for this upload, or null. */
  readonly idempotencyKey: string | null;
  /** Where links lead to. */
  readonly origin: string;
  /** Where it came from. */
  readonly network: Network;
}

export type UploadRefusal =
  | { readonly code: PictureRefusal }
  | { readonly code: "quota-exceeded"; readonly quota: PictureQuota; readonly retryAfter: number }
  | { readonly code: "idempotency-key-reused" }
  | { readonly code: "unavailable"; readonly retryAfter: number };

export type UploadAnswer =
  | { readonly ok: true; readonly uploaded: Uploaded; readonly replayed: boolean }
  | ({ readonly ok: false } & UploadRefusal);

/** How long a repeat waits for its twin that is still being worked on, and how often it looks. */
const TWIN_WAIT_MS = 20_000;
const TWIN_LOOK_MS = 250;

/**
 * Takes a picture: re-encoded, encrypted, stored and delivered. Answered when all of that would survive a crash. The
 * same upload under the same Idempotency-Key, whenever within a day and however many at once, is taken once.
 */
export async function upload(parts: PictureParts, asked: Upload, now: number): Promise<UploadAnswer> {
  const { vault } = parts;
  const number = asked.recipient.e164;
  const sender = await senderHash(vault, asked.account);
  const first = asked.idempotencyKey === null ? null : new FirstAnswer(vault, asked.account, asked.idempotencyKey);
  const attempt = {
    key: first === null ? null : await first.name(),
    digest: await digestOf(parts, asked),
    recipient: await vault.keyedHash("picture-quota", `${asked.account}\u0000${number}`),
  };
  const quotas = new Quotas(parts.senders.getByName(sender), attempt.key);
  for (let waited = 0; ; waited += TWIN_LOOK_MS) {
    const begun = await onStore<Begun>("objects", async () => quotas.sender.begin(attempt, now));
    if (begun.what === "begin") break;
    if (begun.what === "reused") return { ok: false, code: "idempotency-key-reused" };
    if (begun.what === "used-up") return usedUp(QUOTAS[begun.quota], now);
    if (begun.what === "replay") {
      const uploaded = await first?.open(vault.stored, begun.answer);
      if (uploaded) return { ok: true, uploaded, replayed: true };
      // It cannot be told any more: the picture is sent anew, as if for the first time.
      await onStore("objects", () => quotas.sender.forgetAnswer(attempt.key ?? "", begun.answer));
      continue;
    }
    if (waited >= TWIN_WAIT_MS) return { ok: false, code: "unavailable", retryAfter: 5 };
    await scheduler.wait(TWIN_LOOK_MS);
  }

  const recipient = parts.recipients.getByName(await vault.keyedHash("picture-quota", number));
  if (!(await onStore("objects", () => recipient.spend(now)))) {
    await quotas.abandon(now);
    return usedUp(RECIPIENT_QUOTA, now);
  }
  quotas.recipient = recipient;
  try {
    const made = await reencode(parts.images, asked.bytes, PICTURE_BOUNDS);
    if (!made.ok) {
      await quotas.abandon(now);
      return { ok: false, code: made.reason };
    }
    const uploaded = await store(parts, asked, sender, made, now);
    if (first !== null && attempt.key !== null) {
      const [key, answer] = [attempt.key, await first.seal(uploaded)];
      await onStore("objects", () => quotas.sender.finish(key, answer, now));
    }
    return { ok: true, uploaded, replayed: false };
  } catch (thrown) {
    await quotas.abandon(now).catch(() => undefined);
    throw thrown;
  }
}

/** What an upload has counted, to be given back when it comes to nothing. */
class Quotas {
  readonly sender: DurableObjectStub<PictureSender>;
  recipient: DurableObjectStub<PictureRecipient> | null = null;
  readonly #key: string | null;

  constructor(sender: DurableObjectStub<PictureSender>, key: string | null) {
    this.sender = sender;
    this.#key = key;
  }

  async abandon(now: number): Promise<void> {
    await onStore("objects", async () => {
      await this.sender.abandon(this.#key, now);
      await this.recipient?.refund(now);
    });
  }
}

async function store(
  parts: PictureParts,
  asked: Upload,
  sender: string,
  made: { readonly webp: Uint8Array<ArrayBuffer>; readonly width: number; readonly height: number },
  now: number,
): Promise<Uploaded> {
  const { vault, records, messages } = parts;
  const number = asked.recipient.e164;
  const token = newToken();
  const id = await pictureId(vault, token);
  const contentKey = newContentKey();
  const encrypted = await encryptPicture(made.webp, contentKey);
  // Everything that either way of delivery needs is asked for and made in both, so that both take as long.
  const [holder, stopped, from] = await Promise.all([
    parts.holderOf(number),
    onStore("objects", () => messages.optedOut(number)),
    parts.numberOf(asked.account),
  ]);
  const accountKey = await vault.seal({ table: "pictures", id }, contentKey);
  const inbox = await recipientHash(vault, holder ?? asked.account);
  const toAccount = holder !== null && !stopped;
  const message = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const waits: LinkLetter = await messages.placeOf(message, number);
  const letter = await vault.sealText({ table: "pictures", id }, JSON.stringify(waits));
  const expires = Math.floor(now / 1000 + asked.ttlSeconds) * 1000;
  const recipient = toAccount ? inbox : null;

  const birth = {
    id,
    expires,
    once: asked.once,
    width: made.width,
    height: made.height,
    sender,
    recipient,
    from: from === null ? null : await vault.sealText({ table: "pictures", id }, from),
    letter: holder === null ? letter : null,
    linkKey: await wrapForLink(token, id, contentKey),
    accountKey: toAccount ? accountKey : null,
  };
  // The object first, whose alarm deletes what is left if anything dies; then the row, by which an erasure finds it; the
  // bytes last.
  await onPicture(parts, id, (picture) => picture.begin(birth, now));
  const link = `${asked.origin}/i/${token}`;
  try {
    await records.insert({ id, sender, recipient, expires, reported: false });
    await records.putBytes(id, encrypted);
    if (!(await onPicture(parts, id, (picture) => picture.ready(now)))) throw new StoreFailure("objects", "too late");
    if (toAccount) await parts.notify(holder, id).catch(() => undefined);
    // Whoever has no number can pass the link on by other ways; in whose name would a stranger be written to?
    if (from !== null) await sendLink(parts, asked, { id: message, link, expires, rehearsed: holder !== null }, now);
  } catch (thrown) {
    // Its alarm would do it within minutes; but one that was erased meanwhile has none, and knows of no bytes.
    await onPicture(parts, id, (picture) => picture.remove({ by: "sender", account: sender }, now)).catch(() => false);
    await records.remove(id).catch(() => undefined);
    throw thrown;
  }
  return { id, link, expiresAt: new Date(expires).toISOString() };
}

/**
 * Sends a link by SMS, or does all of it but the sending. Where none goes (an account, STOP, a bound that is reached), the
 * sender cannot tell: the link works.
 */
async function sendLink(
  { messages }: PictureParts,
  { recipient, network }: Upload,
  {
    id,
    link,
    expires,
    rehearsed,
  }: { readonly id: string; readonly link: string; readonly expires: number; readonly rehearsed: boolean },
  now: number,
): Promise<void> {
  const message = {
    id,
    to: recipient,
    network,
    channel: "sms",
    reserved: null,
    language: languageOfCountry(recipient.country),
    text: { kind: "picture-link", link },
    expiresAt: expires,
  } as const;
  await onStore("objects", async () => {
    await (rehearsed ? messages.rehearse(message, now) : messages.send(message, now));
  });
}

/** A keyed hash of what is uploaded, for whom and for how long. */
async function digestOf({ vault }: PictureParts, asked: Upload): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", asked.bytes)).toHex();
  const { recipient, ttlSeconds, once } = asked;
  return vault.keyedHash("upload", `digest\u0000${recipient.e164}\u0000${ttlSeconds}\u0000${once}\u0000${digest}`);
}

function usedUp(quota: PictureQuota, now: number): { ok: false } & UploadRefusal {
  return { ok: false, code: "quota-exceeded", quota, retryAfter: retryAfter(quota, now) };
}
